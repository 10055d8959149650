// Sending: the order append, mark, confirm, tell; repeats, gaps, forks and voids.
import { expect, test } from "vitest";
import { Cluster } from "./cluster.ts";

const CHAT = 500;

async function pair(): Promise<Cluster> {
  const cluster = new Cluster(2);
  cluster.befriend(1, 2, CHAT);
  return cluster.start();
}

function order(cluster: Cluster, ...wanted: string[]): string[] {
  return cluster.log.filter((entry) => wanted.includes(entry));
}

test("MSG7 a message is confirmed only after its append and its mark", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  cluster.log.length = 0;
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  const steps = order(cluster, "append", "registerLog", "raiseSent", "frame:sent", "lookup");
  expect(steps).toEqual(["append", "registerLog", "raiseSent", "frame:sent", "lookup"]);
  expect(sender.of("sent")).toEqual([{ type: "sent", chat: CHAT, n: 1 }]);
  expect(cluster.faults).toEqual([]);
});

test("MSG1 a message goes over two nodes to the recipient's socket", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2);
  for (let n = 1; n <= 5; n += 1) sender.text(CHAT, n);
  await cluster.clock.run(10);
  expect(reader.messages()).toEqual([1, 2, 3, 4, 5]);
  expect(reader.of("log")).toEqual([{ type: "log", chat: CHAT, from: 1, device: 10, start: 0 }]);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 2, 3, 4, 5]);
});

test("MSG1 both friends on one node need no link", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(0, 2);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  expect(reader.messages()).toEqual([1]);
  expect(cluster.log).not.toContain("link:deliver");
});

test("MSG7 what arrives during an append is one next batch", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  let go: () => void = () => undefined;
  cluster.messagesDoor.next("append", new Promise<void>((resolve) => (go = resolve)));
  cluster.log.length = 0;
  for (let n = 2; n <= 10; n += 1) sender.text(CHAT, n);
  await cluster.clock.run(10);
  expect(order(cluster, "append")).toEqual(["append"]);
  go();
  await cluster.clock.run(10);
  expect(order(cluster, "append")).toEqual(["append", "append"]);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test("MSG7 a batch is cut at the block border", async () => {
  const cluster = await pair();
  const border = 4096;
  for (let n = 1; n <= border - 2; n += 1) cluster.messages.appendNow([row(n)]);
  cluster.messages.raiseSentNow(2, CHAT, 10, 1, border - 2);
  const sender = await cluster.signIn(0, 1);
  let go: () => void = () => undefined;
  cluster.messagesDoor.next("append", new Promise<void>((resolve) => (go = resolve)));
  for (let n = border - 1; n <= border + 2; n += 1) sender.text(CHAT, n);
  await cluster.clock.run(10);
  cluster.log.length = 0;
  go();
  await cluster.clock.run(10);
  // border - 1 alone was first; then border begins a block, with what follows.
  expect(order(cluster, "append")).toEqual(["append"]);
  expect(sender.of("sent").length).toBe(4);
});

test("MSG5 a gap is refused and names the n that is expected", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 3);
  await cluster.clock.run(10);
  expect(sender.of("refused")).toEqual([
    {
      type: "refused",
      re: { type: "send", chat: CHAT, device: 10, n: 3 },
      code: "gap",
      expected: 1,
    },
  ]);
  expect(cluster.messages.rowsNow({ chat: CHAT, user: 1, device: 10 }, 1, 9, 9)).toEqual([]);
});

test("MSG3 an append that timed out is unsure, and what follows is a gap", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  cluster.messagesDoor.next("append", "applied");
  sender.text(CHAT, 2);
  sender.text(CHAT, 3);
  await cluster.clock.run(10);
  expect(sender.of("unsure").map((frame) => frame.re.n)).toEqual([2]);
  expect(sender.of("refused").map((frame) => [frame.re.n, frame.code, frame.expected])).toEqual([
    [3, "gap", 2],
  ]);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1]);
  sender.text(CHAT, 2);
  sender.text(CHAT, 3);
  await cluster.clock.run(10);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 2, 3]);
  expect(cluster.messages.unreadEntryNow(2, CHAT, 10)).toMatchObject({ sentN: 3 });
});

test("MSG3 a refused append is refused, but never after an attempt that ended unknown", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  cluster.messagesDoor.next("append", "refused", "lost", "refused");
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  expect(sender.of("refused").map((frame) => frame.code)).toEqual(["unavailable"]);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  expect(sender.of("unsure").length).toBe(2);
  expect(sender.of("refused").length).toBe(1);
});

test.each(["refused", "lost", "applied"] as const)(
  "UNR1 a mark that ends %s is unsure: the row may be there",
  async (plan) => {
    const cluster = await pair();
    const sender = await cluster.signIn(0, 1);
    cluster.messagesDoor.next("raiseSent", plan);
    sender.text(CHAT, 1);
    await cluster.clock.run(10);
    expect(sender.of("unsure").length).toBe(1);
    expect(sender.of("sent")).toEqual([]);
  },
);

test("UNR1 a repeat of a stored but unmarked n goes on from the mark", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  cluster.messagesDoor.next("raiseSent", "lost");
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  cluster.log.length = 0;
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  expect(order(cluster, "append", "registerLog", "raiseSent", "frame:sent", "lookup")).toEqual([
    "registerLog",
    "raiseSent",
    "frame:sent",
    "lookup",
  ]);
});

test("MSG10 other bytes under a stored n are refused as forked", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  const again = await cluster.signIn(1, 1, { counter: 2 });
  again.text(CHAT, 1, "something else");
  await cluster.clock.run(10);
  expect(again.of("refused").map((frame) => frame.code)).toEqual(["forked"]);
  expect(sender.closed?.code).toBe(4409);
});

test("MSG10 a void leaves a covered row alone, and beats one that is not covered", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  sender.voidAt(CHAT, 1);
  await cluster.clock.run(10);
  const log = { chat: CHAT, user: 1, device: 10 };
  expect(cluster.messages.rowsNow(log, 1, 1, 1)[0]!.kind).toBe("text");
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 1]);
  cluster.messagesDoor.next("raiseSent", "lost");
  sender.text(CHAT, 2);
  await cluster.clock.run(10);
  sender.voidAt(CHAT, 2);
  await cluster.clock.run(10);
  expect(cluster.messages.rowsNow(log, 2, 2, 1)[0]!.kind).toBe("void");
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 1, 2]);
  sender.text(CHAT, 2);
  sender.text(CHAT, 3);
  await cluster.clock.run(10);
  // A stored void is no fork.
  expect(sender.of("refused")).toEqual([]);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1, 1, 2, 2, 3]);
});

test("MSG6 a void far ahead of the node's clock is refused before any write", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  const sentAt = cluster.clock.wallMs() + 61_000;
  sender.say({ type: "send", chat: CHAT, n: 1, sentAt, kind: "void", keyVersion: 1 });
  await cluster.clock.run(10);
  expect(sender.of("refused").map((frame) => frame.code)).toEqual(["clock-ahead"]);
  expect(cluster.log).not.toContain("append");
  sender.voidAt(CHAT, 1);
  await cluster.clock.run(10);
  expect(sender.of("sent").map((frame) => frame.n)).toEqual([1]);
});

test("MSG3 what can be judged from the frame is refused before any write", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  cluster.log.length = 0;
  sender.text(CHAT, 1, "x", { sentAt: cluster.clock.wallMs() + 61_000 });
  await cluster.clock.run(10);
  sender.text(CHAT, 1, "x".repeat(16 * 1024 + 1));
  await cluster.clock.run(10);
  sender.text(CHAT, 1, "x", { kind: "image", url: "0".repeat(32) });
  await cluster.clock.run(10);
  sender.text(CHAT + 1, 1);
  await cluster.clock.run(10);
  expect(sender.of("refused").map((frame) => frame.code)).toEqual([
    "clock-ahead",
    "too-large",
    "no-blob",
    "not-friends",
  ]);
  expect(order(cluster, "append", "raiseSent")).toEqual([]);
});

test("PRE4 not-owner is followed by one fresh look-up, then the audit entry covers it", async () => {
  const cluster = new Cluster(2, { ownerSession: () => undefined });
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  await cluster.signIn(1, 2);
  cluster.log.length = 0;
  sender.text(CHAT, 1);
  await cluster.clock.run(5_000);
  expect(order(cluster, "lookup", "link:deliver")).toEqual([
    "lookup",
    "link:deliver",
    "lookup",
    "link:deliver",
  ]);
});

test("LIV3 with the presence store away the peers are asked, again until all have answered", async () => {
  const cluster = new Cluster(3);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2);
  for (const door of cluster.presenceDoors) door.always("*", "lost");
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  expect(reader.messages()).toEqual([1]);
  expect(cluster.nodes[0]!.stats().telling).toBe(0);
  // A peer that does not answer over a live link may be the owner.
  cluster.deaf.add("node-2");
  sender.text(CHAT, 2);
  await cluster.clock.run(1_900);
  expect(cluster.nodes[0]!.stats().telling).toBe(1);
  cluster.deaf.delete("node-2");
  await cluster.clock.run(2_000);
  expect(reader.messages()).toEqual([1, 2]);
  expect(cluster.nodes[0]!.stats().telling).toBe(0);
});

test("MSG9 all crash points of a send are passed", async () => {
  const cluster = await pair();
  const sender = await cluster.signIn(0, 1);
  await cluster.signIn(1, 2);
  sender.text(CHAT, 1);
  await cluster.clock.run(10);
  sender.text(CHAT, 2);
  await cluster.clock.run(10);
  sender.voidAt(CHAT, 3);
  await cluster.clock.run(10);
  for (const point of [
    "send:unreadEntry/append",
    "send:append/chat_device",
    "send:chat_device/raiseSent",
    "send:append/raiseSent",
    "send:raiseSent/sent",
    "send:sent/lookup",
    "send:lookup/deliver",
    "void:rows/append",
  ])
    expect(cluster.points).toContain(point);
});

function row(n: number) {
  return {
    chat: CHAT,
    from: 1,
    device: 10,
    n,
    sentAt: n,
    kind: "text" as const,
    keyVersion: 1,
  };
}
