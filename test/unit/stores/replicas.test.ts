// Cassandra as three replicas: what goes on with one away and what does not with two, what a replica that was away
// knows, how it catches up, and what one undivided decision is worth.
import { describe, expect, it } from "vitest";
import { OK, UNAVAILABLE, UNKNOWN } from "../../../server/ports/outcome.ts";
import type { MessageRow } from "../../../server/ports/message-store.ts";
import { Cpu } from "../../../sim/net/cpu.ts";
import { NO_OBSERVER } from "../../../sim/stores/store-observer.ts";
import { row } from "../../contract/message-store-contract.ts";
import { copy, friendship } from "../../contract/roster-store-contract.ts";
import { SimulatedWorld } from "../../contract/simulated-arm.ts";

const LOG = { chat: 1, user: 2, device: 3 };
const READER = 5;
const KILLED = { kind: "killed", losesData: false } as const;
const GOSSIP_NOTICES_MS = 10_000;
/** No hints are kept for who is away for longer. */
const TOO_LONG_MS = 25_000;

function replicated(options: ConstructorParameters<typeof SimulatedWorld>[1] = {}) {
  const world = new SimulatedWorld(1, { replicated: {}, ...options });
  const messages = world.driven(world.ports.messages);
  const roster = world.driven(world.ports.roster);
  const { cluster } = world.stores;
  if (cluster === undefined) throw new Error("no replicas");
  const standing = (index: number, n = 1): number =>
    cluster.replicas[index]!.stores.messages.rowsNow(LOG, n, n, 1).length;
  return { world, messages, roster, cluster, standing };
}

function text(n: number): MessageRow[] {
  return [row(LOG, n, `m${n}`)];
}

describe("three replicas", () => {
  it("MSG7 hold each row three times", async () => {
    const { world, messages, standing } = replicated();
    expect(await messages.append(text(1))).toEqual(OK);
    await world.advance(100);
    expect([0, 1, 2].map((index) => standing(index))).toEqual([1, 1, 1]);
  });

  it.each(["cassandra-1", "cassandra-2", "cassandra-3"])(
    "LIV4 go on where %s is dead, and where it stands still",
    async (site) => {
      for (const fault of [KILLED, { kind: "paused" } as const]) {
        const { world, messages } = replicated();
        world.stores.setFault(site, fault);
        for (let n = 1; n <= 12; n++) {
          const ended = await messages.append(text(n));
          // A write whose coordinator stands still is not known; the device repeats it.
          if (ended !== UNKNOWN && ended.kind !== "unknown") expect(ended).toEqual(OK);
          else expect(fault.kind).toBe("paused");
        }
        const read = await messages.rows(LOG, 1, 12, 12);
        expect(read.kind).toBe("ok");
      }
    },
  );

  it("MSG3 refuse a write before any is asked where two are known to be down", async () => {
    const { world, messages, standing } = replicated();
    world.stores.setFault("cassandra-2", KILLED);
    world.stores.setFault("cassandra-3", KILLED);
    await world.advance(GOSSIP_NOTICES_MS);
    expect(await messages.append(text(1))).toEqual(UNAVAILABLE);
    expect(await messages.rows(LOG, 1, 1, 1)).toEqual(UNAVAILABLE);
    expect(standing(0)).toBe(0);
  });

  it("MSG3 do not know what became of a write where two have just gone", async () => {
    const { world, messages, standing } = replicated();
    world.stores.setFault("cassandra-2", KILLED);
    world.stores.setFault("cassandra-3", KILLED);
    expect(await messages.append(text(1))).toEqual(UNKNOWN);
    expect(standing(0)).toBe(1);
  });
});

describe("a replica that was away", () => {
  async function missedOne(awayMs: number, options = {}) {
    const made = replicated(options);
    const lift = made.world.stores.setFault("cassandra-3", KILLED);
    await made.world.advance(awayMs);
    expect(await made.messages.append(text(1))).toEqual(OK);
    expect(await made.messages.raiseSent(READER, 1, 3, 2, 1)).toEqual(OK);
    return { ...made, lift };
  }

  it("MSG9 is outvoted by a quorum, and told of it on the way", async () => {
    const { world, messages, cluster, standing, lift } = await missedOne(TOO_LONG_MS);
    lift();
    for (let time = 0; time < 12; time++) {
      await world.advance(1_000);
      if (cluster.repairs === 0) expect(standing(2)).toBe(0);
      const read = await messages.rows(LOG, 1, 1, 1);
      expect(read.kind === "ok" && read.value.length).toBe(1);
    }
    expect(cluster.repairs).toBe(1);
    expect(standing(2)).toBe(1);
  });

  it("MSG9 answers alone what it does not know, at level ONE", async () => {
    const one = { replicated: { levels: { read: "one" } } };
    const { world, messages, lift } = await missedOne(TOO_LONG_MS, one);
    lift();
    const lengths = new Set<number>();
    for (let time = 0; time < 12; time++) {
      await world.advance(1_000);
      const read = await messages.rows(LOG, 1, 1, 1);
      if (read.kind === "ok") lengths.add(read.value.length);
    }
    expect([...lengths].toSorted()).toEqual([0, 1]);
  });

  it("MSG1 gets what it missed from hints once it is heard of again", async () => {
    const { world, cluster, standing, lift } = await missedOne(GOSSIP_NOTICES_MS);
    lift();
    await world.advance(5_000);
    expect(standing(2)).toBe(1);
    expect(cluster.replicas[2]!.stores.messages.unreadEntryNow(READER, 1, 3)?.sentN).toBe(1);
    expect(cluster.gossip.hintsLost).toBe(0);
  });

  it("MSG1 gets no hints for what it missed after too long an absence", async () => {
    const { world, cluster, standing, lift } = await missedOne(TOO_LONG_MS);
    lift();
    await world.advance(20_000);
    expect(cluster.gossip.hintsLost).toBe(2);
    expect(standing(2)).toBe(0);
  });

  it("SEC3 does not put an old key in the place of a newer one when its hint comes late", async () => {
    const { world, roster, cluster } = replicated();
    const friends = friendship(2, 5, 1, "old");
    const lift = world.stores.setFault("cassandra-3", KILLED);
    await world.advance(GOSSIP_NOTICES_MS);
    await roster.putFriend(copy(friends, 2));
    lift();
    const { stores } = cluster.replicas[2]!;
    stores.roster.stampUs = world.kernel.now;
    stores.roster.putFriendNow({ ...copy(friends, 2), wrapped: "new" });
    await world.advance(5_000);
    expect(stores.roster.friendNow(2, 5)?.wrapped).toBe("new");
  });

  it("MSG7 that loses its last writes is behind, and nothing else is", async () => {
    const { world, messages, standing } = replicated();
    await messages.append(text(1));
    await world.advance(100);
    const forget = world.stores.remember("cassandra-1");
    await messages.append(text(2));
    await world.advance(100);
    forget();
    expect([standing(0, 1), standing(0, 2)]).toEqual([1, 0]);
    expect([standing(1, 2), standing(2, 2)]).toEqual([1, 1]);
    const read = await messages.rows(LOG, 1, 2, 2);
    expect(read.kind === "ok" && read.value.length).toBe(2);
  });
});

describe("a node's driver", () => {
  it("LIV1 reads elsewhere within a second where one replica is cut off from it", async () => {
    const { world, messages } = replicated();
    world.network.cut("node-1", "cassandra-2");
    for (let time = 0; time < 12; time++) {
      const beganUs = world.kernel.now;
      const read = await messages.rows(LOG, 1, 1, 1);
      expect(read.kind).toBe("ok");
      expect(world.kernel.now - beganUs).toBeLessThan(1_000_000);
    }
  });

  it("LIV2 uses a replica again that came back", async () => {
    const { world, messages, cluster } = replicated();
    const lift = world.stores.setFault("cassandra-2", KILLED);
    for (let n = 1; n <= 6; n++) await messages.append(text(n));
    lift();
    const before = cluster.replicas[1]!.calls;
    await world.advance(12_000);
    for (let n = 7; n <= 30; n++) expect(await messages.append(text(n))).toEqual(OK);
    expect(cluster.replicas[1]!.calls).toBeGreaterThan(before);
  });

  it("MSG3 learns at once that a write is not known where its connection is reset", async () => {
    const { world } = replicated();
    world.network.delay(
      "node-1",
      (site) => site.startsWith("cassandra"),
      () => 500_000,
    );
    const waits = world.ports.messages.append(text(1));
    await world.advance(100);
    for (const site of ["cassandra-1", "cassandra-2", "cassandra-3"])
      world.ports.breakConnection(site);
    const beganUs = world.kernel.now;
    expect(await world.drive(waits)).toEqual(UNKNOWN);
    expect(world.kernel.now - beganUs).toBeLessThan(1_000_000);
  });
});

describe("a friendship", () => {
  it("SEC3 accepted at two nodes at once is one, whoever wins", async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const world = new SimulatedWorld(seed, { replicated: {} });
      const other = world.stores.portsFor("node-2", new Cpu(world.kernel), { alive: true });
      const asked = [world.ports, other].map(({ roster }, index) =>
        world.drive(roster.establish(friendship(2, 5, 10 + index, `key ${index}`))),
      );
      const [left, right] = await Promise.all(asked);
      expect(left!.kind).toBe("ok");
      expect(left).toEqual(right);
    }
  });

  it("SEC3 is decided with one replica away, and not known with two", async () => {
    const { world, roster } = replicated();
    world.stores.setFault("cassandra-1", KILLED);
    const friends = friendship(2, 5, 10, "key");
    expect(await roster.establish(friends)).toEqual({ kind: "ok", value: friends });
    world.stores.setFault("cassandra-2", KILLED);
    expect(await roster.establish(friendship(2, 6, 11, "other"))).toEqual(UNKNOWN);
  });
});

describe("the observer", () => {
  it("MSG7 is told of a row once two replicas have it, and of a watermark once it holds for two", async () => {
    const told: string[] = [];
    const observer = {
      ...NO_OBSERVER,
      rowApplied: (_chat: number, _device: number, n: number) => told.push(`row ${n}`),
      sentRaised: (_user: number, _chat: number, _device: number, n: number) =>
        told.push(`sent ${n}`),
    };
    const { world, messages } = replicated({ observer });
    const lift = world.stores.setFault("cassandra-1", KILLED);
    world.stores.setFault("cassandra-2", KILLED);
    expect(await messages.append(text(1))).toEqual(UNKNOWN);
    expect(told).toEqual([]);
    lift();
    await world.advance(15_000);
    expect(told).toEqual(["row 1"]);
    expect(await messages.raiseSent(READER, 1, 3, 2, 1)).toEqual(OK);
    expect(told).toEqual(["row 1", "sent 1"]);
  });
});
