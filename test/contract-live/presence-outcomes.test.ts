// How calls end when a real Redis is away, killed, wiped, stalled, or when its replies are lost: refused only
// where surely nothing happened, unknown at the latest at the deadline, never sent a second time.
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openRedisPresence, type RedisPresence } from "../../server/live/redis-presence.ts";
import { ok, UNAVAILABLE, UNKNOWN, type Outcome } from "../../server/ports/outcome.ts";
import type { NodeLease, PresenceStore } from "../../server/ports/presence-store.ts";
import { presenceBucket } from "../../server/protocol/presence-bucket.ts";
import { claimOf, epochOf } from "../contract/presence-store-contract.ts";
import { freePort, RedisServer } from "../support/redis-server.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const DEADLINE_MS = 1_000;
/** A busy machine may be late by this. */
const LATE_MS = 800;
const USER = 7;
const RECORD_KEY = `presence:{${presenceBucket(USER)}}:${USER}`;
const EPOCH = epochOf(1000, 2);
const CLAIM = claimOf(USER, EPOCH);
const LEASE: NodeLease = {
  node: CLAIM.node,
  incarnation: CLAIM.incarnation,
  address: "node-1:7420",
  state: "up",
};
const CALLS: readonly [string, (port: PresenceStore) => Promise<Outcome<unknown>>][] = [
  ["hold", (port) => port.hold([CLAIM])],
  ["release", (port) => port.release(USER, EPOCH)],
  ["lookup", (port) => port.lookup(USER)],
  ["lookupMany", (port) => port.lookupMany([USER])],
  ["renewLease", (port) => port.renewLease(LEASE)],
];

async function timed<T>(call: Promise<T>): Promise<{ outcome: T; ms: number }> {
  const startMs = performance.now();
  const outcome = await call;
  return { outcome, ms: performance.now() - startMs };
}

/** The call succeeds again, once the connection is back. */
async function comesBack(port: PresenceStore): Promise<void> {
  await vi.waitFor(async () => expect((await port.lookup(USER)).kind).toBe("ok"), 10_000);
}

describe("presence on a Redis that fails", () => {
  let server: RedisServer;
  let proxy: TcpProxy;
  let presence: RedisPresence;
  let port: PresenceStore;
  let admin: Redis;

  beforeEach(async () => {
    server = await RedisServer.start();
    proxy = await TcpProxy.start(server.port);
    presence = open(`redis://127.0.0.1:${proxy.port}`);
    port = presence.port;
    admin = new Redis(server.url).on("error", () => undefined);
    expect(await presence.connected(5_000)).toBe(true);
  });
  afterEach(async () => {
    admin.disconnect();
    await presence.close();
    await proxy.close();
    await server.stop();
  });

  function open(url: string): RedisPresence {
    return openRedisPresence({ url, prefix: "", callDeadlineMs: DEADLINE_MS, leaseTrustMs: 0 });
  }

  /** Scripts that the server ran so far. */
  async function scriptsRun(): Promise<number> {
    const stats = await admin.info("commandstats");
    let run = 0;
    for (const [, calls] of stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g))
      run += Number(calls);
    return run;
  }

  it("refuses every call where nobody listens, keeps none for later, and connects when somebody does", async () => {
    const nobody = openRedisPresence({
      url: `redis://127.0.0.1:${await freePort()}`,
      prefix: "",
      callDeadlineMs: DEADLINE_MS,
    });
    expect(await nobody.connected(200)).toBe(false);
    for (const [, call] of CALLS) expect(await call(nobody.port)).toEqual(UNAVAILABLE);
    await nobody.close();
    await server.kill();
    await vi.waitFor(async () => expect(await port.hold([CLAIM])).toEqual(UNAVAILABLE));
    await server.start();
    await comesBack(port);
    expect(await port.lookup(USER)).toEqual(ok({ record: undefined, online: false }));
  });

  it.each(CALLS)(
    "%s in flight at a kill ends unknown, at once; later ones are refused",
    async (_, call) => {
      server.pause();
      const inFlight = timed(call(port));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await server.kill();
      const { outcome, ms } = await inFlight;
      expect(outcome).toEqual(UNKNOWN);
      expect(ms).toBeLessThan(DEADLINE_MS);
      await vi.waitFor(async () => expect(await call(port)).toEqual(UNAVAILABLE));
    },
  );

  it("PRE4 a Redis that was wiped and restarted takes the standing claim back, and no older one", async () => {
    await port.renewLease(LEASE);
    await port.hold([CLAIM]);
    await server.kill();
    await server.start();
    await comesBack(port);
    expect(await port.lookup(USER)).toEqual(ok({ record: undefined, online: false }));
    expect(await port.renewLease(LEASE)).toEqual(ok({ standing: false }));
    expect(await port.hold([CLAIM])).toEqual(ok([{ kind: "reinstalled" }]));
    const older = await port.hold([claimOf(USER, epochOf(1000, 1))]);
    expect(older).toMatchObject(ok([{ kind: "replaced", by: { epoch: EPOCH } }]));
    expect(await port.lookup(USER)).toMatchObject(ok({ online: true }));
  });

  it.each(CALLS)("LIV1 %s to a stalled Redis ends unknown at its deadline", async (_, call) => {
    server.pause();
    const { outcome, ms } = await timed(call(port));
    expect(outcome).toEqual(UNKNOWN);
    expect(ms).toBeGreaterThan(DEADLINE_MS - 50);
    expect(ms).toBeLessThan(DEADLINE_MS + LATE_MS);
    server.resume();
    await comesBack(port);
    expect((await call(port)).kind).toBe("ok");
  });

  it("a claim whose reply is lost is unknown, stands all the same, and is not sent again", async () => {
    await port.hold([claimOf(USER, epochOf(1000, 1))]);
    const before = await scriptsRun();
    proxy.swallowReplies = true;
    const outcome = port.hold([CLAIM]);
    await vi.waitFor(async () => expect(String(await admin.get(RECORD_KEY))).toContain(EPOCH));
    proxy.cut();
    expect(await outcome).toEqual(UNKNOWN);
    proxy.swallowReplies = false;
    await presence.connected(5_000);
    expect(await scriptsRun()).toBe(before + 1);
    expect(await port.hold([CLAIM])).toEqual(ok([{ kind: "extended" }]));
  });

  it("PRE1 a release whose reply is lost can be repeated, and a claim that lands later changes nothing", async () => {
    await port.renewLease(LEASE);
    await port.hold([CLAIM]);
    proxy.swallowReplies = true;
    expect(await port.release(USER, EPOCH)).toEqual(UNKNOWN);
    proxy.swallowReplies = false;
    await comesBack(port);
    expect((await port.release(USER, EPOCH)).kind).toBe("ok");
    expect(await port.hold([CLAIM])).toMatchObject(ok([{ kind: "replaced" }]));
    expect(await port.lookup(USER)).toMatchObject(
      ok({ online: false, record: { released: true } }),
    );
  });

  it("a line that fell silent is given up for a new one, though nothing ever broke", async () => {
    proxy.swallowRequests = true;
    const { outcome } = await timed(port.hold([CLAIM]));
    expect(outcome).toEqual(UNKNOWN);
    proxy.swallowRequests = false;
    await comesBack(port);
    expect(await port.lookup(USER)).toEqual(ok({ record: undefined, online: false }));
  });

  it.each([
    ["out of memory", ["config", "set", "maxmemory", "1"]],
    ["a read-only replica", ["replicaof", "127.0.0.1", "1"]],
  ])(
    "%s says no before the script ran: refused, and nothing changed",
    async (_, [name, ...args]) => {
      await port.hold([CLAIM]);
      await admin.call(name!, ...args);
      expect(await port.hold([claimOf(USER, epochOf(1000, 3))])).toEqual(UNAVAILABLE);
      expect(await port.release(USER, EPOCH)).toEqual(UNAVAILABLE);
      expect(await port.renewLease(LEASE)).toEqual(UNAVAILABLE);
      await comesBack(port);
      expect(await port.lookup(USER)).toMatchObject(
        ok({ record: { epoch: EPOCH, released: false } }),
      );
    },
  );

  it("leaves a master that became a replica for the one that its address leads to now", async () => {
    const newMaster = await RedisServer.start();
    await admin.call("replicaof", "127.0.0.1", String(newMaster.port));
    proxy.leadTo(newMaster.port);
    expect(await port.hold([CLAIM])).toEqual(UNAVAILABLE);
    await vi.waitFor(async () => expect((await port.hold([CLAIM])).kind).toBe("ok"), 10_000);
    await newMaster.stop();
  });

  it("BND1 a stalled Redis holds so many calls in flight and no more", async () => {
    server.pause();
    const calls = Array.from({ length: 10_050 }, () => port.lookup(USER));
    const outcomes = await Promise.all(calls);
    expect(outcomes.filter(({ kind }) => kind === "refused")).toHaveLength(50);
    expect(outcomes.filter(({ kind }) => kind === "unknown")).toHaveLength(10_000);
    server.resume();
  });

  it("a lease that was seen alive is trusted no longer than it lasts", async () => {
    const url = server.url;
    const trusting = openRedisPresence({
      url,
      prefix: "",
      callDeadlineMs: DEADLINE_MS,
      leaseTrustMs: 60_000,
    });
    await trusting.connected(5_000);
    await port.renewLease(LEASE);
    await port.hold([CLAIM]);
    await admin.pexpire("node:{node-1}", 300);
    expect(await trusting.port.lookup(USER)).toMatchObject(ok({ online: true }));
    const before = await scriptsRun();
    expect(await trusting.port.lookup(USER)).toMatchObject(ok({ online: true }));
    expect(await scriptsRun()).toBe(before + 1);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(await trusting.port.lookup(USER)).toMatchObject(ok({ online: false }));
    // A node that came back under another incarnation is seen at once: "not alive" is never remembered.
    const restarted = { ...LEASE, incarnation: 5 };
    await port.renewLease(restarted);
    await port.hold([{ ...CLAIM, incarnation: 5 }]);
    expect(await trusting.port.lookup(USER)).toMatchObject(ok({ online: true }));
    await trusting.close();
  });

  it("tells of every loss and return once, without the password", async () => {
    const told: string[] = [];
    await admin.config("SET", "requirepass", "canary-password");
    const watched = openRedisPresence({
      url: `redis://:canary-password@127.0.0.1:${server.port}`,
      prefix: "",
      callDeadlineMs: DEADLINE_MS,
      onConnection: (up, why) => told.push(`${up} ${why}`),
    });
    expect(await watched.connected(5_000)).toBe(true);
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(told.map((text) => text.split(" ")[0])).toEqual(["true", "false"]);
    await server.start();
    expect(await watched.connected(5_000)).toBe(true);
    await vi.waitFor(() => expect(told).toHaveLength(3));
    expect(told.join("\n")).not.toContain("canary");
    await watched.close();
  });

  it("SEC1 a wrong password ends in refusals, not in a crash", async () => {
    await admin.config("SET", "requirepass", "canary-password");
    const why: string[] = [];
    const wrong = openRedisPresence({
      url: `redis://:another@127.0.0.1:${server.port}`,
      prefix: "",
      callDeadlineMs: DEADLINE_MS,
      onConnection: (_, text) => why.push(text),
    });
    expect(await wrong.connected(300)).toBe(false);
    for (const [, call] of CALLS) expect(await call(wrong.port)).toEqual(UNAVAILABLE);
    expect(why).toHaveLength(1);
    expect(why[0]).toContain("WRONGPASS");
    await wrong.close();
  });

  it("PRE3 a record is kept 30 days from its last heartbeat, a release keeps that day; a lease 9 s", async () => {
    const dayMs = 24 * 3600 * 1000;
    await port.hold([CLAIM]);
    await admin.pexpire(RECORD_KEY, 29 * dayMs);
    await port.release(USER, EPOCH);
    const keptMs = await admin.pttl(RECORD_KEY);
    expect(keptMs).toBeGreaterThan(28.9 * dayMs);
    expect(keptMs).toBeLessThanOrEqual(29 * dayMs);
    await port.hold([claimOf(USER, epochOf(1000, 3))]);
    expect(await admin.pttl(RECORD_KEY)).toBeGreaterThan(29.9 * dayMs);
    await port.renewLease(LEASE);
    const leaseMs = await admin.pttl("node:{node-1}");
    expect(leaseMs).toBeGreaterThan(8_000);
    expect(leaseMs).toBeLessThanOrEqual(9_000);
  });
});
