// What the node bounds: sizes, queues, windows, requests in flight.
import { expect, test } from "vitest";
import { Cluster, Content } from "./cluster.ts";

const CHAT = 500;

test("BND1 more requests than may be in flight are refused as busy, and nothing is written for them", async () => {
  const cluster = new Cluster(1, {}, { requestsInFlightMax: 4 });
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  for (let n = 1; n <= 6; n += 1) sender.text(CHAT, n);
  await cluster.clock.run(10);
  expect(sender.of("refused").map((frame) => [frame.re.n, frame.code])).toEqual([
    [5, "busy"],
    [6, "busy"],
  ]);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 2, 3, 4]);
  expect(cluster.nodes[0]!.stats().inFlight).toBe(0);
});

test("BND1 sends hold no more ciphertext than may be in flight, before and behind the roster", async () => {
  const cluster = new Cluster(1, {}, { requestBytesInFlightMax: 25_000 });
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const body = new Content("large", 10_000);
  const sender = cluster.client(0, 1);
  sender.connect();
  for (let n = 1; n <= 4; n += 1) sender.text(CHAT, n, "", { body });
  await cluster.clock.run(10);
  const refused = () => sender.of("refused").map((frame) => [frame.re.n, frame.code]);
  expect(refused()).toEqual([
    [3, "busy"],
    [4, "busy"],
  ]);
  for (let n = 3; n <= 5; n += 1) sender.text(CHAT, n, "", { body });
  await cluster.clock.run(10);
  expect(refused().slice(2)).toEqual([[5, "busy"]]);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 2, 3, 4]);
  // Answered, they are held no more.
  sender.text(CHAT, 5, "", { body });
  sender.text(CHAT, 6, "", { body });
  await cluster.clock.run(10);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 2, 3, 4, 5, 6]);
});

test("BND1 a picture whose blob is missing is held no more once it is refused", async () => {
  const never = new Promise<never>(() => undefined);
  const cluster = new Cluster(1, { register: () => never }, { requestBytesInFlightMax: 25_000 });
  cluster.befriend(1, 2, CHAT);
  cluster.befriend(1, 3, CHAT + 1);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT + 1, 1); // stays in flight: only an idle session starts its count anew
  const body = new Content("large", 10_000);
  for (let turn = 0; turn < 4; turn += 1) {
    sender.text(CHAT, 1, "", { body, kind: "image", url: "0".repeat(32) });
    await cluster.clock.run(10);
  }
  const codes = sender.of("refused").map((frame) => frame.code);
  expect(codes).toEqual(["no-blob", "no-blob", "no-blob", "no-blob"]);
  expect(cluster.nodes[0]!.stats().inFlight).toBe(1);
});

test("BND1 a send above the limits is held by nobody, signed in or not", async () => {
  const cluster = new Cluster(1);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = cluster.client(0, 1);
  sender.connect();
  sender.text(CHAT, 1, "", { body: new Content("large", 17_000) });
  expect(sender.of("refused").map((frame) => frame.code)).toEqual(["too-large"]);
  await cluster.clock.run(10);
  sender.text(CHAT, 1, "", { thumbnail: new Content("large", 9_000) });
  expect(sender.of("refused").map((frame) => frame.code)).toEqual(["too-large", "too-large"]);
});

test("IMG1 a thumbnail without its picture is refused, not dropped", async () => {
  const cluster = new Cluster(1);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 1, "", { thumbnail: new Content("small", 100) });
  await cluster.clock.run(10);
  expect(sender.of("refused").map(({ code }) => code)).toEqual(["no-blob"]);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  expect(sender.of("sent").map(({ n }) => n)).toEqual([1]);
});

test("BND1 a sign-in looks at so many requests, and shows the others as they stand", async () => {
  const cluster = new Cluster(1, {}, { rosterRequestsChecked: 3 });
  for (let from = 10; from < 20; from += 1)
    cluster.roster.requestNow({ to: 1, from, requestedAt: 1 });
  // Accepted, but the acceptance died: its copies are missing.
  const accepted = (friend: number, chat: number): void => {
    const context = { chat, userLow: 1, userHigh: friend, keyVersion: 1 };
    cluster.roster.establishNow({ ...context, ...cluster.vault.createNow(context) });
  };
  accepted(11, 501);
  accepted(18, 502);
  await cluster.start();
  const client = await cluster.signIn(0, 1);
  expect(cluster.rosterDoor.calls.filter((call) => call === "friendship").length).toBe(3);
  const [shown] = client.of("roster");
  expect(shown!.friends.map((friend) => friend.user)).toEqual([11]);
  expect(shown!.requests).toEqual([10, 12, 13, 14, 15, 16, 17, 18, 19]);
  // Accepting again repairs it: the chat is the one that stands.
  client.say({ type: "accept", user: 18 });
  await cluster.clock.run(10);
  expect(client.of("roster").at(-1)!.friends).toMatchObject([{ user: 18, chat: 502 }]);
});

test("BND1 a client that talks too fast is closed with 4429", async () => {
  const cluster = await new Cluster(1, {}, { framesPerSweepMax: 20 }).start();
  const client = await cluster.signIn(0, 1);
  for (let index = 0; index < 20; index += 1) client.say({ type: "ping" });
  expect(client.closed?.code).toBe(4429);
});

test("BND1 a device that claims too many logs is closed with 4429", async () => {
  const cluster = await new Cluster(1, {}, { haveLogsMax: 2 }).start();
  const have = [1, 2, 3].map((device) => [CHAT, device, 1] as const);
  const client = await cluster.signIn(0, 1, { have });
  expect(client.closed?.code).toBe(4429);
});

test("BND1 nothing is kept for a socket that has not said `connect`", async () => {
  const cluster = await new Cluster(1).start();
  const stranger = cluster.client(0, 1);
  stranger.node.opened(stranger);
  stranger.say({ type: "have", logs: [[CHAT, 20, 1]], more: false });
  expect(stranger.of("refused").map((frame) => frame.code)).toEqual(["not-connected"]);
});

test("LIV3 a reader whose queue was full of bytes goes on as soon as it has drained", async () => {
  const cluster = new Cluster(2);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2, { acknowledge: false });
  reader.buffered = 300 * 1024;
  for (let n = 1; n <= 3; n += 1) sender.text(CHAT, n);
  await cluster.clock.run(1_000);
  expect(reader.messages()).toEqual([]);
  reader.buffered = 0;
  await cluster.clock.run(500);
  expect(reader.messages()).toEqual([1, 2, 3]);
});

test("BND1 of many confirmed messages whose owner cannot be found only the newest waits", async () => {
  const cluster = new Cluster(3, {}, { untoldRowsMax: 4 });
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2);
  cluster.presenceDoors[0]!.always("*", "lost");
  cluster.deaf.add("node-2");
  for (let n = 1; n <= 20; n += 1) {
    sender.text(CHAT, n);
    await cluster.clock.run(10);
  }
  expect(sender.of("sent").length).toBe(20);
  cluster.deaf.delete("node-2");
  await cluster.clock.run(5_000);
  // The gap is filled from the store.
  expect(reader.messages()).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test("LIV1 what a device sends before its roster was read is handled behind it", async () => {
  const cluster = new Cluster(1);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  let go: () => void = () => undefined;
  cluster.rosterDoor.next("friends", new Promise<void>((resolve) => (go = resolve)));
  const client = cluster.client(0, 1);
  client.connect();
  await cluster.clock.run(10);
  client.text(CHAT, 1);
  client.text(CHAT, 2);
  await cluster.clock.run(10);
  expect(client.of("sent")).toEqual([]);
  go();
  await cluster.clock.run(10);
  expect(client.of("sent").map((frame) => frame.n)).toEqual([1, 2]);
});

test("LIV1 a request before `connect` is refused, not lost", async () => {
  const cluster = await new Cluster(1).start();
  const client = cluster.client(0, 1);
  client.node.opened(client);
  client.text(CHAT, 1);
  expect(client.of("refused").map((frame) => frame.code)).toEqual(["not-connected"]);
});

test("LIV1 a store that fails during login is asked again", async () => {
  const cluster = new Cluster(1);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  cluster.rosterDoor.next("friends", "refused", "lost");
  cluster.messagesDoor.next("unreadEntries", "refused");
  cluster.messagesDoor.next("receiptEntries", "lost");
  const client = await cluster.signIn(0, 1);
  expect(client.of("synced")).toEqual([]);
  await cluster.clock.run(9_000);
  expect(client.of("synced").length).toBe(1);
});

test("a defect in a step ends at one place, and the node goes on", async () => {
  const cluster = new Cluster(1, {
    read: () => Promise.reject(new Error("planted")),
  });
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const client = await cluster.signIn(0, 1);
  client.say({ type: "read", chat: CHAT, device: 20, n: 1, readAt: 1 });
  await cluster.clock.run(10);
  expect(cluster.faults).toEqual([new Error("planted")]);
  client.say({ type: "ping" });
  expect(client.of("pong").length).toBe(1);
});
