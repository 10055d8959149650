// What the simulated world may not touch fails with its reason, and comes back afterwards.

import { describe, expect, it } from "vitest";
import { installGuards } from "../../../sim/kernel/guards.ts";

describe("guards", () => {
  it("make the machine's clock, timers and randomness throw, then restore them", () => {
    const random = Math.random;
    const date = Date;
    const restore = installGuards(globalThis);
    const reasons: string[] = [];
    const attempts = [
      () => Date.now(),
      () => new Date(),
      () => Date(),
      () => Math.random(),
      () => performance.now(),
      () => process.hrtime(),
      () => process.hrtime.bigint(),
      () => process.uptime(),
      () => setTimeout(() => {}, 1),
      () => setInterval(() => {}, 1),
      () => crypto.randomUUID(),
      () => crypto.getRandomValues(new Uint8Array(4)),
    ];
    for (const attempt of attempts)
      try {
        attempt();
        reasons.push("nothing thrown");
      } catch (error) {
        reasons.push((error as Error).message);
      }
    const immediateIsLeft = typeof setImmediate;
    restore();
    for (const reason of reasons) expect(reason).toMatch(/use the (Clock|Random) port/);
    expect(immediateIsLeft).toBe("function");
    expect(Math.random).toBe(random);
    expect(Date).toBe(date);
    expect(crypto.randomUUID()).toHaveLength(36);
    expect(Object.hasOwn(crypto, "randomUUID")).toBe(false);
    expect(typeof process.hrtime.bigint()).toBe("bigint");
  });

  it("nest: only the last restore brings the originals back, in any order", () => {
    const target = { Math: { random: () => 0.5 }, Date, setTimeout };
    const first = installGuards(target);
    const second = installGuards(target);
    first();
    first();
    expect(() => target.Math.random()).toThrow("Random port");
    second();
    expect(target.Math.random()).toBe(0.5);
    expect(target.Date).toBe(Date);
    expect(Object.getOwnPropertySymbols(target)).toEqual([]);
  });
});
