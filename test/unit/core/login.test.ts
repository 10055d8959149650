// Signing in: the claim, the roster with its keys, the backlog, and what arrives meanwhile.
import { expect, test } from "vitest";
import type { LinkNote } from "../../../server/ports/node-link.ts";
import { Cluster } from "./cluster.ts";

const CHAT = 500;

async function pair(): Promise<Cluster> {
  const cluster = new Cluster(2);
  cluster.befriend(1, 2, CHAT);
  return cluster.start();
}

/** Messages 1 to n from user 1 (device 10), stored and covered. */
function stock(cluster: Cluster, n: number): void {
  for (let i = 1; i <= n; i += 1)
    cluster.messages.appendNow([
      { chat: CHAT, from: 1, device: 10, n: i, sentAt: i, kind: "text", keyVersion: 1 },
    ]);
  cluster.messages.raiseSentNow(2, CHAT, 10, 1, n);
}

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test("MSG1 what was sent while away is delivered at sign-in, then synced", async () => {
  const cluster = await pair();
  stock(cluster, 250);
  const reader = await cluster.signIn(0, 2);
  expect(reader.messages()).toEqual(range(1, 250));
  const types = reader.frames.map((frame) => frame.type);
  expect(types.slice(0, 3)).toEqual(["connected", "roster", "log"]);
  expect(types.lastIndexOf("message")).toBeLessThan(types.indexOf("synced"));
  expect(cluster.faults).toEqual([]);
});

test("LIV3 the claim stands before the audits are read", async () => {
  const cluster = await pair();
  cluster.log.length = 0;
  await cluster.signIn(0, 2);
  const steps = cluster.log.filter((entry) =>
    ["hold", "unreadEntries", "receiptEntries", "frame:synced"].includes(entry),
  );
  expect(steps).toEqual(["hold", "unreadEntries", "receiptEntries", "frame:synced"]);
});

test("MSG4 the backlog begins behind what the device has, open entry or not", async () => {
  const cluster = await pair();
  stock(cluster, 8);
  cluster.messages.raiseReadNow(2, CHAT, 10, 2);
  const reader = await cluster.signIn(0, 2, { have: [[CHAT, 10, 5]] });
  expect(reader.of("log").map((frame) => frame.start)).toEqual([5]);
  expect(reader.messages()).toEqual([6, 7, 8]);
  cluster.messages.raiseReadNow(2, CHAT, 10, 8);
  const older = await cluster.signIn(0, 2, { counter: 2, have: [[CHAT, 10, 6]] });
  expect(older.messages()).toEqual([7, 8]);
  const fresh = await cluster.signIn(0, 2, { counter: 3, device: 21 });
  expect(fresh.messages()).toEqual([]);
});

test("BND1 never more than the window is unacknowledged", async () => {
  const cluster = await pair();
  stock(cluster, 100);
  const reader = await cluster.signIn(0, 2, { acknowledge: false });
  expect(reader.messages()).toEqual(range(1, 64));
  expect(reader.of("synced")).toEqual([]);
  reader.say({ type: "received", chat: CHAT, device: 10, n: 40 });
  await cluster.clock.run(10);
  expect(reader.messages()).toEqual(range(1, 100));
  expect(reader.of("synced").length).toBe(1);
});

test("MSG5 a message that arrives during the backlog waits for its turn", async () => {
  const cluster = await pair();
  stock(cluster, 3);
  const sender = await cluster.signIn(1, 1);
  let go: () => void = () => undefined;
  cluster.messagesDoor.next("unreadEntries", new Promise<void>((resolve) => (go = resolve)));
  const reader = cluster.client(0, 2);
  reader.connect();
  await cluster.clock.run(10);
  sender.text(CHAT, 4);
  await cluster.clock.run(10);
  expect(sender.of("sent").length).toBe(1);
  expect(reader.messages()).toEqual([]);
  go();
  await cluster.clock.run(10);
  expect(reader.messages()).toEqual([1, 2, 3, 4]);
});

test("LIV3 a log remembered during login but not in the audit read forces another", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(1, 1);
  const reader = cluster.client(0, 2);
  let go: () => void = () => undefined;
  cluster.messagesDoor.next("receiptEntries", new Promise<void>((resolve) => (go = resolve)));
  reader.connect();
  await cluster.clock.run(10);
  cluster.log.length = 0;
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  go();
  await cluster.clock.run(10);
  expect(cluster.log.filter((entry) => entry === "unreadEntries").length).toBe(1);
  expect(reader.messages()).toEqual([1]);
  expect(reader.of("synced").length).toBe(1);
});

test("BND1 a mark that the store does not show is asked for again with a pause between", async () => {
  const cluster = await pair();
  const reader = cluster.client(0, 2);
  let go: () => void = () => undefined;
  cluster.messagesDoor.next("receiptEntries", new Promise<void>((resolve) => (go = resolve)));
  reader.connect();
  await cluster.clock.run(10);
  const epoch = reader.of("connected")[0]!.epoch;
  const message = {
    ...{ chat: CHAT, from: 1, device: 10, n: 1, sentAt: 1 },
    ...{ kind: "text" as const, keyVersion: 1 },
  };
  await cluster.nodes[0]!.request("node-2", { type: "deliver", user: 2, epoch, message });
  cluster.log.length = 0;
  const readings = () => cluster.log.filter((entry) => entry === "unreadEntries").length;
  go();
  await cluster.clock.run(10);
  expect(readings()).toBe(1);
  await cluster.clock.run(20_000);
  expect(readings()).toBeGreaterThan(5);
  expect(readings()).toBeLessThan(15);
  stock(cluster, 1);
  await cluster.clock.run(3_000);
  expect(reader.messages()).toEqual([1]);
  expect(reader.of("synced").length).toBe(1);
});

test("MSG4 a page read from the store does not repeat what went straight out meanwhile", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(1, 1);
  const reader = await cluster.signIn(0, 2);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  let go: () => void = () => undefined;
  cluster.messagesDoor.next("rows", new Promise<void>((resolve) => (go = resolve)));
  stock(cluster, 3);
  const epoch = reader.of("connected")[0]!.epoch;
  const message = (n: number) => ({
    chat: CHAT,
    from: 1,
    device: 10,
    n,
    sentAt: n,
    kind: "text" as const,
    keyVersion: 1,
  });
  const node = cluster.nodes[0]!;
  const deliver = (n: number) =>
    node.request("node-2", { type: "deliver", user: 2, epoch, message: message(n) });
  await deliver(3);
  await deliver(2);
  await deliver(3);
  go();
  await cluster.clock.run(10);
  expect(reader.messages()).toEqual([1, 2, 3]);
});

test("MSG1 a row that the store lost goes out as a void and blocks nobody", async () => {
  const cluster = await pair();
  for (const n of [1, 3])
    cluster.messages.appendNow([
      { chat: CHAT, from: 1, device: 10, n, sentAt: n, kind: "text", keyVersion: 1 },
    ]);
  cluster.messages.raiseSentNow(2, CHAT, 10, 1, 3);
  const reader = await cluster.signIn(0, 2);
  expect(reader.of("message").map((frame) => [frame.n, frame.kind])).toEqual([
    [1, "text"],
    [2, "void"],
    [3, "text"],
  ]);
});

test("PRE4 the newest sign-in wins, and the older is told by which device", async () => {
  const cluster = await pair();
  const first = await cluster.signIn(0, 2);
  const second = await cluster.signIn(1, 2, { device: 21, counter: 2 });
  expect(first.closed).toEqual({ code: 4409, reason: "replaced by device 21" });
  expect(second.closed).toBeUndefined();
  const stale = await cluster.signIn(0, 2);
  expect(stale.closed?.code).toBe(4409);
  const here = await cluster.signIn(1, 2, { device: 22, counter: 3 });
  expect(second.closed?.reason).toBe("replaced by device 22");
  expect(here.closed).toBeUndefined();
});

test("SEC1 without a good token there is no session", async () => {
  const cluster = await pair();
  const client = cluster.client(0, 2);
  client.node.opened(client);
  client.say({ type: "connect", token: "forged", counter: 1 });
  await cluster.clock.run(10);
  expect(client.closed?.code).toBe(4401);
  expect(client.frames).toEqual([]);
});

test("LIV4 with the presence store away login goes on, and the claim is repeated until it stands", async () => {
  const cluster = await pair();
  stock(cluster, 2);
  cluster.presenceDoors[0]!.always("hold", "lost");
  const reader = await cluster.signIn(0, 2);
  expect(reader.messages()).toEqual([1, 2]);
  expect(reader.of("synced").length).toBe(1);
  expect(cluster.presence.lookupNow(2).online).toBe(false);
  cluster.presenceDoors[0]!.always("hold", "ok");
  stock(cluster, 3);
  await cluster.clock.run(2_100);
  expect(cluster.presence.lookupNow(2).online).toBe(true);
  expect(reader.messages()).toEqual([1, 2, 3]);
});

test("PRE4 a fence closes only a lower epoch", async () => {
  const cluster = await pair();
  const reader = await cluster.signIn(0, 2, { counter: 5 });
  const fence = (epoch: string): LinkNote => ({
    type: "fence",
    user: 2,
    by: {
      user: 2,
      epoch,
      released: false,
      node: "node-2",
      incarnation: 1,
      connection: 1,
      device: 99,
      heartbeatMs: 0,
    },
  });
  const own = reader.of("connected")[0]!.epoch;
  cluster.nodes[0]!.note("node-2", fence(own));
  cluster.nodes[0]!.note("node-2", fence("0".repeat(40)));
  expect(reader.closed).toBeUndefined();
  cluster.nodes[0]!.note("node-2", fence("9" + own.slice(1)));
  expect(reader.closed).toEqual({ code: 4409, reason: "replaced by device 99" });
});
