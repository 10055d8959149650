// What pictures are drawn from: grouping of long series, axes, the knee, the order of lanes.
import { describe, expect, it } from "vitest";
import { logAxis } from "../../../sim/report/chart.ts";
import { clock, count, duration, preciseClock, share, size } from "../../../sim/report/figures.ts";
import { kneeOf, type LoadPoint } from "../../../sim/report/load-chart.ts";
import { grouped, timeChart } from "../../../sim/report/time-chart.ts";

const plain = (text: string): string => text.replace(/\u202f/g, " ");

describe("figures", () => {
  it("are short and carry their unit", () => {
    expect(plain(count(1234567))).toBe("1 234 567");
    expect([0.4213, 12.34, 999, 1500, 59_000, 61_000].map((ms) => plain(duration(ms)))).toEqual([
      "0.42 ms",
      "12.3 ms",
      "999 ms",
      "1.5 s",
      "59 s",
      "1:01",
    ]);
    expect(plain(share(0.305))).toBe("30.5 %");
    expect(plain(size(5_400_000))).toBe("5.4 MB");
    expect(clock(3_661_000_000)).toBe("1:01:01");
    expect(preciseClock(91_204_000)).toBe("1:31.204");
  });
});

describe("a long series", () => {
  const line = {
    name: "x",
    colour: 1,
    values: [1, 5, null, null, 3, null],
    group: "highest" as const,
  };

  it("keeps the highest of a group, or its average, and its gaps", () => {
    expect(grouped(line, 3)).toEqual([5, null, 3]);
    expect(grouped({ ...line, group: "average" }, 3)).toEqual([3, null, 3]);
    expect(grouped(line, 6)).toEqual(line.values);
  });
});

describe("a chart over time", () => {
  it("shades each fault, draws no line through a gap, and names the phases", () => {
    const svg = timeChart(
      {
        id: "x",
        title: "X",
        unit: "",
        scale: "linear",
        text: String,
        lines: [{ name: "x", colour: 1, values: [1, 2, null, 3, 4], group: "average" }],
      },
      {
        totalUs: 5_000_000,
        faults: [
          { name: "n2", kind: "kill", text: "node-2 dies", beganUs: 1_000_000, endedUs: 3_000_000 },
        ],
        phases: [
          {
            name: "steady",
            startUs: 0,
            durationUs: 5_000_000,
          },
        ],
      },
      400,
    );
    expect(svg).toContain(`class="band"`);
    expect(svg).toContain(">n2</text>");
    expect(svg).toContain(">steady</text>");
    expect(/<path class="line c1" d="([^"]*)"/.exec(svg)![1]!.match(/M/g)).toHaveLength(2);
  });
});

describe("a logarithmic axis", () => {
  it("spans whole decades around its values", () => {
    const axis = logAxis(3, 420, 100, 0, String);
    expect(axis.ticks).toEqual([1, 10, 100, 1000]);
    expect(axis.place(1)).toBeCloseTo(100);
    expect(axis.place(1000)).toBeCloseTo(0);
    expect(axis.place(0)).toBeCloseTo(100);
  });
});

describe("the knee", () => {
  const points = (latency: (rate: number) => number): LoadPoint[] =>
    Array.from({ length: 20 }, (_, i) => ({
      ratePerS: 10 * (i + 1),
      p99Ms: latency(10 * (i + 1)),
      underFault: false,
    }));

  it("is where the p99 doubles, nowhere if it never does, unknown without a spread of load", () => {
    const knee = kneeOf(points((rate) => (rate <= 120 ? 20 : rate)))!;
    expect(knee).toBeGreaterThanOrEqual(110);
    expect(knee).toBeLessThanOrEqual(140);
    expect(kneeOf(points(() => 20))).toBe(Infinity);
    expect(kneeOf(points(() => 20).slice(0, 5))).toBeNull();
  });

  it("does not take the scatter of a busy hour for a knee", () => {
    const scattered = points((rate) => (rate >= 120 && rate <= 150 ? 50 : 20));
    expect(kneeOf(scattered)).toBe(Infinity);
  });

  it("does not take a fault for load", () => {
    const struck = points((rate) => (rate > 50 && rate < 80 ? 5000 : 20)).map((point) => ({
      ...point,
      underFault: point.p99Ms > 1000,
    }));
    expect(kneeOf(struck)).toBe(Infinity);
  });
});
