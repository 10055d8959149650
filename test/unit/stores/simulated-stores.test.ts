// What the simulated stores add to the memory stores: lives of nodes, deadlines, draws, what observers hear.
import { describe, expect, it } from "vitest";
import { OK, UNKNOWN } from "../../../server/ports/outcome.ts";
import { NO_OBSERVER, type StoreObserver } from "../../../sim/stores/store-observer.ts";
import { row } from "../../contract/message-store-contract.ts";
import { claimOf, epochOf } from "../../contract/presence-store-contract.ts";
import { body, SimulatedWorld } from "../../contract/simulated-arm.ts";

const LOG = { chat: 1, user: 2, device: 3 };

/** Whether the promise settled, told by a flag. */
function watch(promise: Promise<unknown>): { settled: boolean } {
  const state = { settled: false };
  const mark = (): void => {
    state.settled = true;
  };
  promise.then(mark, mark);
  return state;
}

describe("a killed node", () => {
  it("never hears of its calls, though what had left it is applied", async () => {
    const world = new SimulatedWorld();
    const call = watch(world.ports.messages.append([row(LOG, 1, "text")]));
    world.incarnation.alive = false;
    world.incarnation.diedAtUs = world.kernel.now;
    await world.advance(10_000);
    expect(call.settled).toBe(false);
    expect(world.stores.memory.messages.rowsNow(LOG, 1, 1, 1)).toHaveLength(1);
    expect(world.stores.coverage.counts("messages.append")).toMatchObject({ ok: 0 });
  });

  it("sends nothing of what its CPU had not paid for, and nothing any more", async () => {
    const world = new SimulatedWorld();
    const calls: { settled: boolean }[] = [];
    world.cpu.run(
      5_000,
      () => calls.push(watch(world.ports.messages.append([row(LOG, 1, "unpaid")]))),
      undefined,
    );
    world.incarnation.alive = false;
    world.incarnation.diedAtUs = world.kernel.now + 1_000;
    calls.push(watch(world.ports.messages.append([row(LOG, 2, "dead")])));
    await world.advance(10_000);
    expect(calls.map(({ settled }) => settled)).toEqual([false, false]);
    expect(world.stores.memory.messages.rowsNow(LOG, 1, 9, 9)).toEqual([]);
    expect(world.stores.models.cassandra.service.submitted).toBe(0);
  });
});

describe("deadlines", () => {
  it("LIV1 of calls that wait together each ends at its own", async () => {
    const world = new SimulatedWorld();
    world.network.cut("node-1", "cassandra");
    const ends: number[] = [];
    const ask = (): void => {
      void world.ports.messages.logs(1).then((outcome) => {
        expect(outcome).toEqual(UNKNOWN);
        ends.push(world.kernel.now);
      });
    };
    for (const atUs of [0, 400_000, 400_000, 1_500_000]) world.kernel.at(atUs, 1, ask, undefined);
    await world.advance(5_000);
    expect(ends.map((us) => Math.round(us / 100_000))).toEqual([20, 24, 24, 35]);
    expect(world.ports.inFlight()).toBe(0);
  });

  it("need no event of their own for a call that is answered", async () => {
    const world = new SimulatedWorld();
    const { presence } = world.driven(world.ports);
    await world.drive(presence.lookup(1));
    const before = world.kernel.events;
    for (let user = 0; user < 100; user++) await world.drive(world.ports.presence.lookup(user));
    // Its arrival and its reply.
    expect(world.kernel.events - before).toBe(200);
  });

  it("a late reply changes nothing", async () => {
    const world = new SimulatedWorld();
    const heal = world.network.cutOneWay("cassandra", "node-1");
    expect(await world.drive(world.ports.messages.logs(1))).toEqual(UNKNOWN);
    heal();
    await world.advance(3_000);
    const { ok, unknownApplied } = world.stores.coverage.counts("messages.logs");
    expect([ok, unknownApplied]).toEqual([0, 1]);
  });
});

describe("a duplicated request", () => {
  it("MSG4 is applied twice, which changes nothing, and counted once", async () => {
    const world = new SimulatedWorld();
    world.network.addRule({ from: "node-1", to: "cassandra", judge: () => "duplicate" });
    expect(await world.drive(world.ports.messages.append([row(LOG, 1, "text")]))).toEqual(OK);
    await world.advance(1_000);
    expect(world.stores.models.cassandra.service.completed).toBe(2);
    expect(world.stores.memory.messages.rowsNow(LOG, 1, 9, 9)).toHaveLength(1);
    const { ok, unknownApplied } = world.stores.coverage.counts("messages.append");
    expect([ok, unknownApplied]).toEqual([1, 0]);
  });
});

describe("fault shares", () => {
  async function refusals(share: number, alsoSlow: boolean): Promise<number[]> {
    const world = new SimulatedWorld(7);
    if (alsoSlow) world.stores.setFault("redis", { kind: "slow", factor: 3 });
    world.stores.setFault("redis", { kind: "refuse", share });
    const refused: number[] = [];
    for (let call = 0; call < 200; call++) {
      const outcome = await world.drive(world.ports.presence.lookup(call));
      if (outcome.kind === "refused") refused.push(call);
    }
    return refused;
  }

  it("hit about their share of the calls, the same ones whatever else is wrong", async () => {
    const refused = await refusals(0.3, false);
    expect(refused.length).toBeGreaterThan(35);
    expect(refused.length).toBeLessThan(85);
    expect(await refusals(0.3, true)).toEqual(refused);
  });
});

describe("a seed", () => {
  async function hashOf(seed: number, queue: "wheel" | "reference"): Promise<string> {
    const world = new SimulatedWorld(seed, {}, queue);
    const { stores, kernel, ports } = world;
    for (const kind of ["refuse", "timeout_before", "lose_reply", "apply_late"] as const)
      stores.setFault("cassandra", { kind, share: 0.2 });
    const client = async (user: number): Promise<void> => {
      for (let n = 1; n <= 20; n++) {
        const outcome = await ports.messages.raiseSent(user, 1, user, 2, n);
        kernel.mix(outcome.kind.length);
        await ports.presence.lookup(user);
      }
    };
    for (let user = 1; user <= 20; user++) kernel.spawn(client(user));
    await world.advance(60_000);
    return kernel.hash();
  }

  it("gives one trace hash, on both queues, and another seed another", async () => {
    const hash = await hashOf(3, "wheel");
    expect(await hashOf(3, "wheel")).toBe(hash);
    expect(await hashOf(3, "reference")).toBe(hash);
    expect(await hashOf(4, "wheel")).not.toBe(hash);
  });
});

describe("redis", () => {
  it("PRE2 loses everything where it is killed and keeps nothing", async () => {
    const world = new SimulatedWorld();
    await world.drive(world.ports.presence.hold([claimOf(1, epochOf(1, 1))]));
    world.stores.setFault("redis", { kind: "killed", losesData: true })();
    expect(world.stores.memory.presence.recordNow(1)).toBeUndefined();
  });

  it("judges by a clock that a fault can set off", async () => {
    const world = new SimulatedWorld();
    const heartbeat = async (): Promise<number> => {
      await world.drive(world.ports.presence.hold([claimOf(1, epochOf(1, 1))]));
      return world.stores.memory.presence.recordNow(1)!.heartbeatMs;
    };
    const right = await heartbeat();
    const straighten = world.stores.setFault("redis", { kind: "skew", byMs: 60_000, driftPpm: 0 });
    expect((await heartbeat()) - right).toBeGreaterThanOrEqual(60_000);
    straighten();
    expect((await heartbeat()) - right).toBeLessThan(1_000);
  });
});

describe("s3", () => {
  it("IMG1 gives damaged bodies where it is told to, and keeps what it has", async () => {
    const world = new SimulatedWorld();
    const blob = "0".repeat(32);
    await world.drive(world.ports.blobs.put(blob, body(10, "aa"), "aa"));
    const mend = world.stores.setFault("s3", { kind: "corrupt", share: 1 });
    const bad = await world.drive(world.ports.blobs.get(blob));
    mend();
    const good = await world.drive(world.ports.blobs.get(blob));
    expect(bad).toMatchObject({ value: { stored: { sha256: "aa" }, body: { sha256: "damaged" } } });
    expect(good).toMatchObject({ value: { body: { sha256: "aa" } } });
  });

  it("charges the link the declared length of a body", async () => {
    const world = new SimulatedWorld();
    const before = world.network.link("node-1", "s3").bytes;
    await world.drive(world.ports.blobs.put("1".repeat(32), body(5_000_000, "bb"), "bb"));
    expect(world.network.link("node-1", "s3").bytes - before).toBeGreaterThan(5_000_000);
  });
});

describe("the vault", () => {
  it("refuses, or leaves unknown, while the master key is away", async () => {
    const world = new SimulatedWorld();
    const context = { chat: 1, userLow: 1, userHigh: 2, keyVersion: 1 };
    const back = world.stores.setFault("vault", { kind: "key_away" });
    for (let call = 0; call < 40; call++) {
      const outcome = await world.drive(world.ports.vault.create(context));
      expect(outcome.kind).not.toBe("ok");
    }
    const counts = world.stores.coverage.counts("vault.create");
    expect(counts.refused).toBeGreaterThan(10);
    expect(counts.unknownApplied).toBeGreaterThan(2);
    expect(counts.unknownNotApplied).toBeGreaterThan(2);
    back();
    expect(await world.drive(world.ports.vault.create(context))).toMatchObject({ kind: "ok" });
  });
});

describe("observers", () => {
  it("UNR4 hear what stands after each write, at the instant it is applied", async () => {
    const heard: unknown[] = [];
    const observer: StoreObserver = {
      ...NO_OBSERVER,
      rowApplied: (...what) => heard.push(["row", ...what]),
      sentRaised: (...what) => heard.push(["sent", ...what]),
      readRaised: (...what) => heard.push(["read", ...what]),
      presenceApplied: ({ user, released }) => heard.push(["presence", user, released]),
      presenceWiped: () => heard.push(["wiped"]),
    };
    const world = new SimulatedWorld(1, { observer });
    const { messages, presence } = world.ports;
    await world.drive(messages.append([row(LOG, 1, "a"), row(LOG, 2, undefined, "void")]));
    await world.drive(messages.append([row(LOG, 2, "late")]));
    await world.drive(messages.raiseSent(9, 1, 3, 2, 2));
    await world.drive(messages.raiseSent(9, 1, 3, 2, 1));
    await world.drive(messages.raiseRead(9, 1, 3, 1));
    for (let renewal = 0; renewal < 2; renewal++)
      await world.drive(presence.hold([claimOf(5, epochOf(1, 1))]));
    await world.drive(presence.release(5, epochOf(1, 1)));
    world.stores.wipeRedis();
    expect(heard).toEqual([
      ["row", 1, 3, 1, 0],
      ["row", 1, 3, 2, 4],
      ["sent", 9, 1, 3, 2],
      ["sent", 9, 1, 3, 2],
      ["read", 9, 1, 3, 1],
      ["presence", 5, false],
      ["presence", 5, true],
      ["wiped"],
    ]);
  });
});
