// Every call to Cassandra where it is three replicas: the same three ends under the faults that hit single calls, and
// under those that hit all replicas; with one replica of three away every call goes on.
import { describe, expect, it } from "vitest";
import { UNAVAILABLE, UNKNOWN } from "../../server/ports/outcome.ts";
import type { CallCounts } from "../../sim/stores/store-coverage.ts";
import type { StoreFault } from "../../sim/stores/store-fault.ts";
import { PORT_CALLS, type PortCallExample } from "./port-calls.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

const CALLS = PORT_CALLS.filter(({ store }) => store === "cassandra");
const NONE: CallCounts = { ok: 0, refused: 0, unknownApplied: 0, unknownNotApplied: 0 };
const DEADLINE_US = 2_000_000;
const SLACK_US = 20_000;
const LATE_MS = 7_000;
const KILLED = { kind: "killed", losesData: false } as const;

async function under(example: PortCallExample, site: string, fault: StoreFault, seed = 1) {
  const world = new SimulatedWorld(seed, { replicated: {} });
  const lift = world.stores.setFault(site, fault);
  const counts = world.stores.coverage.counts(example.portCall);
  const outcome = await world.drive(example.call(world.ports));
  return { world, lift, counts, outcome, tookUs: world.kernel.now };
}

describe.each(CALLS)("LIV1 $portCall at three replicas ends in one of three ways", (example) => {
  it("refused, and not applied, where the coordinator says no", async () => {
    const share = { kind: "refuse", share: 1 } as const;
    const { outcome, counts } = await under(example, "cassandra", share);
    expect(outcome).toEqual(UNAVAILABLE);
    expect(counts).toEqual({ ...NONE, refused: 1 });
  });

  it("refused where all are dead, and ok when they are back", async () => {
    const { world, outcome, lift } = await under(example, "cassandra", KILLED);
    expect(outcome).toEqual(UNAVAILABLE);
    lift();
    // The driver tries hosts that it took for down again as calls come.
    const until = world.kernel.now + 12_000_000;
    let ended = outcome.kind;
    while (ended !== "ok" && world.kernel.now < until) {
      await world.advance(500);
      ended = (await world.drive(example.call(world.ports))).kind;
    }
    expect(ended).toBe("ok");
  });

  it("unknown at its deadline, and never applied, where the request is dropped", async () => {
    const share = { kind: "timeout_before", share: 1 } as const;
    const { world, outcome, counts, tookUs } = await under(example, "cassandra", share);
    expect(outcome).toEqual(UNKNOWN);
    expect(Math.abs(tookUs - DEADLINE_US)).toBeLessThan(SLACK_US);
    await world.advance(LATE_MS);
    expect(counts).toEqual({ ...NONE, unknownNotApplied: 1 });
  });

  it("unknown, and applied, where the reply is lost; unknown, and applied later, where it is late", async () => {
    const lost = await under(example, "cassandra", { kind: "lose_reply", share: 1 });
    expect(lost.outcome).toEqual(UNKNOWN);
    expect(lost.counts).toEqual({ ...NONE, unknownApplied: 1 });
    const late = await under(example, "cassandra", { kind: "apply_late", share: 1 });
    expect(late.outcome).toEqual(UNKNOWN);
    await late.world.advance(2 * LATE_MS);
    expect(late.counts).toEqual({ ...NONE, unknownApplied: 1 });
  });

  it("unknown where all stand still, and ok again when they go on", async () => {
    const { world, outcome, lift } = await under(example, "cassandra", { kind: "paused" });
    expect(outcome).toEqual(UNKNOWN);
    lift();
    await world.advance(3_000);
    expect((await world.drive(example.call(world.ports))).kind).toBe("ok");
  });

  it("ok where one is dead", async () => {
    for (const site of ["cassandra-1", "cassandra-2", "cassandra-3"]) {
      const { outcome } = await under(example, site, KILLED);
      expect(outcome.kind, site).toBe("ok");
    }
  });
});
