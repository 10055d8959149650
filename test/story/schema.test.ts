// What the tables hold after one friendship, one message and one read, and what is unique in them.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { LogId } from "../../server/ports/message-store.ts";
import type { Town } from "../support/story.ts";
import { story } from "../support/story.ts";

/** How a port's field is called as a column. */
const COLUMNS: Readonly<{ [field: string]: string }> = {
  chat: "chat_id",
  keyVersion: "key_version",
  wrapped: "wrapped_key",
  kekId: "kek_id",
  user: "user_id",
  friend: "friend_id",
  userLow: "user_lo",
  userHigh: "user_hi",
  to: "to_user",
  requestedAt: "requested_at",
  sentAt: "sent_at",
  sentN: "sent_n",
  readN: "read_n",
  readAt: "read_at",
  seenN: "seen_n",
  blob: "blob_id",
  bytes: "size",
  createdAt: "created_at",
};

/** In friend_request and the tables of messages, `from` is a user. */
function columnsOf(row: object, ...more: string[]): string[] {
  const named = Object.keys(row).map((field) => COLUMNS[field] ?? field);
  return [...named.map((name) => (name === "from" ? "from_user" : name)), ...more].toSorted();
}

/** The columns of a table as server/SPEC.md states them. */
function specified(table: string): string[] {
  const spec = readFileSync("server/SPEC.md", "utf8");
  const line = spec.split("\n").find((text) => text.startsWith(`| \`${table}\` |`));
  const columns = line?.split("|")[2] ?? "";
  return columns
    .split(",")
    .map((column) => column.trim().replace(/ \(.*\)$/, ""))
    .toSorted();
}

/** X asks, Z accepts, X sends a picture, Z reads it. */
async function lived() {
  const town = await story({ people: ["X", "Z"] });
  const x = await town.signIn("X", { node: "node-2" });
  const z = await town.signIn("Z", { node: "node-1" });
  x.befriend("Z");
  await town.until(() => z.requests.length > 0, 2_000, "the request");
  z.accept("X");
  await town.until(() => x.friends().length > 0, 2_000, "friends");
  x.sendFile("Z", "image", 300_000, "holiday");
  await town.until(() => z.texted().length > 0, 10_000, "the picture");
  z.read("X");
  await town.runFor(1_000);
  return { town, x, z };
}

function registeredLogs(town: Town): LogId[] {
  const logs: LogId[] = [];
  const nothing = (): void => {};
  town.store.memory.messages.scan({
    row: nothing,
    registeredLog: (log) => void logs.push(log),
    unread: nothing,
    receipt: nothing,
    blob: nothing,
  });
  return logs;
}

describe("S27 how the schema looks", () => {
  it("S28 S29 S30 UNR2 the User table, Communication and the two audits hold exactly the stated columns", async () => {
    const { town, x, z } = await lived();
    const [message] = town.store.messages();
    const [unread] = town.store.entries("Z");
    const [read] = town.store.receipts("X");
    // The User table: two users, their chat and the encrypted key, once in each direction.
    for (const row of [town.store.userRow("X", "Z")!, town.store.userRow("Z", "X")!])
      expect(columnsOf(row)).toEqual(specified("user_friend"));
    expect(columnsOf(town.store.friendship("X", "Z")!)).toEqual(specified("friendship"));
    // Communication; its block is n / 4096.
    expect(columnsOf(message!, "block")).toEqual(specified("communication"));
    // The partition of an audit is the user that it is kept for.
    expect(columnsOf(unread!, "user_id")).toEqual(specified("unread_audit"));
    expect(columnsOf(read!, "user_id")).toEqual(specified("read_audit"));
    expect(unread).toMatchObject({ from: x.user, sentN: 1, readN: 1 });
    expect(read).toMatchObject({ reader: z.user, readN: 1, seenN: 1 });
    // Beside them: requests, which logs a chat has, and whose a picture is.
    const [request] = town.store.memory.roster.requestsNow(z.user);
    expect(columnsOf(request!)).toEqual(specified("friend_request"));
    expect(columnsOf(registeredLogs(town)[0]!)).toEqual(specified("chat_device"));
    expect(columnsOf(town.store.blobRow(message!.url!)!)).toEqual(specified("blob"));
    expect(await town.close()).toEqual([]);
  });

  it("S33 the Chat_ID is a unique generated number: a thousand friendships, a thousand ids", async () => {
    const names = Array.from({ length: 46 }, (_, index) => `friend ${index + 1}`);
    const town = await story({ people: names });
    const people = names.map((name) => town.dial(name));
    await town.runFor(5_000);
    for (const [index, person] of people.entries())
      for (const other of names.slice(0, index)) person.befriend(other);
    await town.runFor(10_000);
    for (const person of people) for (const other of person.requests.slice()) person.accept(other);
    await town.runFor(20_000);
    const chats: number[] = [];
    town.store.memory.roster.scanFriendships(({ chat }) => chats.push(chat));
    expect(chats).toHaveLength((46 * 45) / 2);
    expect(new Set(chats).size).toBe(chats.length);
    for (const chat of chats) expect(Number.isSafeInteger(chat) && chat > 0).toBe(true);
  });

  it("S45 MSG10 a message belongs to a chat, holds ciphertext, and (sent_at, device, n) is unique", async () => {
    const town = await story({
      friends: [
        ["X", "Y"],
        ["X", "Z"],
      ],
    });
    const x = await town.signIn("X", { node: "node-2" });
    const y = await town.signIn("Y", { node: "node-3" });
    const z = await town.signIn("Z", { node: "node-1" });
    for (let round = 0; round < 20; round++) {
      x.send("Y", `to Y ${round}`);
      x.send("Z", `to Z ${round}`);
      y.send("X", `from Y ${round}`);
      z.send("X", `from Z ${round}`);
      await town.runFor(round % 3 === 0 ? 0 : 50);
    }
    await town.runFor(5_000);
    const rows = town.store.messages();
    expect(rows).toHaveLength(80);
    const chats = ["Y", "Z"].map((friend) => town.store.friendship("X", friend)!.chat);
    for (const row of rows) expect(chats).toContain(row.chat);
    const stamps = rows.map(({ sentAt, device, n, chat }) => [chat, sentAt, device, n].join("/"));
    expect(new Set(stamps).size).toBe(rows.length);
    const keys = rows.map(({ chat, device, n }) => [chat, device, n].join("/"));
    expect(new Set(keys).size).toBe(rows.length);
    expect(await town.close()).toEqual([]);
  });

  it("S45 MSG6 a device's times grow though its clock is set back, and a reply comes after its question", async () => {
    const town = await story({ friends: [["X", "Y"]] });
    const x = await town.signIn("X", { node: "node-2" });
    const y = await town.signIn("Y", { node: "node-3" });
    x.send("Y", "one");
    await town.runFor(1_000);
    x.device.setSkew(-40_000, 0);
    y.device.setSkew(-20_000, 0);
    x.send("Y", "two");
    await town.runFor(1_000);
    y.send("X", "an answer to two");
    await town.runFor(1_000);
    x.send("Y", "three");
    await town.runFor(1_000);
    const [one, two, three] = town.store.messages("X").map(({ sentAt }) => sentAt);
    const [answer] = town.store.messages("Y").map(({ sentAt }) => sentAt);
    expect(two).toBeGreaterThan(one!);
    expect(answer).toBeGreaterThan(two!);
    expect(three).toBeGreaterThan(answer!);
    expect(await town.close()).toEqual([]);
  });
});
