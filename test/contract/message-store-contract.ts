// What every implementation of the MessageStore port must do, whatever it is made of.
import { describe, expect, it } from "vitest";
import type { BlobRow, LogId, MessageRow, MessageStore } from "../../server/ports/message-store.ts";
import { OK, ok } from "../../server/ports/outcome.ts";
import type { MessageKind, Opaque } from "../../server/protocol/ids.ts";
import type { Arm, MakeArm } from "./arm.ts";

/** Bytes that are equal if their text is. */
export class TextBody implements Opaque {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  get length(): number {
    return this.text.length;
  }
  same(other: Opaque): boolean {
    return other instanceof TextBody && other.text === this.text;
  }
}

function logOf({ fresh }: Arm<MessageStore>): LogId {
  return { chat: fresh(), user: fresh(), device: fresh() };
}

export function row(
  log: LogId,
  n: number,
  text: string | undefined,
  kind: MessageKind = "text",
): MessageRow {
  const { chat, user: from, device } = log;
  const plain = { chat, from, device, n, sentAt: 1_000_000 + n, kind, keyVersion: 1 };
  return text === undefined ? plain : { ...plain, body: new TextBody(text) };
}

/** Rows firstN..lastN with texts "m1", "m2", ... */
function texts(log: LogId, firstN: number, lastN: number): MessageRow[] {
  const rows: MessageRow[] = [];
  for (let n = firstN; n <= lastN; n++) rows.push(row(log, n, `m${n}`));
  return rows;
}

async function read(port: MessageStore, log: LogId, firstN: number, lastN: number, limit = 100) {
  const outcome = await port.rows(log, firstN, lastN, limit);
  if (outcome.kind !== "ok") throw new Error(`rows: ${outcome.kind}`);
  return outcome.value.map((found) => [
    found.n,
    found.kind,
    found.body instanceof TextBody ? found.body.text : undefined,
  ]);
}

const ORDERS = [
  [1, 2, 3, 4, 5],
  [5, 4, 3, 2, 1],
  [3, 5, 3, 1, 5, 2, 4, 1],
];

export function messageStoreContract(name: string, make: MakeArm<MessageStore>): void {
  describe(`message store contract: ${name}`, () => {
    rowsContract(make);
    voidContract(make);
    auditContract(make);
    blobRowContract(make);
  });
}

function rowsContract(make: MakeArm<MessageStore>): void {
  it("MSG8 gives back every row of an append as it was written, by n", async () => {
    const arm = make();
    const log = logOf(arm);
    const url = "0123456789abcdef0123456789abcdef";
    const picture: MessageRow = {
      ...row(log, 2, "sealed", "image"),
      keyVersion: 7,
      url,
      thumbnail: new TextBody("small"),
    };
    expect(await arm.port.append([row(log, 1, "one"), picture])).toEqual(OK);
    expect(await arm.port.rows(log, 1, 2, 10)).toEqual(ok([row(log, 1, "one"), picture]));
  });

  it("gives at most limit rows, within firstN and lastN, and leaves missing ones out", async () => {
    const arm = make();
    const log = logOf(arm);
    await arm.port.append(texts(log, 1, 10));
    await arm.port.append(texts(log, 12, 14));
    const some = await read(arm.port, log, 9, 13);
    expect(some.map(([n]) => n)).toEqual([9, 10, 12, 13]);
    expect((await read(arm.port, log, 3, 14, 4)).map(([n]) => n)).toEqual([3, 4, 5, 6]);
    expect(await read(arm.port, log, 15, 90)).toEqual([]);
    expect(await read(arm.port, logOf(arm), 1, 90)).toEqual([]);
  });

  it("keeps logs of one chat apart by sender and device", async () => {
    const arm = make();
    const log = logOf(arm);
    const other = { ...log, user: arm.fresh(), device: arm.fresh() };
    await arm.port.append([row(log, 1, "mine")]);
    await arm.port.append([row(other, 1, "theirs")]);
    expect(await read(arm.port, log, 1, 9)).toEqual([[1, "text", "mine"]]);
    expect(await read(arm.port, other, 1, 9)).toEqual([[1, "text", "theirs"]]);
  });

  it("MSG10 keeps the first row of an n, also where an append is repeated", async () => {
    const arm = make();
    const log = logOf(arm);
    await arm.port.append(texts(log, 1, 3));
    expect(await arm.port.append(texts(log, 1, 4))).toEqual(OK);
    expect(await arm.port.append([row(log, 2, "m2")])).toEqual(OK);
    expect((await read(arm.port, log, 1, 9)).map(([, , text]) => text)).toEqual([
      "m1",
      "m2",
      "m3",
      "m4",
    ]);
  });

  it("MSG10 of two different rows for one n the first stands whole, with nothing of the other", async () => {
    const arm = make();
    const log = logOf(arm);
    const picture = (n: number): MessageRow => ({
      ...row(log, n, `sealed ${n}`, "image"),
      url: "0123456789abcdef0123456789abcdef",
      thumbnail: new TextBody("small"),
    });
    const text = (n: number): MessageRow => ({ ...row(log, n, `words ${n}`), keyVersion: 7 });
    for (const first of [text(1), picture(2)]) await arm.port.append([first]);
    for (const second of [picture(1), text(2)])
      expect((await arm.port.append([second])).kind).not.toBe("unknown");
    expect(await arm.port.rows(log, 1, 2, 2)).toEqual(ok([text(1), picture(2)]));
  });

  it("takes 64 rows at once, and logs that are longer than one block", async () => {
    const arm = make();
    const log = logOf(arm);
    await arm.port.append(texts(log, 4033, 4095));
    await arm.port.append(texts(log, 4096, 4159));
    const found = await read(arm.port, log, 4090, 4100);
    expect(found.map(([n]) => n)).toEqual([
      4090, 4091, 4092, 4093, 4094, 4095, 4096, 4097, 4098, 4099, 4100,
    ]);
  });

  it("lists the registered logs of a chat by user and device, each once", async () => {
    const arm = make();
    const chat = arm.fresh();
    const [a, b, c, d] = [arm.fresh(), arm.fresh(), arm.fresh(), arm.fresh()];
    const logs = [
      { chat, user: a!, device: c! },
      { chat, user: a!, device: d! },
      { chat, user: b!, device: c! },
    ];
    expect(await arm.port.logs(chat)).toEqual(ok([]));
    for (const log of [logs[2]!, logs[1]!, logs[0]!, logs[1]!])
      expect(await arm.port.registerLog(log)).toEqual(OK);
    expect(await arm.port.logs(chat)).toEqual(ok(logs));
  });
}

function voidContract(make: MakeArm<MessageStore>): void {
  it("MSG10 a void beats a message of its n that came before, and one that comes late", async () => {
    const arm = make();
    const log = logOf(arm);
    const empty = row(log, 2, undefined, "void");
    await arm.port.append(texts(log, 1, 2));
    expect(await arm.port.append([empty])).toEqual(OK);
    expect(await arm.port.append(texts(log, 2, 3))).toEqual(OK);
    expect(await read(arm.port, log, 1, 9)).toEqual([
      [1, "text", "m1"],
      [2, "void", undefined],
      [3, "text", "m3"],
    ]);
    const other = logOf(arm);
    await arm.port.append([row(other, 1, undefined, "void")]);
    await arm.port.append([row(other, 1, "late", "image")]);
    expect(await arm.port.rows(other, 1, 1, 1)).toEqual(ok([row(other, 1, undefined, "void")]));
  });

  it("MSG10 a void leaves nothing of a picture's url and thumbnail", async () => {
    const arm = make();
    const log = logOf(arm);
    const url = "00000000000000000000000000000001";
    await arm.port.append([
      { ...row(log, 1, "sealed", "image"), url, thumbnail: new TextBody("small") },
    ]);
    await arm.port.append([row(log, 1, undefined, "void")]);
    expect(await arm.port.rows(log, 1, 1, 1)).toEqual(ok([row(log, 1, undefined, "void")]));
  });
}

function auditContract(make: MakeArm<MessageStore>): void {
  it.each(ORDERS)(
    "UNR4 watermarks end at the maximum, written in the order %s %s %s ...",
    async (...order) => {
      const arm = make();
      const { chat, user: from, device } = logOf(arm);
      const recipient = arm.fresh();
      const { port } = arm;
      const writes: Promise<unknown>[] = [];
      for (const n of order) {
        writes.push(port.raiseSent(recipient, chat, device, from, n));
        writes.push(port.raiseRead(recipient, chat, device, n - 1));
        writes.push(port.raiseReceipt(from, chat, device, recipient, n, 5000 + n));
        writes.push(port.raiseSeen(from, chat, device, n - 1));
      }
      for (const outcome of await Promise.all(writes)) expect(outcome).toEqual(OK);
      const unread = { chat, device, from, sentN: 5, readN: 4 };
      expect(await port.unreadEntry(recipient, chat, device)).toEqual(ok(unread));
      expect(await port.unreadEntries(recipient)).toEqual(ok([unread]));
      expect(await port.receiptEntries(from)).toEqual(
        ok([{ chat, device, reader: recipient, readN: 5, readAt: 5005, seenN: 4 }]),
      );
    },
  );

  it("RCP1 readAt belongs to its readN: a late lower receipt does not bring its time along", async () => {
    const arm = make();
    const { chat, user: sender, device } = logOf(arm);
    const reader = arm.fresh();
    await arm.port.raiseReceipt(sender, chat, device, reader, 7, 900);
    await arm.port.raiseReceipt(sender, chat, device, reader, 3, 950);
    await arm.port.raiseReceipt(sender, chat, device, reader, 7, 900);
    expect(await arm.port.receiptEntries(sender)).toEqual(
      ok([{ chat, device, reader, readN: 7, readAt: 900, seenN: 0 }]),
    );
  });

  it("lists the entries of one user by chat and device, open and closed", async () => {
    const arm = make();
    const [chatA, chatB, one, two] = [arm.fresh(), arm.fresh(), arm.fresh(), arm.fresh()];
    const [user, from, other] = [arm.fresh(), arm.fresh(), arm.fresh()];
    for (const [chat, device] of [
      [chatB, one],
      [chatA, two],
      [chatA, one],
    ] as const) {
      await arm.port.raiseSent(user, chat!, device!, from!, 2);
      await arm.port.raiseReceipt(user, chat!, device!, from!, 1, 10);
    }
    await arm.port.raiseRead(user, chatA!, one!, 2);
    const unread = await arm.port.unreadEntries(user);
    const places = unread.kind === "ok" ? unread.value.map((e) => [e.chat, e.device]) : [];
    expect(places).toEqual([
      [chatA, one],
      [chatA, two],
      [chatB, one],
    ]);
    const receipts = await arm.port.receiptEntries(user);
    expect(receipts.kind === "ok" && receipts.value.map((e) => [e.chat, e.device])).toEqual(places);
    expect(await arm.port.unreadEntries(other)).toEqual(ok([]));
    expect(await arm.port.receiptEntries(other)).toEqual(ok([]));
    expect(await arm.port.unreadEntry(other, chatA!, one!)).toEqual(ok(undefined));
  });

  it("answers what stood when it was asked: a later raise does not change an answer", async () => {
    const arm = make();
    const { chat, user: from, device } = logOf(arm);
    const recipient = arm.fresh();
    await arm.port.raiseSent(recipient, chat, device, from, 1);
    const before = await arm.port.unreadEntry(recipient, chat, device);
    await arm.port.raiseSent(recipient, chat, device, from, 2);
    expect(before).toEqual(ok({ chat, device, from, sentN: 1, readN: 0 }));
  });
}

function blobRowContract(make: MakeArm<MessageStore>): void {
  it("IMG2 a blob's row stands as it was first recorded: a repeat makes it no younger", async () => {
    const arm = make();
    const recorded: BlobRow = {
      blob: arm.fresh().toString(16).padStart(32, "0"),
      chat: arm.fresh(),
      owner: arm.fresh(),
      bytes: 5_000_000,
      sha256: "ab".repeat(32),
      createdAt: 1_000,
    };
    expect(await arm.port.blob(recorded.blob)).toEqual(ok(undefined));
    expect(await arm.port.recordBlob(recorded)).toEqual(OK);
    expect(await arm.port.recordBlob({ ...recorded, createdAt: 2_000 })).toEqual(OK);
    expect(await arm.port.blob(recorded.blob)).toEqual(ok(recorded));
  });
}
