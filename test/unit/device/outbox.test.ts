// The outbox against every answer that a node can give, and none.
import { describe, expect, it } from "vitest";
import { CHAT, DEVICE, EPOCH_MS, Rig, USER } from "./rig.ts";

const OK = 0;
const REFUSED = 1;
const UNKNOWN = 2;

function sending(count: number): Rig {
  const rig = new Rig().ready();
  for (let i = 0; i < count; i++) rig.device.sendText(CHAT, 10, 0);
  return rig;
}

function sent(rig: Rig): [number, string][] {
  return rig.connection.taken("send").map(({ n, kind }) => [n, kind]);
}

function gap(rig: Rig, n: number, expected: number): void {
  const re = { type: "send" as const, chat: CHAT, n };
  rig.connection.give({ type: "refused", re, code: "gap", expected });
}

describe("the outbox", () => {
  it("numbers messages 1, 2, 3 and has a few of a log under way at a time", () => {
    const rig = sending(10);
    expect(sent(rig).map(([n]) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    rig.connection.give({ type: "sent", chat: CHAT, n: 1 });
    expect(sent(rig).map(([n]) => n)).toEqual([9]);
    expect(rig.events("sendEnded")).toEqual([[USER, DEVICE, CHAT, 1, OK]]);
  });

  it("MSG4 repeats the very same frame on a new connection, from the lowest unconfirmed n", () => {
    const rig = sending(3);
    const first = rig.connection.taken("send");
    rig.connection.give({ type: "sent", chat: CHAT, n: 1 });
    rig.connection.break();
    rig.pass(500);
    rig.serve();
    const again = rig.connection.taken("send");
    expect(again).toHaveLength(2);
    expect(again[0]).toBe(first[1]);
    expect(again[1]).toBe(first[2]);
    expect(rig.events("sendInvoked")).toHaveLength(3);
  });

  it("takes no n while it is not connected", () => {
    const rig = new Rig().ready();
    rig.connection.break();
    rig.device.sendText(CHAT, 10, 0);
    expect(rig.events("sendInvoked")).toEqual([]);
    rig.pass(500);
    rig.serve();
    expect(sent(rig)).toEqual([[1, "text"]]);
  });

  it("goes back to the lowest unconfirmed n after `unsure`, one at a time until it is confirmed", () => {
    const rig = sending(3);
    sent(rig);
    rig.connection.give({ type: "unsure", re: { type: "send", chat: CHAT, n: 1 } });
    gap(rig, 2, 1);
    gap(rig, 3, 1);
    expect(sent(rig)).toEqual([]);
    rig.pass(200);
    expect(sent(rig)).toEqual([[1, "text"]]);
    rig.connection.give({ type: "sent", chat: CHAT, n: 1 });
    expect(sent(rig).map(([n]) => n)).toEqual([2, 3]);
  });

  it("fills with `void` what the node misses and it no longer holds", () => {
    const rig = sending(2);
    sent(rig);
    rig.connection.give({ type: "sent", chat: CHAT, n: 1 });
    rig.connection.give({ type: "sent", chat: CHAT, n: 2 });
    rig.device.sendText(CHAT, 10, 0);
    expect(sent(rig)).toEqual([[3, "text"]]);
    gap(rig, 3, 2);
    expect(sent(rig)).toEqual([[2, "void"]]);
    rig.connection.give({ type: "sent", chat: CHAT, n: 2 });
    expect(sent(rig)).toEqual([[3, "text"]]);
  });

  it("MSG6 gives a `void` a time that stands between its neighbours'", () => {
    const rig = sending(2);
    const [first] = rig.connection.taken("send");
    rig.pass(5_000);
    const re = { type: "send" as const, chat: CHAT, n: 1 };
    rig.connection.give({ type: "refused", re, code: "no-blob" });
    const [filled] = rig.connection.taken("send");
    expect([filled!.kind, filled!.sentAt]).toEqual(["void", first!.sentAt]);
  });

  it("MSG10 fills nothing where the row is another device's", () => {
    const rig = sending(1);
    sent(rig);
    const re = { type: "send" as const, chat: CHAT, n: 1 };
    rig.connection.give({ type: "refused", re, code: "forked" });
    rig.pass(10_000);
    expect(sent(rig)).toEqual([]);
    expect(rig.events("sendEnded")).toEqual([[USER, DEVICE, CHAT, 1, REFUSED]]);
  });

  it("MSG3 reports a definite refusal as refused, fills its n, and goes on", () => {
    const rig = sending(2);
    sent(rig);
    const re = { type: "send" as const, chat: CHAT, n: 1 };
    rig.connection.give({ type: "refused", re, code: "no-blob" });
    expect(rig.events("sendEnded")).toEqual([[USER, DEVICE, CHAT, 1, REFUSED]]);
    expect(sent(rig)).toEqual([[1, "void"]]);
    gap(rig, 2, 1);
    rig.connection.give({ type: "sent", chat: CHAT, n: 1 });
    expect(sent(rig)).toEqual([[2, "text"]]);
    rig.connection.give({ type: "sent", chat: CHAT, n: 2 });
    expect(rig.events("sendEnded").map((args) => args[4])).toEqual([REFUSED, OK]);
    expect(rig.device.isSettled).toBe(true);
  });

  it("MSG3 calls a refusal unknown where an earlier attempt may have reached a node", () => {
    const rig = sending(1);
    rig.connection.break();
    rig.pass(500);
    rig.serve();
    const re = { type: "send" as const, chat: CHAT, n: 1 };
    rig.connection.give({ type: "refused", re, code: "no-blob" });
    expect(rig.events("sendEnded").map((args) => args[4])).toEqual([UNKNOWN]);
    rig.connection.give({ type: "sent", chat: CHAT, n: 1 });
    expect(rig.events("sendEnded")).toHaveLength(1);
  });

  it("repeats the same frame where a node could not say more than `later`", () => {
    const rig = sending(1);
    const [first] = rig.connection.taken("send");
    const re = { type: "send" as const, chat: CHAT, n: 1 };
    rig.connection.give({ type: "refused", re, code: "unavailable", retryAfterMs: 900 });
    rig.pass(899);
    expect(sent(rig)).toEqual([]);
    rig.pass(1);
    expect(rig.connection.taken("send")[0]).toBe(first);
  });

  it("asks for a new identity after `forked`", () => {
    const rig = sending(1);
    const re = { type: "send" as const, chat: CHAT, n: 1 };
    rig.connection.give({ type: "refused", re, code: "forked" });
    expect(rig.told).toContainEqual(["forked"]);
  });

  it("LIV1 ends a send unknown after 30 s, goes on, and turns it into ok by a later `sent`", () => {
    const rig = sending(1);
    sent(rig);
    rig.connection.give({ type: "unsure", re: { type: "send", chat: CHAT, n: 1 } });
    for (let i = 0; i < 29; i++) {
      rig.pass(1_000);
      if (sent(rig).length > 0)
        rig.connection.give({ type: "unsure", re: { type: "send", chat: CHAT, n: 1 } });
      rig.connection.give({ type: "pong" });
    }
    expect(rig.events("sendEnded")).toEqual([]);
    rig.pass(1_000);
    expect(rig.events("sendEnded").map((args) => args[4])).toEqual([UNKNOWN]);
    rig.pass(5_000);
    expect(sent(rig).length).toBeGreaterThan(0);
    rig.connection.give({ type: "sent", chat: CHAT, n: 1 });
    expect(rig.events("sendEnded").map((args) => args[4])).toEqual([UNKNOWN, OK]);
  });

  it("LIV1 drops what never took an n when its time is over", () => {
    const rig = new Rig().ready();
    rig.device.signOut();
    rig.device.sendText(CHAT, 10, 0);
    rig.pass(30_000);
    expect(rig.events("sendDropped")).toEqual([[USER, CHAT, 1, REFUSED]]);
    expect(rig.device.isSettled).toBe(true);
  });

  it("ends what was under way when the device is wiped", () => {
    const rig = sending(9);
    rig.device.retire();
    expect(rig.events("sendEnded").map((args) => args[4])).toEqual(Array(8).fill(UNKNOWN));
    expect(rig.events("sendDropped")).toHaveLength(1);
    expect(rig.timerCount).toBe(0);
  });
});

describe("the hybrid clock", () => {
  const sentAt = (rig: Rig): number[] => rig.connection.taken("send").map((each) => each.sentAt);

  it("MSG6 grows with every message and stays above every time seen", () => {
    const rig = sending(2);
    const [first, second] = sentAt(rig);
    expect(second! - first!).toBe(1);
    rig.connection.give({
      type: "log",
      chat: CHAT,
      from: 2,
      device: 555_666_777_888,
      start: 0,
    });
    rig.connection.give(rig.incoming(1, 1, EPOCH_MS + 40_000));
    rig.device.sendText(CHAT, 10, 0);
    expect(sentAt(rig)).toEqual([EPOCH_MS + 40_001]);
  });

  it("corrects a wrong wall clock by the server's time", () => {
    const rig = new Rig();
    rig.wallOffsetMs = 3_600_000;
    rig.ready();
    rig.device.sendText(CHAT, 10, 0);
    expect(sentAt(rig)).toEqual([EPOCH_MS + 1]);
  });

  it("corrects a wall clock that stepped ahead since then before it numbers a message", () => {
    const rig = new Rig().ready();
    rig.device.setSkew(600_000, 0);
    rig.device.sendText(CHAT, 10, 0);
    expect(sentAt(rig)[0]! - EPOCH_MS).toBeLessThan(60_000);
  });

  it("waits where cause and effect would put a message too far ahead of the node", () => {
    const rig = new Rig().ready();
    rig.connection.give({ type: "log", chat: CHAT, from: 2, device: 555_666_777_888, start: 0 });
    rig.connection.give(rig.incoming(1, 1, EPOCH_MS + 58_000));
    rig.device.sendText(CHAT, 10, 0);
    expect(sentAt(rig)).toEqual([]);
    rig.pass(4_000);
    expect(sentAt(rig)).toEqual([EPOCH_MS + 58_001]);
  });

  it("LIV2 hears the node's time anew where it was given wrong, once a minute", () => {
    const rig = new Rig();
    rig.device.signIn("token-1");
    rig.serve(-120_000);
    rig.connection.give({ type: "log", chat: CHAT, from: 2, device: 555_666_777_888, start: 0 });
    rig.connection.give(rig.incoming(1, 1, EPOCH_MS + 1));
    rig.device.sendText(CHAT, 10, 0);
    rig.pass(9_500);
    expect(rig.connections).toHaveLength(1);
    rig.pass(2_000);
    expect(rig.connections).toHaveLength(2);
    // The node's clock is still wrong: what cannot be helped is not tried all the time.
    rig.serve(-120_000);
    rig.device.sendText(CHAT, 10, 0);
    for (let second = 0; second < 50; second += 5) {
      rig.pass(5_000);
      if (rig.connection.taken("ping").length > 0) rig.connection.give({ type: "pong" });
    }
    expect(rig.connections).toHaveLength(2);
    rig.connection.give(rig.incoming(2, 2, EPOCH_MS + rig.nowMs));
    rig.device.sendText(CHAT, 10, 0);
    rig.pass(15_000);
    expect(rig.connections).toHaveLength(3);
    rig.serve();
    const [time, ...others] = sentAt(rig);
    expect(others).toEqual([]);
    expect(time! - EPOCH_MS).toBeLessThan(rig.nowMs + 1_000);
  });

  it("fills the n of a message that was refused as ahead", () => {
    const rig = sending(1);
    sent(rig);
    const re = { type: "send" as const, chat: CHAT, n: 1 };
    rig.connection.give({ type: "refused", re, code: "clock-ahead" });
    expect(sent(rig)).toEqual([[1, "void"]]);
  });
});
