// Reading and receipts: the order of the two watermarks, and who is told.
import { expect, test } from "vitest";
import { type Client, Cluster } from "./cluster.ts";

const CHAT = 500;
const AT = 1_767_225_700_000;

async function talk(): Promise<{ cluster: Cluster; sender: Client; reader: Client }> {
  const cluster = new Cluster(2);
  cluster.befriend(1, 2, CHAT);
  await cluster.start();
  const sender = await cluster.signIn(0, 1);
  const reader = await cluster.signIn(1, 2);
  for (let n = 1; n <= 3; n += 1) sender.text(CHAT, n);
  await cluster.clock.run(10);
  cluster.log.length = 0;
  return { cluster, sender, reader };
}

function order(cluster: Cluster, ...wanted: string[]): string[] {
  return cluster.log.filter((entry) => wanted.includes(entry));
}

test("RCP2 a read makes the receipt due, closes the entry, and then tells the sender", async () => {
  const { cluster, sender, reader } = await talk();
  reader.say({ type: "read", chat: CHAT, device: 10, n: 2, readAt: AT });
  await cluster.clock.run(10);
  expect(
    order(cluster, "raiseReceipt", "raiseRead", "frame:read-ok", "lookup", "frame:receipt"),
  ).toEqual(["raiseReceipt", "raiseRead", "frame:read-ok", "lookup", "frame:receipt"]);
  expect(sender.of("receipt")).toEqual([
    { type: "receipt", chat: CHAT, device: 10, n: 2, readAt: AT },
  ]);
  expect(cluster.messages.unreadEntryNow(2, CHAT, 10)).toMatchObject({ sentN: 3, readN: 2 });
});

test("RCP2 a receipt is seen only when its device says so", async () => {
  const { cluster, sender, reader } = await talk();
  reader.say({ type: "read", chat: CHAT, device: 10, n: 2, readAt: AT });
  await cluster.clock.run(10);
  expect(cluster.messages.receiptEntriesNow(1)).toMatchObject([{ readN: 2, seenN: 0 }]);
  sender.say({ type: "receipt-ok", chat: CHAT, device: 10, n: 2 });
  await cluster.clock.run(10);
  expect(cluster.messages.receiptEntriesNow(1)).toMatchObject([{ readN: 2, seenN: 2 }]);
});

test("RCP2 a sender who is away is told at the next sign-in, until acknowledged", async () => {
  const { cluster, sender, reader } = await talk();
  cluster.nodes[0]!.closed(sender);
  await cluster.clock.run(10);
  reader.say({ type: "read", chat: CHAT, device: 10, n: 3, readAt: AT });
  await cluster.clock.run(10);
  const again = await cluster.signIn(1, 1, { counter: 2 });
  expect(again.of("receipt").map((frame) => frame.n)).toEqual([3]);
  const third = await cluster.signIn(0, 1, { counter: 3 });
  expect(third.of("receipt").map((frame) => frame.n)).toEqual([3]);
  third.say({ type: "receipt-ok", chat: CHAT, device: 10, n: 3 });
  await cluster.clock.run(10);
  const fourth = await cluster.signIn(0, 1, { counter: 4 });
  expect(fourth.of("receipt")).toEqual([]);
});

test("UNR2 a watermark is checked against its bound before it is raised", async () => {
  const { cluster, sender, reader } = await talk();
  reader.say({ type: "read", chat: CHAT, device: 10, n: 4, readAt: AT });
  reader.say({ type: "read", chat: CHAT, device: 77, n: 1, readAt: AT });
  reader.say({ type: "read", chat: 9, device: 10, n: 1, readAt: AT });
  sender.say({ type: "receipt-ok", chat: CHAT, device: 10, n: 1 });
  await cluster.clock.run(10);
  expect(reader.of("refused").map((frame) => frame.code)).toEqual([
    "not-friends",
    "beyond-log",
    "unknown-log",
  ]);
  expect(sender.of("refused").map((frame) => frame.code)).toEqual(["beyond-log"]);
  expect(order(cluster, "raiseRead", "raiseReceipt", "raiseSeen")).toEqual([]);
});

test("UNR2 what the device claims to have is no bound", async () => {
  const { cluster } = await talk();
  const liar = await cluster.signIn(1, 2, { counter: 2, have: [[CHAT, 10, 50]] });
  liar.say({ type: "read", chat: CHAT, device: 10, n: 50, readAt: AT });
  await cluster.clock.run(10);
  expect(liar.of("refused").map((frame) => frame.code)).toEqual(["beyond-log"]);
});

test.each(["refused", "lost"] as const)(
  "RCP2 a receipt that ends %s leaves the entry open",
  async (plan) => {
    const { cluster, reader } = await talk();
    cluster.messagesDoor.next("raiseReceipt", plan);
    reader.say({ type: "read", chat: CHAT, device: 10, n: 2, readAt: AT });
    await cluster.clock.run(10);
    expect(reader.of(plan === "refused" ? "refused" : "unsure").length).toBe(1);
    expect(reader.of("read-ok")).toEqual([]);
    expect(cluster.messages.unreadEntryNow(2, CHAT, 10)).toMatchObject({ readN: 0 });
  },
);

test("RCP2 all crash points of a read are passed", async () => {
  const { cluster, sender, reader } = await talk();
  reader.say({ type: "read", chat: CHAT, device: 10, n: 2, readAt: AT });
  await cluster.clock.run(10);
  sender.say({ type: "receipt-ok", chat: CHAT, device: 10, n: 2 });
  await cluster.clock.run(10);
  for (const point of [
    "read:unreadEntry/raiseReceipt",
    "read:raiseReceipt/raiseRead",
    "read:raiseRead/read-ok",
    "read:read-ok/lookup",
    "read:lookup/receipt",
    "receipt-ok:receiptEntries/raiseSeen",
  ])
    expect(cluster.points).toContain(point);
});
