// Every port call under every fault of its store: how it ends, when, whether it was applied, and that the
// coverage table says the same.
import { describe, expect, it } from "vitest";
import { UNAVAILABLE, UNKNOWN } from "../../server/ports/outcome.ts";
import type { CallCounts } from "../../sim/stores/store-coverage.ts";
import type { StoreFault } from "../../sim/stores/store-fault.ts";
import { PORT_CALLS, type PortCallExample } from "./port-calls.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

const NONE: CallCounts = { ok: 0, refused: 0, unknownApplied: 0, unknownNotApplied: 0 };
const LATE_MS = 70_000;
const SLACK_US = 20_000;

function deadlineUs({ store }: PortCallExample): number {
  return store === "s3" ? 60_000_000 : 2_000_000;
}

/** One call under a fault that is in force before it, and what the table says afterwards. */
async function under(example: PortCallExample, fault: StoreFault) {
  const world = new SimulatedWorld();
  const lift = world.stores.setFault(example.store, fault);
  const counts = world.stores.coverage.counts(example.portCall);
  const outcome = await world.drive(example.call(world.ports));
  return { world, lift, counts, outcome, tookUs: world.kernel.now };
}

it("knows an example of every port call that is counted", () => {
  const counted = new SimulatedWorld().stores.coverage.lines().map(({ what }) => what);
  expect(PORT_CALLS.map(({ portCall }) => portCall).sort()).toEqual(counted);
});

describe.each(PORT_CALLS)("LIV1 $portCall ends in one of three ways", (example) => {
  it("refused, and not applied, where the store says no", async () => {
    const { outcome, counts, tookUs } = await under(example, { kind: "refuse", share: 1 });
    expect(outcome).toEqual(UNAVAILABLE);
    expect(counts).toEqual({ ...NONE, refused: 1 });
    expect(tookUs).toBeLessThan(SLACK_US);
  });

  it("refused where the store is dead, and ok when it is back", async () => {
    const dead = { kind: "killed", losesData: example.store === "redis" } as const;
    const { world, outcome, counts, lift } = await under(example, dead);
    expect(outcome).toEqual(UNAVAILABLE);
    lift();
    const again = await world.drive(example.call(world.ports));
    if (again.kind === "refused") expect(again.code).toBe("bad-key");
    else expect(again.kind).toBe("ok");
    expect(counts.unknownApplied + counts.unknownNotApplied).toBe(0);
  });

  it("unknown at its deadline, and never applied, where the request is dropped", async () => {
    const { world, outcome, counts, tookUs } = await under(example, {
      kind: "timeout_before",
      share: 1,
    });
    expect(outcome).toEqual(UNKNOWN);
    expect(Math.abs(tookUs - deadlineUs(example))).toBeLessThan(SLACK_US);
    await world.advance(LATE_MS);
    expect(counts).toEqual({ ...NONE, unknownNotApplied: 1 });
  });

  it("unknown at its deadline, and applied, where the reply is lost", async () => {
    const { outcome, counts, tookUs } = await under(example, { kind: "lose_reply", share: 1 });
    expect(outcome).toEqual(UNKNOWN);
    expect(Math.abs(tookUs - deadlineUs(example))).toBeLessThan(SLACK_US);
    expect(counts).toEqual({ ...NONE, unknownApplied: 1 });
  });

  it("unknown at its deadline, and applied after it, where it is applied late", async () => {
    const { world, outcome, counts } = await under(example, { kind: "apply_late", share: 1 });
    expect(outcome).toEqual(UNKNOWN);
    expect(counts).toEqual({ ...NONE, unknownNotApplied: 1 });
    await world.advance(7_000);
    expect(counts).toEqual({ ...NONE, unknownApplied: 1 });
  });

  it("unknown where the store stands still, and applied when it goes on", async () => {
    const { world, outcome, counts, lift } = await under(example, { kind: "paused" });
    expect(outcome).toEqual(UNKNOWN);
    await world.advance(1_000);
    expect(counts).toEqual({ ...NONE, unknownNotApplied: 1 });
    lift();
    await world.advance(1_000);
    expect(counts).toEqual({ ...NONE, unknownApplied: 1 });
  });

  it("unknown where the link is cut, and applied when it is healed", async () => {
    const world = new SimulatedWorld();
    const heal = world.network.cut("node-1", example.store);
    const counts = world.stores.coverage.counts(example.portCall);
    expect(await world.drive(example.call(world.ports))).toEqual(UNKNOWN);
    expect(counts).toEqual({ ...NONE, unknownNotApplied: 1 });
    heal();
    await world.advance(2_000);
    expect(counts).toEqual({ ...NONE, unknownApplied: 1 });
  });

  it("ok, later, where the store is slow", async () => {
    const { outcome, counts, tookUs } = await under(example, { kind: "slow", factor: 20 });
    if (outcome.kind === "refused") expect(outcome.code).toBe("bad-key");
    else expect(outcome.kind).toBe("ok");
    expect(counts.ok + counts.refused).toBe(1);
    expect(tookUs).toBeLessThan(deadlineUs(example));
  });

  it("unknown, applied or not, where the store dies under it; nothing is applied after that", async () => {
    const ends = { unknownApplied: 0, unknownNotApplied: 0 };
    for (let seed = 1; seed <= 12; seed++) {
      const world = new SimulatedWorld(seed);
      const { coverage } = world.stores;
      world.stores.setFault(example.store, { kind: "slow", factor: 200 });
      const waits = example.call(world.ports);
      await world.advance(1);
      const lift = world.stores.setFault(example.store, { kind: "killed", losesData: false });
      expect(await world.drive(waits)).toEqual(UNKNOWN);
      lift();
      await world.advance(LATE_MS);
      const { unknownApplied, unknownNotApplied } = coverage.counts(example.portCall);
      expect(unknownApplied + unknownNotApplied).toBe(1);
      ends.unknownApplied += unknownApplied;
      ends.unknownNotApplied += unknownNotApplied;
    }
    expect(ends.unknownApplied).toBeGreaterThan(0);
    expect(ends.unknownNotApplied).toBeGreaterThan(0);
  });
});
