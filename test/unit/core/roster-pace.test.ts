// A session's roster and its requests under load: what is read at a time, and what waits for a slow client.
import { expect, test } from "vitest";
import { Cluster } from "./cluster.ts";

const CHAT = 500;

test("BND1 one reading of a roster at a time, however many changes are told; the last one sees all", async () => {
  const cluster = new Cluster(2);
  await cluster.start();
  const watched = await cluster.signIn(0, 1);
  const readings = () => cluster.rosterDoor.calls.filter((call) => call === "friends").length;
  const before = readings();
  let go = (): void => undefined;
  cluster.rosterDoor.next("friends", new Promise<void>((resolve) => (go = resolve)));
  for (let from = 10; from < 60; from += 1) {
    cluster.roster.requestNow({ to: 1, from, requestedAt: 1 });
    cluster.nodes[0]!.note("node-2", { type: "roster-changed", user: 1 });
  }
  await cluster.clock.run(10);
  expect(readings()).toBe(before + 1);
  go();
  await cluster.clock.run(10);
  expect(readings()).toBe(before + 2);
  expect(watched.of("roster").flatMap(({ requests }) => requests)).toHaveLength(50);
});

test("SEC3 LIV3 a new friend whose key does not open holds up no re-reading of the tail", async () => {
  const cluster = new Cluster(2);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const reader = await cluster.signIn(0, 1);
  cluster.vaultDoor.always("unwrap", "refused");
  cluster.befriend(1, 3, CHAT + 1);
  // A link that came back: the roster is read with the tail.
  cluster.nodes[0]!.linkUp("node-2");
  await cluster.clock.run(15_000);
  const audits = () => cluster.log.filter((call) => call === "unreadEntries").length;
  const before = audits();
  cluster.nodes[0]!.linkUp("node-2");
  await cluster.clock.run(15_000);
  expect(audits()).toBeGreaterThan(before);
  cluster.vaultDoor.always("unwrap", "ok");
  await cluster.clock.run(31_000);
  expect(reader.of("roster").at(-1)!.friends).toMatchObject([{ user: 3 }]);
});

test("BND1 a roster goes out as fast as its client takes it, in order, and no queue overflows", async () => {
  const cluster = new Cluster(1, {}, { rosterPageFriends: 2 });
  for (let friend = 2; friend <= 6; friend += 1) cluster.befriend(1, friend, CHAT + friend);
  await cluster.start();
  const client = cluster.client(0, 1);
  client.buffered = 300 * 1024;
  client.connect();
  await cluster.clock.run(1_000);
  expect(client.of("roster")).toEqual([]);
  // A change that comes meanwhile goes out behind the rest.
  cluster.roster.requestNow({ to: 1, from: 9, requestedAt: 1 });
  cluster.nodes[0]!.note("node-2", { type: "roster-changed", user: 1 });
  await cluster.clock.run(1_000);
  client.buffered = 0;
  await cluster.clock.run(1_000);
  expect(
    client.of("roster").map(({ friends, more }) => [friends.map(({ user }) => user), more]),
  ).toEqual([
    [[2, 3], true],
    [[4, 5], true],
    [[6], false],
    [[], false],
  ]);
  expect(client.of("roster").at(-1)!.requests).toEqual([9]);
  expect(client.closed).toBeUndefined();
});

test("BND1 of a client's pages of history only a few are read at a time", async () => {
  const cluster = new Cluster(1);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const reader = await cluster.signIn(0, 1);
  for (let id = 1; id <= 10; id += 1) reader.say({ type: "history", id, chat: CHAT, limit: 100 });
  await cluster.clock.run(10);
  expect(reader.of("history").map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(reader.of("refused").map(({ code }) => code)).toEqual(Array(6).fill("busy"));
  reader.say({ type: "history", id: 11, chat: CHAT, limit: 100 });
  await cluster.clock.run(10);
  expect(reader.of("history").at(-1)!.id).toBe(11);
});

test("BND1 a client that does not read is told of its receipts later, not closed for them", async () => {
  const cluster = new Cluster(1);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  cluster.messages.raiseReceiptNow(1, CHAT, sender.device, 2, 1, 5);
  sender.buffered = 300 * 1024;
  await cluster.clock.run(1);
  cluster.nodes[0]!.linkUp("node-2");
  await cluster.clock.run(12_000);
  expect(sender.of("receipt")).toEqual([]);
  sender.buffered = 0;
  cluster.nodes[0]!.linkUp("node-2");
  await cluster.clock.run(12_000);
  expect(sender.of("receipt")).toMatchObject([{ chat: CHAT, n: 1 }]);
});
