// Presence on more than one Redis: a cluster of three masters, and a master that sentinels name and replace.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { openRedisPresence, type RedisPresence } from "../../server/live/redis-presence.ts";
import { formatEpoch } from "../../server/protocol/epoch.ts";
import { freshName } from "../support/live-services.ts";
import { freePort, RedisServer } from "../support/redis-server.ts";

const DEADLINE_MS = 2_000;
const FAILOVER_MS = 30_000;
const USERS = Array.from({ length: 300 }, (_, at) => 1_000 + at);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

type Given = Omit<Parameters<typeof openRedisPresence>[0], "prefix" | "callDeadlineMs">;

async function opened(given: Given): Promise<RedisPresence> {
  const prefix = `${freshName("servers")}:`;
  const presence = openRedisPresence({ ...given, prefix, callDeadlineMs: DEADLINE_MS });
  closers.push(() => presence.close());
  expect(await presence.connected(10_000)).toBe(true);
  return presence;
}

function claim(user: number) {
  const epoch = formatEpoch(1_763_900_000_000, 1, 1);
  return { user, epoch, node: "node-1", incarnation: 5, connection: user, device: 1 };
}

const LEASE = { node: "node-1", incarnation: 5, state: "up", address: "a:1" } as const;

async function untilOk(call: () => Promise<{ readonly kind: string }>): Promise<void> {
  await expect.poll(async () => (await call()).kind, { timeout: FAILOVER_MS }).toBe("ok");
}

describe("a Redis Cluster", () => {
  it("holds the presence of people on all its nodes, each found through any of them", async () => {
    const servers = await cluster(3);
    const presence = await opened({ url: servers[1]!.url, cluster: true });
    expect((await presence.port.renewLease(LEASE)).kind).toBe("ok");
    for (const user of USERS) expect((await presence.port.hold([claim(user)])).kind).toBe("ok");
    for (const user of USERS) {
      const found = await presence.port.lookup(user);
      expect(found).toMatchObject({ kind: "ok", value: { online: true, record: { user } } });
    }
    for (const { url } of servers) {
      const admin = new Redis(url);
      // Each has a fair part of them: nothing was sent to one node alone.
      expect(await admin.dbsize()).toBeGreaterThan(USERS.length / 10);
      admin.disconnect();
    }
    // One away: every call ends within its deadline, and no answer is of somebody else.
    await servers[0]!.kill();
    const startMs = performance.now();
    const found = await Promise.all(USERS.map((user) => presence.port.lookup(user)));
    expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS + 1_000);
    for (const [at, outcome] of found.entries())
      if (outcome.kind === "ok") expect(outcome.value.record?.user).toBe(USERS[at]);
  });
});

describe("a Redis with sentinels", () => {
  it("is found through them, and its successor after it died", async () => {
    const master = await started();
    const replica = await started("--replicaof", `127.0.0.1 ${master.port}`);
    const sentinel = await startSentinel(master.port);
    const presence = await opened({
      url: "redis://unused",
      sentinel: { points: [`127.0.0.1:${sentinel}`], master: "mymaster" },
    });
    expect((await presence.port.hold([claim(7)])).kind).toBe("ok");
    await expect.poll(async () => (await keysOf(replica)).length, { timeout: 10_000 }).toBe(1);
    await knowsReplica(sentinel);
    await master.kill();
    await untilOk(() => presence.port.hold([claim(8)]));
    expect(await keysOf(replica)).toHaveLength(2);
    // What the replica had taken stands.
    expect(await presence.port.lookup(7)).toMatchObject({ value: { record: { user: 7 } } });
  });
});

async function started(...extra: readonly string[]): Promise<RedisServer> {
  const server = await RedisServer.start(...extra);
  closers.push(() => server.stop());
  return server;
}

async function keysOf(server: RedisServer): Promise<string[]> {
  const admin = new Redis(server.url);
  const keys = await admin.keys("*");
  admin.disconnect();
  return keys;
}

/** Masters alone, which share the slots. */
async function cluster(count: number): Promise<RedisServer[]> {
  const servers: RedisServer[] = [];
  const slots = 16_384;
  for (let at = 0; at < count; at += 1) {
    const bus = String(await freePort());
    const server = await started("--cluster-enabled", "yes", "--cluster-port", bus);
    servers.push(server);
    const admin = new Redis(server.url);
    const [first, next] = [at, at + 1].map((part) => Math.floor((part * slots) / count));
    await admin.call("CLUSTER", "ADDSLOTSRANGE", first!, next! - 1);
    await admin.call("CLUSTER", "SET-CONFIG-EPOCH", at + 1);
    if (at > 0)
      await admin.call("CLUSTER", "MEET", "127.0.0.1", servers[0]!.port, await busOf(servers[0]!));
    admin.disconnect();
  }
  for (const { url } of servers) {
    const admin = new Redis(url);
    await expect
      .poll(async () => String(await admin.call("CLUSTER", "INFO")), { timeout: 20_000 })
      .toMatch(/cluster_state:ok[\s\S]*cluster_known_nodes:3/);
    admin.disconnect();
  }
  return servers;
}

async function busOf(server: RedisServer): Promise<number> {
  const admin = new Redis(server.url);
  const text = String(await admin.call("CLUSTER", "NODES"));
  admin.disconnect();
  return Number(/@(\d+)/.exec(text)![1]);
}

async function startSentinel(masterPort: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "chatquake-sentinel-"));
  const port = await freePort();
  const file = join(folder, "sentinel.conf");
  writeFileSync(
    file,
    `port ${port}
bind 127.0.0.1
sentinel monitor mymaster 127.0.0.1 ${masterPort} 1
sentinel down-after-milliseconds mymaster 500
sentinel failover-timeout mymaster 3000
`,
  );
  const child: ChildProcess = spawn("redis-server", [file, "--sentinel"], {
    cwd: folder,
    stdio: "ignore",
  });
  closers.push(async () => {
    child.kill("SIGKILL");
    await once(child, "exit");
    rmSync(folder, { recursive: true });
  });
  const admin = new Redis(port, "127.0.0.1");
  // Until it listens.
  admin.on("error", () => undefined);
  await expect.poll(() => admin.ping(), { timeout: 10_000 }).toBe("PONG");
  admin.disconnect();
  return port;
}

async function knowsReplica(port: number): Promise<void> {
  const admin = new Redis(port, "127.0.0.1");
  await expect
    .poll(async () => ((await admin.call("SENTINEL", "REPLICAS", "mymaster")) as []).length, {
      timeout: 20_000,
    })
    .toBe(1);
  admin.disconnect();
}
