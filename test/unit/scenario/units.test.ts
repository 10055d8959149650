// Values with units: what is read, what is refused, and that what is written reads as the same number.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatDuration,
  formatRate,
  formatShare,
  formatSize,
  parseDurationUs,
  parseRatePerS,
  parseShare,
  parseSizeBytes,
} from "../../../sim/scenario/units.ts";

describe("units", () => {
  it.each([
    ["250ms", 250_000],
    ["30s", 30_000_000],
    ["5m", 300_000_000],
    ["1h30m", 5_400_000_000],
    ["24h", 86_400_000_000],
    ["1.5s", 1_500_000],
    ["7us", 7],
    ["0s", 0],
  ])("duration %s is %d us", (text, us) => {
    expect(parseDurationUs(text)).toBe(us);
  });

  it.each(["60", "1 m", "", "s", "-1s", "30s1m", "1s1s", "1e3s", "1min", "1,5s"])(
    "%j is no duration",
    (text) => {
      expect(parseDurationUs(text)).toBeUndefined();
    },
  );

  it.each([
    ["8KiB", 8192],
    ["2MB", 2_000_000],
    ["80B", 80],
    ["1.5KiB", 1536],
  ])("size %s is %d bytes", (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes);
  });

  it("reads shares and rates exactly", () => {
    expect(parseShare("2%")).toBe(0.02);
    expect(parseShare("0.05%")).toBe(0.0005);
    expect(parseShare("2")).toBeUndefined();
    expect(parseRatePerS("400/s")).toBe(400);
    expect(parseRatePerS("1/min")).toBe(1 / 60);
    expect(parseRatePerS("30 / h")).toBe(30 / 3600);
    expect(parseRatePerS("400")).toBeUndefined();
    expect(parseRatePerS("400/day")).toBeUndefined();
  });

  it("reads what it writes as the same number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3e12 }), (us) => {
        expect(parseDurationUs(formatDuration(us))).toBe(us);
        expect(parseSizeBytes(formatSize(us))).toBe(us);
      }),
    );
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
        expect(parseShare(formatShare(share))).toBe(share);
        expect(parseRatePerS(formatRate(share * 1000))).toBe(share * 1000);
      }),
    );
  });
});
