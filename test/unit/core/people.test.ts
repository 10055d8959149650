// Friend requests, acceptance, and the keys of friendships.
import { expect, test } from "vitest";
import { Cluster, Content } from "./cluster.ts";

const CHAT = 500;
const BLOB = "0123456789abcdef0123456789abcdef";

test("SEC3 a request and its acceptance give both friends one chat and one key", async () => {
  const cluster = await new Cluster(2).start();
  const left = await cluster.signIn(0, 1);
  const right = await cluster.signIn(1, 2);
  left.say({ type: "befriend", user: 2 });
  await cluster.clock.run(10);
  expect(left.of("roster").at(-1)).toEqual({
    type: "roster",
    friends: [],
    requests: [],
    more: false,
  });
  expect(right.of("roster").at(-1)?.requests).toEqual([1]);
  right.say({ type: "accept", user: 1 });
  await cluster.clock.run(100);
  const [seenLeft] = left.of("roster").at(-1)!.friends;
  const [seenRight] = right.of("roster").at(-1)!.friends;
  expect(seenLeft).toMatchObject({ user: 2 });
  expect(seenRight).toMatchObject({ user: 1, chat: seenLeft!.chat, key: seenLeft!.key });
  left.text(seenLeft!.chat, 1);
  await cluster.clock.run(10);
  expect(right.messages()).toEqual([1]);
  expect(cluster.faults).toEqual([]);
  for (const point of [
    "befriend:friendship/request",
    "accept:create/establish",
    "accept:establish/putFriend",
    "accept:putFriend/putFriend",
  ])
    expect(cluster.points).toContain(point);
});

test("SEC3 two friends who accept each other at once share the winner's key", async () => {
  const cluster = await new Cluster(2).start();
  cluster.roster.requestNow({ to: 1, from: 2, requestedAt: 1 });
  cluster.roster.requestNow({ to: 2, from: 1, requestedAt: 1 });
  const left = await cluster.signIn(0, 1);
  const right = await cluster.signIn(1, 2);
  left.say({ type: "accept", user: 2 });
  right.say({ type: "accept", user: 1 });
  await cluster.clock.run(100);
  const friendOf = (client: typeof left) =>
    client.of("roster").flatMap((frame) => frame.friends)[0]!;
  expect(friendOf(left).chat).toBe(friendOf(right).chat);
  expect(friendOf(left).key).toBe(friendOf(right).key);
});

test("SEC1 nobody is accepted without a request, and nobody befriends themselves", async () => {
  const cluster = await new Cluster(1).start();
  const left = await cluster.signIn(0, 1);
  left.say({ type: "accept", user: 2 });
  left.say({ type: "befriend", user: 1 });
  left.say({ type: "accept", user: -4 });
  await cluster.clock.run(10);
  expect(
    left
      .of("refused")
      .map((frame) => frame.code)
      .sort(),
  ).toEqual(["no-request", "no-such-user", "no-such-user"]);
});

test("MSG1 a sign-in that finds a friendship without its copies writes them", async () => {
  const cluster = await new Cluster(1).start();
  cluster.roster.requestNow({ to: 1, from: 2, requestedAt: 1 });
  const context = { chat: CHAT, userLow: 1, userHigh: 2, keyVersion: 1 };
  cluster.roster.establishNow({ ...context, ...cluster.vault.createNow(context) });
  const left = await cluster.signIn(0, 1);
  expect(left.of("roster")[0]!.friends.map((friend) => friend.user)).toEqual([2]);
  expect(left.of("roster")[0]!.requests).toEqual([]);
  expect(cluster.roster.friendsNow(2).map((row) => row.friend)).toEqual([1]);
});

test("SEC3 a rotated master key re-wraps rows at sign-in; the keys stay", async () => {
  const cluster = await new Cluster(1).start();
  cluster.befriend(1, 2, CHAT);
  const before = await cluster.signIn(0, 1);
  const kekId = cluster.vault.rotate();
  const after = await cluster.signIn(0, 1, { counter: 2 });
  expect(after.of("roster")[0]!.friends[0]!.key).toBe(before.of("roster")[0]!.friends[0]!.key);
  expect(cluster.roster.friendsNow(1)[0]!.kekId).toBe(kekId);
  expect(cluster.roster.friendsNow(2)[0]!.kekId).toBe(kekId);
});

test("IMG1 a picture is stored before the message that names it, IMG2 and only members get it", async () => {
  const cluster = await new Cluster(2).start();
  cluster.befriend(1, 2, CHAT);
  cluster.befriend(2, 3, CHAT + 1);
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2);
  const token = (user: number) =>
    cluster.tokens.issue({ user, device: user * 10, signedInMs: 1, expiresMs: 1e13 });
  const upload = {
    token: token(1),
    blob: BLOB,
    chat: CHAT,
    sha256: "aa",
    body: { bytes: 3_000_000 },
  };
  const node = cluster.nodes[0]!;
  expect(await node.putBlob({ ...upload, token: "forged" })).toMatchObject({ status: 401 });
  expect(await node.putBlob({ ...upload, token: token(3) })).toMatchObject({ status: 403 });
  expect(await node.putBlob({ ...upload, body: { bytes: 1e9 } })).toMatchObject({ status: 413 });
  expect(await node.putBlob(upload)).toMatchObject({ status: 201 });
  expect(await node.putBlob(upload)).toMatchObject({ status: 200 });
  expect(await cluster.nodes[1]!.putBlob({ ...upload, token: token(2) })).toMatchObject({
    status: 409,
  });
  const picture = {
    kind: "image" as const,
    url: BLOB,
    thumbnail: new Content("thumb", 5_000),
    body: new Content("caption"),
  };
  sender.text(CHAT, 1, "", picture);
  await cluster.clock.run(10);
  expect(reader.of("message")[0]).toMatchObject({ kind: "image", url: BLOB });
  const get = (user: number) => cluster.nodes[1]!.getBlob(token(user), BLOB);
  expect(await get(2)).toMatchObject({ status: 200, sha256: "aa", body: { bytes: 3_000_000 } });
  expect(await get(3)).toMatchObject({ status: 403 });
  expect(await cluster.nodes[1]!.getBlob(token(2), "f".repeat(32))).toMatchObject({ status: 404 });
  cluster.clock.skewMs = 8 * 24 * 3600 * 1000;
  sender.text(CHAT, 2, "", picture);
  await cluster.clock.run(10);
  expect(sender.of("refused").map((frame) => frame.code)).toEqual(["blob-expired"]);
  for (const point of ["image:friend/put", "image:put/recordBlob", "image:recordBlob/reply"])
    expect(cluster.points).toContain(point);
});

test("MSG9 history merges the logs of a chat, newest first, page by page", async () => {
  const cluster = await new Cluster(2).start();
  cluster.befriend(1, 2, CHAT);
  const left = await cluster.signIn(0, 1);
  const right = await cluster.signIn(1, 2);
  for (let n = 1; n <= 30; n += 1) {
    left.text(CHAT, n, `left ${n}`, { sentAt: 1_000 + n * 10 });
    right.text(CHAT, n, `right ${n}`, { sentAt: 1_005 + n * 10 });
  }
  await cluster.clock.run(50);
  // Stored but not covered: not a part of the log.
  cluster.messages.appendNow([
    { chat: CHAT, from: 1, device: 10, n: 31, sentAt: 9_999, kind: "text", keyVersion: 1 },
  ]);
  const seen: number[] = [];
  let before: readonly [number, number, number] | undefined;
  let more = true;
  for (let id = 1; more; id += 1) {
    left.say({
      type: "history",
      id,
      chat: CHAT,
      limit: 7,
      ...(before === undefined ? {} : { before }),
    });
    await cluster.clock.run(10);
    const page = left.of("history").at(-1)!;
    expect(page.id).toBe(id);
    for (const row of page.rows) seen.push(row.sentAt);
    const last = page.rows.at(-1)!;
    before = [last.sentAt, last.device, last.n];
    more = page.more;
  }
  const all = Array.from({ length: 60 }, (_, index) => 1_010 + index * 5).reverse();
  expect(seen).toEqual(all);
});

test("SEC1 history of a foreign chat is refused", async () => {
  const cluster = await new Cluster(1).start();
  cluster.befriend(2, 3, CHAT);
  const left = await cluster.signIn(0, 1);
  left.say({ type: "history", id: 4, chat: CHAT, limit: 10 });
  await cluster.clock.run(10);
  expect(left.of("refused")).toEqual([
    { type: "refused", re: { type: "history", id: 4, chat: CHAT }, code: "not-friends" },
  ]);
});

test("LIV3 a request whose word was lost with a link is shown when the link is back", async () => {
  const cluster = await new Cluster(2).start();
  const left = await cluster.signIn(0, 1);
  const right = await cluster.signIn(1, 2);
  cluster.cut.add("node-2");
  left.say({ type: "befriend", user: 2 });
  await cluster.clock.run(1_000);
  expect(left.of("roster")).toHaveLength(2);
  expect(right.of("roster")).toHaveLength(1);
  cluster.cut.clear();
  cluster.nodes[1]!.linkUp("node-1");
  await cluster.clock.run(cluster.limits.tailSpreadMs);
  expect(right.of("roster").at(-1)?.requests).toEqual([1]);
  // The acceptance is lost in its turn; this time the link breaks behind it.
  cluster.cut.add("node-1");
  right.say({ type: "accept", user: 1 });
  await cluster.clock.run(1_000);
  expect(left.of("roster")).toHaveLength(2);
  cluster.nodes[0]!.linkDown("node-2");
  await cluster.clock.run(cluster.limits.tailSpreadMs);
  expect(left.of("roster").at(-1)?.friends).toMatchObject([{ user: 2 }]);
  expect(cluster.faults).toEqual([]);
});

test("LIV3 a word that was lost without a trace is made good with the seldom look at every roster", async () => {
  const cluster = await new Cluster(1, undefined, { silentMs: 1e9 }).start();
  const right = await cluster.signIn(0, 2);
  cluster.roster.requestNow({ to: 2, from: 1, requestedAt: 1 });
  const { rosterMs, tailMs, tailSpreadMs } = cluster.limits;
  await cluster.clock.run(rosterMs + tailMs + tailSpreadMs);
  expect(right.of("roster").at(-1)?.requests).toEqual([1]);
  // Once: what was shown is not shown again.
  const { length } = right.of("roster");
  await cluster.clock.run(2 * rosterMs);
  expect(right.of("roster")).toHaveLength(length);
});

test("a roster is not read again with every tail", async () => {
  const cluster = await new Cluster(1, undefined, { silentMs: 1e9 }).start();
  await cluster.signIn(0, 2);
  const { rosterMs, tailMs } = cluster.limits;
  cluster.rosterDoor.calls.length = 0;
  await cluster.clock.run(2 * rosterMs);
  const reads = cluster.rosterDoor.calls.filter((call) => call === "friends").length;
  expect(reads).toBe(2);
  expect((2 * rosterMs) / tailMs).toBe(10);
});
