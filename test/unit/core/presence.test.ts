// Claims, renewals, releases, leases, fencing, and what friends are shown.
import { expect, test } from "vitest";
import { type Client, Cluster } from "./cluster.ts";

const CHAT = 500;

async function pair(count = 2): Promise<Cluster> {
  const cluster = new Cluster(count);
  cluster.befriend(1, 2, CHAT);
  return cluster.start();
}

const states = (client: Client) => client.of("presence").map((frame) => frame.state);

/** As a device does. */
async function pinging(cluster: Cluster, ms: number, ...clients: Client[]): Promise<void> {
  for (let left = ms; left > 0; left -= 1_000) {
    if (left % 20_000 === 0)
      for (const client of clients) if (client.closed === undefined) client.say({ type: "ping" });
    await cluster.clock.run(1_000);
  }
}

test("PRE2 friends are told at once who came, and 5 s later who left", async () => {
  const cluster = await pair();
  const watcher = await cluster.signIn(0, 1);
  expect(watcher.of("roster")[0]!.friends[0]).toMatchObject({ user: 2, state: "unknown" });
  expect(states(watcher)).toEqual(["offline"]);
  const friend = await cluster.signIn(1, 2);
  expect(states(watcher)).toEqual(["offline", "online"]);
  cluster.nodes[1]!.closed(friend);
  await cluster.clock.run(4_900);
  expect(states(watcher)).toEqual(["offline", "online"]);
  await cluster.clock.run(200);
  expect(states(watcher)).toEqual(["offline", "online", "offline"]);
  expect(watcher.of("presence")[2]!.lastSeen).toBeGreaterThan(0);
});

test("PRE2 who is back within 5 s was never shown as gone", async () => {
  const cluster = await pair();
  const watcher = await cluster.signIn(0, 1);
  const friend = await cluster.signIn(1, 2);
  cluster.nodes[1]!.closed(friend);
  await cluster.clock.run(2_000);
  await cluster.signIn(0, 2, { counter: 2 });
  await cluster.clock.run(10_000);
  expect(states(watcher)).toEqual(["offline", "online"]);
});

test("PRE2 a lost notice is repaired by the reading of friends", async () => {
  const cluster = await pair();
  const watcher = await cluster.signIn(0, 1);
  cluster.cut.add("node-2");
  const friend = await cluster.signIn(1, 2);
  expect(states(watcher)).toEqual(["offline"]);
  await pinging(cluster, 31_000, watcher, friend);
  expect(states(watcher)).toEqual(["offline", "online"]);
});

test("PRE2 with the presence store down friends are unknown, never guessed", async () => {
  const cluster = await pair();
  const watcher = await cluster.signIn(0, 1);
  const friend = await cluster.signIn(1, 2);
  for (const door of cluster.presenceDoors) door.always("*", "lost");
  await pinging(cluster, 40_000, watcher, friend);
  expect(states(watcher)).toEqual(["offline", "online", "unknown"]);
  for (const door of cluster.presenceDoors) door.always("*", "ok");
  await pinging(cluster, 5_000, watcher, friend);
  expect(states(watcher).at(-1)).toBe("online");
  expect(watcher.closed).toBeUndefined();
});

test("PRE1 a silent client is closed with 4408 and released", async () => {
  const cluster = await pair();
  const friend = await cluster.signIn(1, 2);
  await cluster.clock.run(76_000);
  expect(friend.closed?.code).toBe(4408);
  expect(cluster.presence.lookupNow(2)).toMatchObject({
    online: false,
    record: { released: true },
  });
});

test("PRE1 a release is repeated until it is known", async () => {
  const cluster = await pair();
  const friend = await cluster.signIn(1, 2);
  cluster.presenceDoors[1]!.next("release", "refused", "lost");
  cluster.nodes[1]!.closed(friend);
  await cluster.clock.run(1_000);
  expect(cluster.presence.lookupNow(2).online).toBe(true);
  await cluster.clock.run(4_000);
  expect(cluster.presence.lookupNow(2).online).toBe(false);
  expect(cluster.nodes[1]!.stats().releasing).toBe(0);
});

test("BND1 PRE1 in an outage one release a user is tried, the highest", async () => {
  const cluster = await pair();
  for (const door of cluster.presenceDoors) door.always("release", "lost");
  for (let counter = 1; counter <= 5; counter += 1) {
    const friend = await cluster.signIn(1, 2, { counter });
    cluster.nodes[1]!.closed(friend);
    await cluster.clock.run(10);
  }
  expect(cluster.nodes[1]!.stats().releasing).toBe(1);
  const tried = () => cluster.log.filter((call) => call === "release").length;
  const before = tried();
  await cluster.clock.run(10_000);
  expect(tried() - before).toBe(5);
  for (const door of cluster.presenceDoors) door.always("release", "ok");
  await cluster.clock.run(4_000);
  expect(cluster.presence.lookupNow(2)).toMatchObject({
    online: false,
    record: { released: true },
  });
  expect(cluster.nodes[1]!.stats().releasing).toBe(0);
});

test("BND1 a socket that does not sign in is closed", async () => {
  const cluster = await pair();
  const client = cluster.client(0, 2);
  client.node.opened(client);
  await cluster.clock.run(31_000);
  expect(client.closed?.code).toBe(4408);
});

test("PRE4 a renewal that finds a higher epoch closes the session", async () => {
  const cluster = await pair();
  const friend = await cluster.signIn(1, 2);
  const record = cluster.presence.lookupNow(2).record!;
  cluster.presence.holdNow([{ ...record, epoch: "9" + record.epoch.slice(1), device: 99 }]);
  await pinging(cluster, 31_000, friend);
  expect(friend.closed).toEqual({ code: 4409, reason: "replaced by device 99" });
});

test("LIV3 a renewal that reinstalls re-reads the tail", async () => {
  const cluster = await pair();
  const reader = await cluster.signIn(1, 2);
  // A wipe, and a message whose look-up found nobody.
  cluster.presence.wipe();
  cluster.messages.appendNow([
    { chat: CHAT, from: 1, device: 10, n: 1, sentAt: 1, kind: "text", keyVersion: 1 },
  ]);
  cluster.messages.raiseSentNow(2, CHAT, 10, 1, 1);
  await pinging(cluster, 31_000, reader);
  expect(reader.messages()).toEqual([1]);
  expect(reader.closed).toBeUndefined();
});

test("LIV3 a renewal that ended unknown is repeated, and its first answer re-reads the tail", async () => {
  const cluster = await pair();
  const reader = await cluster.signIn(1, 2);
  cluster.presenceDoors[1]!.next("hold", "applied");
  cluster.log.length = 0;
  await pinging(cluster, 33_000, reader);
  const calls = cluster.log.filter((call) => ["hold", "unreadEntries"].includes(call));
  expect(calls.slice(0, 3)).toEqual(["hold", "hold", "unreadEntries"]);
});

test("BND1 behind an outage of the presence store the tails are read in their own pace", async () => {
  const cluster = await new Cluster(1).start();
  const clients: Client[] = [];
  for (let user = 1; user <= 40; user += 1) clients.push(await cluster.signIn(0, user));
  cluster.presenceDoors[0]!.always("hold", "lost");
  await pinging(cluster, 40_000, ...clients);
  cluster.presenceDoors[0]!.always("hold", "ok");
  cluster.log.length = 0;
  const reads = () => cluster.log.filter((call) => call === "unreadEntries").length;
  await cluster.clock.run(2_200);
  expect(cluster.log.filter((call) => call === "hold").length).toBeGreaterThan(30);
  expect(reads()).toBeLessThan(20);
  await pinging(cluster, 10_000, ...clients);
  expect(reads()).toBeGreaterThanOrEqual(40);
});

test("LIV4 a node takes clients after its first lease call, whatever the outcome", async () => {
  const cluster = new Cluster(1);
  cluster.presenceDoors[0]!.always("*", "lost");
  const node = cluster.nodes[0]!;
  let ready = 0;
  node.onReady(() => (ready += 1));
  const early = cluster.client(0, 1);
  node.opened(early);
  expect(early.closed?.code).toBe(4503);
  await cluster.start();
  expect(ready).toBe(1);
  const client = await cluster.signIn(0, 1);
  expect(client.of("synced").length).toBe(1);
});

test("LIV3 a node whose very first lease call failed re-reads the tails once it has a lease", async () => {
  const cluster = new Cluster(2);
  cluster.befriend(1, 2, CHAT);
  cluster.presenceDoors[1]!.next("renewLease", "refused");
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2);
  sender.text(CHAT, 1);
  await cluster.clock.run(1_000);
  expect(reader.messages()).toEqual([]);
  await cluster.clock.run(4_000);
  expect(reader.messages()).toEqual([1]);
});

test("LIV4 all nodes without the presence store stay up", async () => {
  const cluster = await pair(3);
  const reader = await cluster.signIn(1, 2);
  for (const door of cluster.presenceDoors) door.always("*", "lost");
  await pinging(cluster, 60_000, reader);
  expect(reader.closed).toBeUndefined();
});

test("PRE4 a node that alone lost the presence store gives its clients up", async () => {
  const cluster = await pair(3);
  const reader = await cluster.signIn(1, 2);
  cluster.presenceDoors[1]!.always("*", "lost");
  await pinging(cluster, 12_000, reader);
  expect(reader.closed?.code).toBe(4503);
  const refusedHere = cluster.client(1, 2);
  refusedHere.node.opened(refusedHere);
  expect(refusedHere.closed?.code).toBe(4503);
  cluster.presenceDoors[1]!.always("*", "ok");
  await cluster.clock.run(4_000);
  expect((await cluster.signIn(1, 2, { counter: 2 })).closed).toBeUndefined();
});

test("LIV4 no answer over the links is no evidence", async () => {
  const cluster = await pair(3);
  const reader = await cluster.signIn(1, 2);
  cluster.presenceDoors[1]!.always("*", "lost");
  cluster.deaf.add("node-1").add("node-3");
  await pinging(cluster, 20_000, reader);
  expect(reader.closed).toBeUndefined();
});

test("LIV3 link lost and link restored re-read the tails; a drained peer is no anomaly", async () => {
  const cluster = await pair();
  const reader = await cluster.signIn(1, 2);
  const node = cluster.nodes[1]!;
  const reads = async (change: () => void) => {
    cluster.log.length = 0;
    change();
    await pinging(cluster, 10_000, reader);
    return cluster.log.filter((call) => call === "unreadEntries").length;
  };
  expect(await reads(() => node.linkDown("node-1"))).toBe(1);
  expect(await reads(() => node.linkUp("node-1"))).toBe(1);
  expect(
    await reads(() => {
      node.note("node-1", { type: "draining" });
      node.linkDown("node-1");
    }),
  ).toBe(0);
});

test("LIV3 everyone's tail is read again every two minutes", async () => {
  const cluster = await pair();
  const reader = await cluster.signIn(1, 2);
  cluster.log.length = 0;
  await pinging(cluster, 240_000, reader);
  expect(cluster.log.filter((call) => call === "unreadEntries").length).toBe(2);
});

test("BND1 a client whose queue overflows loses the socket, not a frame", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2);
  reader.buffered = 300 * 1024;
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  // Slow: the message waits in the store.
  expect(reader.messages()).toEqual([]);
  reader.buffered = 0;
  await cluster.clock.run(15_000);
  expect(reader.messages()).toEqual([1]);
  reader.buffered = 2 * 1024 * 1024;
  reader.say({ type: "ping" });
  expect(reader.closed?.code).toBe(4429);
});

test("LIV1 a draining node ends what was begun, warns, and sends its clients away", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  let go: () => void = () => undefined;
  cluster.messagesDoor.next("append", new Promise<void>((resolve) => (go = resolve)));
  sender.text(CHAT, 2);
  let drained = false;
  void cluster.nodes[0]!.drain().then(() => (drained = true));
  await cluster.clock.run(6_000);
  expect(sender.of("going-away").length).toBe(1);
  expect(sender.closed).toBeUndefined();
  const late = cluster.client(0, 2);
  late.node.opened(late);
  expect(late.closed?.code).toBe(4503);
  go();
  await cluster.clock.run(200);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 2]);
  expect(sender.closed?.code).toBe(4503);
  await cluster.clock.run(1_000);
  expect(drained).toBe(true);
  expect(cluster.presence.lookupNow(1).record?.released).toBe(true);
});
