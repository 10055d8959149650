// Messages, reads, receipts, friends and history as a device takes them in.
import { describe, expect, it } from "vitest";
import type { ServerFrame } from "../../../server/protocol/frames.ts";
import { CHAT, DEVICE, EPOCH_MS, FRIEND, FRIEND_DEVICE, friendRow, Rig, USER } from "./rig.ts";

function announced(start = 0): Rig {
  const rig = new Rig().ready();
  rig.connection.give({ type: "log", chat: CHAT, from: FRIEND, device: FRIEND_DEVICE, start });
  return rig;
}

const shownN = (rig: Rig): number[] => rig.events("shown").map((args) => args[6]!);

describe("the inbox", () => {
  it("MSG4 notes every frame as it came, and shows each message once", () => {
    const rig = announced();
    for (const n of [1, 2, 2, 1, 3]) rig.connection.give(rig.incoming(n));
    expect(rig.events("messageFrame")).toHaveLength(5);
    expect(shownN(rig)).toEqual([1, 2, 3]);
  });

  it("MSG5 shows nothing behind a hole and comes back for it on a new connection", () => {
    const rig = announced();
    rig.connection.give(rig.incoming(1));
    rig.connection.give(rig.incoming(3));
    expect(shownN(rig)).toEqual([1]);
    rig.pass(500);
    rig.connection.open();
    const logs = [[CHAT, FRIEND_DEVICE, 1]];
    expect(rig.connection.sent[1]).toEqual({ type: "have", logs, more: false });
  });

  it("goes on from the announced start on a fresh device", () => {
    const rig = announced(7);
    rig.connection.give(rig.incoming(8));
    expect(shownN(rig)).toEqual([8]);
  });

  it("MSG10 marks what does not decrypt, and shows a `void` as nothing", () => {
    const rig = announced();
    const other = rig.incoming(2) as Extract<ServerFrame, { type: "message" }>;
    rig.connection.give({ ...other, n: 1 });
    const { chat, from, device, sentAt, keyVersion } = other;
    rig.connection.give({
      type: "message",
      chat,
      from,
      device,
      n: 2,
      sentAt,
      kind: "void",
      keyVersion,
    });
    expect(rig.events("shown").map((args) => args[7])).toEqual([-1, 0]);
  });

  it("acknowledges often enough to keep the window open", () => {
    const rig = announced();
    for (let n = 1; n <= 15; n++) rig.connection.give(rig.incoming(n));
    expect(rig.connection.taken("received")).toEqual([]);
    rig.connection.give(rig.incoming(16));
    expect(rig.connection.taken("received")).toEqual([
      { type: "received", chat: CHAT, device: FRIEND_DEVICE, n: 16 },
    ]);
  });

  it("keeps what comes before its chat's key and shows it when the roster has it", () => {
    const rig = new Rig();
    rig.device.signIn("token-1");
    rig.connection.open();
    rig.connection.give({ type: "log", chat: CHAT, from: FRIEND, device: FRIEND_DEVICE, start: 0 });
    rig.connection.give(rig.incoming(1));
    expect(rig.events("messageFrame")).toEqual([]);
    rig.connection.give({ type: "roster", friends: [friendRow()], requests: [], more: false });
    expect(shownN(rig)).toEqual([1]);
  });
});

describe("reading", () => {
  const readsOf = (rig: Rig) => rig.connection.taken("read");

  it("repeats a read with the same time on a new connection until it is confirmed", () => {
    const rig = announced();
    rig.connection.give(rig.incoming(1));
    rig.device.read(CHAT, FRIEND_DEVICE, 1);
    const [first] = readsOf(rig);
    rig.connection.break();
    rig.pass(500);
    rig.serve();
    expect(readsOf(rig)).toEqual([first]);
    rig.connection.give({ type: "read-ok", chat: CHAT, device: FRIEND_DEVICE, n: 1 });
    expect(rig.events("readEnded")).toEqual([[USER, DEVICE, CHAT, FRIEND_DEVICE, 1, 0]]);
    expect(rig.device.isSettled).toBe(true);
  });

  it("LIV1 ends a read unknown at its deadline and ok when it is confirmed later", () => {
    const rig = announced();
    rig.connection.give(rig.incoming(1));
    rig.device.read(CHAT, FRIEND_DEVICE, 1);
    for (let i = 0; i < 30; i++) {
      rig.connection.give({ type: "pong" });
      rig.pass(1_000);
    }
    expect(rig.events("readEnded").map((args) => args[5])).toEqual([2]);
    rig.connection.give({ type: "read-ok", chat: CHAT, device: FRIEND_DEVICE, n: 1 });
    expect(rig.events("readEnded").map((args) => args[5])).toEqual([2, 0]);
  });

  it("reads nothing that was not shown, and nothing twice", () => {
    const rig = announced();
    rig.device.read(CHAT, FRIEND_DEVICE, 1);
    rig.connection.give(rig.incoming(1));
    rig.device.read(CHAT, FRIEND_DEVICE, 1);
    rig.device.read(CHAT, FRIEND_DEVICE, 1);
    expect(readsOf(rig)).toHaveLength(1);
  });

  it("RCP2 shows a receipt once and acknowledges it every time, after it was shown", () => {
    const rig = new Rig().ready();
    const frame = { type: "receipt", chat: CHAT, device: DEVICE, n: 4, readAt: EPOCH_MS } as const;
    rig.connection.give(frame);
    rig.connection.give(frame);
    rig.connection.give({ ...frame, n: 3 });
    expect(rig.events("receiptShown")).toHaveLength(1);
    expect(rig.connection.taken("receipt-ok").map(({ n }) => n)).toEqual([4, 4, 3]);
    const order = rig.noted.map(([event]) => event);
    expect(order.indexOf("receiptShown")).toBeLessThan(order.indexOf("receiptAcknowledged"));
  });
});

describe("friends", () => {
  const presence = (signedInMs: number, state: "online" | "offline") =>
    ({
      type: "presence",
      user: FRIEND,
      epoch: `${signedInMs}-0000000001-000000000000001`,
      state,
      lastSeen: 5,
    }) as const;

  it("PRE2 ignores a notice of a lower epoch", () => {
    const rig = new Rig().ready();
    rig.noted.length = 0;
    rig.connection.give(presence(EPOCH_MS + 2, "online"));
    rig.connection.give(presence(EPOCH_MS + 1, "offline"));
    rig.connection.give(presence(EPOCH_MS + 2, "offline"));
    expect(rig.events("presenceShown").map((args) => args[2])).toEqual([1, 0]);
  });

  it("PRE2 lets a notice that came during the login beat the roster", () => {
    const rig = new Rig().ready();
    rig.connection.break();
    rig.pass(500);
    rig.connection.open();
    rig.noted.length = 0;
    rig.connection.give(presence(EPOCH_MS + 2, "offline"));
    rig.connection.give({ type: "roster", friends: [friendRow()], requests: [], more: false });
    expect(rig.events("presenceShown").map((args) => args[2])).toEqual([0]);
  });

  it("PRE2 shows a friend as a notice said that came before the friend did", () => {
    const rig = new Rig().ready();
    rig.connection.break();
    rig.pass(500);
    rig.connection.open();
    rig.noted.length = 0;
    const friend = { ...friendRow(), user: 4, chat: CHAT + 1, state: "offline" } as const;
    rig.connection.give({ ...presence(EPOCH_MS + 2, "online"), user: 4 });
    rig.connection.give({ type: "roster", friends: [friend], requests: [], more: false });
    expect(rig.noted.map(([event]) => event)).toEqual([
      ...["presenceShown", "friendShown", "presenceShown"],
    ]);
    expect(rig.events("presenceShown").map((args) => args.slice(0, 3))).toEqual([
      [1, 4, 1],
      [1, 4, 1],
    ]);
  });

  it("ends befriend and accept by the change of the roster that they bring", () => {
    const rig = new Rig().ready();
    rig.device.befriend(3);
    rig.connection.give({ type: "roster", friends: [], requests: [], more: false });
    rig.device.accept(4);
    const friend = { ...friendRow(), user: 4, chat: CHAT + 1 };
    rig.connection.give({ type: "roster", friends: [friend], requests: [], more: false });
    expect(rig.events("operationEnded")).toEqual([
      [1, 0],
      [2, 0],
    ]);
  });
});

describe("history and search", () => {
  it("MSG9 pages backwards and counts what matches in the plaintext", () => {
    const rig = new Rig().ready();
    let found = -1;
    const matches = (content: number): boolean => content % 2 === 0;
    rig.device.search(CHAT, matches, (rows) => (found = rows), 5, 2);
    const row = (n: number) => {
      const { type: _type, ...rest } = rig.incoming(n) as Extract<ServerFrame, { type: "message" }>;
      return rest;
    };
    rig.connection.give({ type: "history", id: 1, rows: [row(4), row(3)], more: true });
    const before = [EPOCH_MS + 3, FRIEND_DEVICE, 3];
    expect(rig.connection.taken("history")[1]).toEqual({
      type: "history",
      id: 2,
      chat: CHAT,
      before,
      limit: 2,
    });
    rig.connection.give({ type: "history", id: 2, rows: [row(2)], more: false });
    expect(found).toBe(2);
    expect(rig.events("historyRow").map((args) => args[4])).toEqual([4, 3, 2]);
    expect(rig.events("operationEnded")).toEqual([[1, 0]]);
  });
});
