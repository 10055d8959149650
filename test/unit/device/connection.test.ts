// How a device connects, stays connected, and comes back; played by hand.
import { describe, expect, it } from "vitest";
import { fullJitterMs } from "../../../sim/device/reconnect.ts";
import { DEVICE, EPOCH_MS, Rig } from "./rig.ts";

describe("connecting", () => {
  it("signs in with token and counter, then says what it has", () => {
    const rig = new Rig();
    rig.device.signIn("token-1");
    rig.connection.open();
    expect(rig.connection.sent).toEqual([
      { type: "connect", token: "token-1", counter: 1 },
      { type: "have", logs: [], more: false },
    ]);
  });

  it("gives a node 5 s, then tries again with a higher counter and the same token", () => {
    const rig = new Rig();
    rig.device.signIn("token-1");
    rig.pass(4_999);
    expect(rig.connection.ending).toBe("open");
    rig.pass(1);
    expect(rig.connection.ending).toBe("closed");
    rig.pass(250);
    expect(rig.connections).toHaveLength(2);
    rig.connection.open();
    expect(rig.connection.sent[0]).toEqual({ type: "connect", token: "token-1", counter: 2 });
  });

  it("waits a uniform share of a ceiling that doubles up to the cap", () => {
    const advice = { baseMs: 500, capMs: 15_000 };
    expect([0, 1, 2, 5, 9].map((attempt) => fullJitterMs(attempt, advice, 0.5))).toEqual([
      250, 500, 1_000, 7_500, 7_500,
    ]);
    expect(fullJitterMs(3, advice, 0)).toBe(0);
  });

  it("LIV2 comes back by itself after every loss but 4409 and 4401", () => {
    for (const code of [0, 4408, 4429, 4503]) {
      const rig = new Rig().ready();
      rig.connection.break(code);
      rig.pass(500);
      expect([code, rig.connections.length]).toEqual([code, 2]);
    }
    for (const code of [4409, 4401]) {
      const rig = new Rig().ready();
      rig.connection.break(code, 77);
      rig.pass(120_000);
      expect([code, rig.connections.length]).toEqual([code, 1]);
      expect(rig.told).toContainEqual(["closedForGood", code, 77]);
    }
  });

  it("takes its node for dead 10 s after an unanswered ping", () => {
    const rig = new Rig().ready();
    rig.pass(12_500);
    expect(rig.connection.taken("ping")).toHaveLength(1);
    rig.connection.give({ type: "pong" });
    rig.pass(25_000);
    expect(rig.connection.taken("ping")).toHaveLength(1);
    rig.pass(9_999);
    expect(rig.connections).toHaveLength(1);
    rig.pass(1);
    expect(rig.events("closed")).toEqual([[1, DEVICE, 1, 0]]);
    rig.pass(500);
    expect(rig.connections).toHaveLength(2);
  });

  it("leaves a node that goes away only when nothing is in flight, within the time given", () => {
    const rig = new Rig().ready();
    rig.device.sendText(99_000_000_001, 10, 0);
    rig.connection.give({ type: "going-away", withinMs: 4_000 });
    rig.pass(2_000);
    expect(rig.connections).toHaveLength(1);
    rig.connection.give({ type: "sent", chat: 99_000_000_001, n: 1 });
    expect(rig.connections).toHaveLength(2);

    const stuck = new Rig().ready();
    stuck.device.sendText(99_000_000_001, 10, 0);
    stuck.connection.give({ type: "going-away", withinMs: 4_000 });
    stuck.pass(3_600);
    expect(stuck.connections).toHaveLength(2);
  });

  it("keeps one timer however much it has under way", () => {
    const rig = new Rig().ready();
    for (let i = 0; i < 20; i++) rig.device.sendText(99_000_000_001, 10, 0);
    rig.device.befriend(3);
    expect(rig.timerCount).toBe(1);
  });

  it("LIV1 takes an empty roster behind the sign-in's own for the answer to `befriend`, synced or not", () => {
    const rig = new Rig();
    rig.device.befriend(3);
    rig.device.signIn("token-1");
    const { connection } = rig;
    connection.open();
    connection.give({
      type: "connected",
      session: 1,
      epoch: "",
      serverTime: EPOCH_MS,
      heartbeatMs: 25_000,
      window: 64,
      reconnect: { baseMs: 500, capMs: 15_000 },
    });
    expect(connection.taken("befriend")).toHaveLength(1);
    const empty = { type: "roster", friends: [], requests: [] } as const;
    // Somebody without friends: the sign-in's own roster, in two pages, holds nothing either.
    connection.give({ ...empty, more: true });
    connection.give({ ...empty, more: false });
    expect(rig.noted.filter(([event]) => event === "operationEnded")).toEqual([]);
    connection.give({ ...empty, more: false });
    expect(rig.noted.filter(([event]) => event === "operationEnded")).toHaveLength(1);
    // On the next connection the first roster is the sign-in's again.
    rig.device.befriend(4);
    connection.break();
    rig.pass(1_000);
    rig.connection.open();
    rig.connection.give({ ...empty, more: false });
    expect(rig.noted.filter(([event]) => event === "operationEnded")).toHaveLength(1);
  });

  it("says nothing on a sign-out but the close, and vanishes without even that", () => {
    const left = new Rig().ready();
    left.device.signOut();
    expect(left.connection.ending).toBe("closed");
    const gone = new Rig().ready();
    gone.device.vanish();
    expect(gone.connection.ending).toBe("vanished");
    gone.pass(60_000);
    expect(gone.connections).toHaveLength(1);
  });
});
