// What a run planted that must not turn up anywhere, and the search for it in every spelling.
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Canaries } from "../../../sim/world/live/canaries.ts";

const SECRET = Buffer.from(
  "8d1f5e9a77c2b0441e3a6c5d9f00aa11b2c3d4e5f60718293a4b5c6d7e8f9012",
  "hex",
);

describe("SEC2 the search for secrets", () => {
  const canaries = new Canaries();
  canaries.add(SECRET);
  for (let other = 0; other < 20_000; other += 1) canaries.add(randomBytes(32));

  it("finds a secret as it is, at any place", () => {
    const place = Buffer.concat([Buffer.alloc(3, 1), SECRET, Buffer.alloc(5, 2)]);
    expect(canaries.foundIn(place)).toBe(true);
    expect(canaries.foundIn(SECRET)).toBe(true);
  });

  it("finds it as hex and as base64 in a text", () => {
    expect(canaries.foundInText(`{"key":"${SECRET.toString("hex")}"}`)).toBe(true);
    expect(canaries.foundInText(`key=${SECRET.toString("base64")}`)).toBe(true);
  });

  it("finds nothing in what is no secret", () => {
    expect(canaries.foundIn(randomBytes(1_000_000))).toBe(false);
    expect(canaries.foundInText("a line of a log that tells nothing ".repeat(1000))).toBe(false);
    expect(canaries.foundIn(SECRET.subarray(0, 11))).toBe(false);
  });

  it("finds a text that every token begins with", () => {
    canaries.addText("eyJhbGciOiJI");
    expect(canaries.foundInText("authorization: Bearer eyJhbGciOiJIUzI1NiJ9.x.y")).toBe(true);
  });
});
