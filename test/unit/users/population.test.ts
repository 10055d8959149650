// Virtual users in a toy world: rates, online curves, reading, the quiet phase, and that a seed fixes it all.
import { describe, expect, it } from "vitest";
import type { Curve, Phase } from "../../../sim/scenario/types.ts";
import { nextChangeUs, onlineAt } from "../../../sim/users/online-curve.ts";
import { BEHAVIOUR, scenarioOf, SECOND_US, toyRun } from "./toy-world.ts";

function phase(more: Partial<Phase>): Phase {
  return {
    name: "steady",
    startUs: 0,
    durationUs: 60 * SECOND_US,
    warmup: false,
    messages: { ratePerS: 0, process: "poisson" },
    ...more,
  };
}
const online = (count: number): Curve => [[0, count]];

describe("an online curve", () => {
  const curve = [
    [0, 10],
    [100, 20],
    [100, 50],
    [300, 50],
    [400, 0],
  ] as const;

  it("is linear between its points and steps where two stand at one time", () => {
    expect([0, 50, 99, 100, 200, 350, 400, 999].map((at) => onlineAt(curve, at))).toEqual([
      10, 15, 20, 50, 50, 25, 0, 0,
    ]);
  });

  it("names each change once, in order, down to the end", () => {
    const values: number[] = [];
    for (let at = 0; at !== Infinity; at = nextChangeUs(curve, at))
      values.push(onlineAt(curve, at));
    const distinct = values.filter((value, index) => value !== values[index - 1]);
    const up = Array.from({ length: 11 }, (_, i) => 10 + i);
    const down = Array.from({ length: 51 }, (_, i) => 50 - i);
    expect(distinct).toEqual([...up, ...down]);
  });

  it("is held by signing people in and out, also while they take each other's places", async () => {
    const stayOnlineUs = { dist: "exponential", mean: 5 * SECOND_US } as const;
    const ramp = phase({
      online: [
        [0, 0],
        [20 * SECOND_US, 100],
        [40 * SECOND_US, 100],
        [60 * SECOND_US, 40],
      ],
    });
    const run = toyRun(scenarioOf(200, [ramp], { behaviour: { ...BEHAVIOUR, stayOnlineUs } }));
    for (const [atS, count] of [
      [10, 50],
      [30, 100],
      [50, 70],
      [60, 40],
    ] as const) {
      await run.world.kernel.run(atS * SECOND_US);
      expect([atS, run.population.onlineCount()]).toEqual([atS, count]);
    }
    expect(run.counts.get("signedIn")).toBeGreaterThan(300);
  });

  it("absent, lets people come and go by their own stays", async () => {
    const stayOnlineUs = { dist: "exponential", mean: 10 * SECOND_US } as const;
    const stayOfflineUs = { dist: "exponential", mean: 30 * SECOND_US } as const;
    const behaviour = { ...BEHAVIOUR, stayOnlineUs, stayOfflineUs };
    const run = toyRun(scenarioOf(800, [phase({ durationUs: 300 * SECOND_US })], { behaviour }));
    await run.world.kernel.run(200 * SECOND_US);
    expect(run.population.onlineCount()).toBeGreaterThan(160);
    expect(run.population.onlineCount()).toBeLessThan(240);
  });
});

describe("open-model arrivals", () => {
  it("come at the phase's total rate, constant ones exactly", async () => {
    const phases = [
      phase({ online: online(50), messages: { ratePerS: 200, process: "poisson" } }),
      phase({
        name: "even",
        startUs: 60 * SECOND_US,
        online: online(50),
        messages: { ratePerS: 100, process: "constant" },
      }),
    ];
    const run = toyRun(scenarioOf(100, phases), ["sendIntended"]);
    await run.world.kernel.run(120 * SECOND_US);
    const poisson = run.noted.filter(([, t]) => t! < 60 * SECOND_US).length;
    expect(Math.abs(poisson - 12_000)).toBeLessThan(4 * Math.sqrt(12_000));
    // Planted sends come on top of the constant process: rare, and not on its grid.
    const even = run.noted.filter(([, t]) => t! >= 60 * SECOND_US && t! % 10_000 === 0);
    expect(new Set(even.map(([, t]) => t)).size).toBe(5_999);
  });

  it("have senders uniform among those online, and go on while a device is not connected", async () => {
    const phases = [phase({ online: online(20), messages: { ratePerS: 500, process: "poisson" } })];
    const run = toyRun(scenarioOf(40, phases), ["sendIntended"]);
    await run.world.kernel.run(60 * SECOND_US);
    const bySender = new Map<number, number>();
    for (const [, , user] of run.noted) bySender.set(user!, (bySender.get(user!) ?? 0) + 1);
    expect(bySender.size).toBe(20);
    for (const count of bySender.values()) expect(Math.abs(count - 1_500)).toBeLessThan(200);
  });
});

describe("a whole toy run", () => {
  const phases = [
    phase({
      durationUs: 30 * SECOND_US,
      online: online(60),
      messages: { ratePerS: 50, process: "poisson" },
    }),
  ];
  const behaviour = {
    ...BEHAVIOUR,
    stayOnlineUs: { dist: "exponential", mean: 8 * SECOND_US },
    freshDevice: 0.1,
    attachments: [
      { kind: "image", share: 0.05, bytes: { dist: "constant", value: 1_000_000 }, opened: 0.5 },
    ],
    historyPerS: 1,
  } as const;

  async function wholeRun(seed: number) {
    const run = toyRun(scenarioOf(100, phases, { behaviour, seed }), ["shown", "sendEnded"]);
    const { kernel } = run.world;
    await kernel.run(30 * SECOND_US);
    for (const step of [1, 2] as const) {
      run.population.quiet(step);
      for (let i = 0; i < 20 && !run.population.settled(); i++)
        await kernel.run(kernel.now + SECOND_US);
      expect(run.population.settled()).toBe(true);
    }
    return { ...run, hash: kernel.hash() };
  }

  it("settles: everything confirmed is shown and read by everybody", async () => {
    const run = await wholeRun(7);
    const confirmed = run.noted.filter(([event]) => event === "sendEnded").length;
    expect(confirmed).toBeGreaterThan(1_000);
    const rows = [...run.world.logs.values()].flat();
    expect(rows.reduce((sum, log) => sum + log.rows.length, 0)).toBe(confirmed);
    for (const log of rows) expect(log.readN).toBe(log.rows.length);
    for (const event of ["swapTried", "downloaded", "historyPage", "receiptShown", "uploaded"])
      expect([event, (run.counts.get(event) ?? 0) > 0]).toEqual([event, true]);
  });

  it("is fixed by its seed", async () => {
    const [first, again, other] = [await wholeRun(7), await wholeRun(7), await wholeRun(8)];
    expect(again.hash).toBe(first.hash);
    expect(again.noted).toEqual(first.noted);
    expect(other.hash).not.toBe(first.hash);
  });

  it("follows a script in place of the drawn workload", async () => {
    const script = [
      { atUs: 0, user: 1, do: "sign_in" },
      { atUs: SECOND_US, user: 1, do: "send", to: 2 },
      { atUs: 2 * SECOND_US, user: 1, do: "vanish" },
    ] as const;
    const run = toyRun(scenarioOf(10, phases, { script }));
    await run.world.kernel.run(30 * SECOND_US);
    expect(run.counts.get("sendIntended")).toBe(1);
    expect(run.counts.get("signedIn")).toBe(1);
    expect(run.counts.get("signedOut")).toBe(1);
    expect(run.population.onlineCount()).toBe(0);
  });
});
