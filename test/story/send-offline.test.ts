// X writes to Z, who is not online: stored and marked as unread, confirmed, and nobody is told.
import { describe, expect, it } from "vitest";
import { SimulatedSealed } from "../../sim/device/simulated-cipher.ts";
import { story } from "../support/story.ts";

/** X has friends Y and Z and is served by node-3; Z was never here. */
async function zIsAway() {
  const town = await story({
    friends: [
      ["X", "Y"],
      ["X", "Z"],
    ],
  });
  const x = await town.signIn("X", { node: "node-3" });
  await town.runFor(1_000);
  return { town, x };
}

describe("S21 S59 what happens when a person sends a message to a user who is offline", () => {
  it("S22 S60 S61 S63 X sends to Z, who is offline: it waits for Z, and then is there", async () => {
    const { town, x } = await zIsAway();
    x.send("Z", "hello Z");
    await town.runFor(10 * 60_000);
    expect(x.outcome("hello Z")).toBe("ok");
    expect(town.person("Z").shown()).toEqual([]);
    const z = await town.signIn("Z", { node: "node-1" });
    expect(z.texted("X")).toEqual(["hello Z"]);
    expect(await town.close()).toEqual([]);
  });

  it("S23 S70 S71 N3 looks into Redis: no entry for Z, no host, so nothing is sent anywhere", async () => {
    const { town, x } = await zIsAway();
    expect(town.store.presence("Z")).toBeUndefined();
    x.send("Z", "hello Z");
    await town.runFor(5_000);
    const asked = town.record.calls.filter(({ call }) => call === "presence.lookup");
    expect(asked.map(({ node, args }) => [node, args[0]])).toEqual([["node-3", town.user("Z")]]);
    expect(town.store.lookup("Z")).toEqual({ record: undefined, online: false });
    const handed = ["forwarded", "delivered", "pushed", "not-owner"];
    expect(town.record.trace.filter(({ event }) => handed.includes(event))).toEqual([]);
  });

  it("S24 S72 N3 persists the message, and the flag that there are unread messages", async () => {
    const { town, x } = await zIsAway();
    for (const text of ["hello Z", "are you there?", "call me"]) x.send("Z", text);
    await town.runFor(1_000);
    // One entry for the log, and its count is the number of messages.
    expect(town.store.unread("Z")).toEqual([
      {
        chat: town.chat("X", "Z"),
        device: x.device.device,
        from: x.user,
        sentN: 3,
        readN: 0,
      },
    ]);
    expect(town.store.messages("X").map(({ n }) => n)).toEqual([1, 2, 3]);
    // The flag is always written, and before the look into Redis.
    const order = town.record.calls
      .map(({ call }) => call)
      .filter((call) =>
        ["messages.append", "messages.raiseSent", "presence.lookup"].includes(call),
      );
    expect(order.slice(0, 2)).toEqual(["messages.append", "messages.raiseSent"]);
    expect(order.indexOf("presence.lookup")).toBeGreaterThan(order.indexOf("messages.raiseSent"));
  });

  it("S65 S66 into Communication go the chat, the time, the encrypted message and from_user", async () => {
    const { town, x } = await zIsAway();
    const beforeMs = town.world.ports.clock.wallMs();
    x.send("Z", "hello Z");
    await town.runFor(1_000);
    const [row, ...others] = town.store.messages();
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      chat: town.chat("X", "Z"),
      from: x.user,
      device: x.device.device,
      n: 1,
      kind: "text",
    });
    // The device's own clock, set by what the node said at sign-in.
    expect(Math.abs(row!.sentAt - beforeMs)).toBeLessThan(200);
    expect(row!.body).toBeInstanceOf(SimulatedSealed);
    expect(row!.body!.length).toBe("hello Z".length + 16);
    expect(JSON.stringify(row)).not.toContain("hello Z");
    // The row is the first thing that is written.
    const writes = town.record.calls.filter(({ call }) => /append|raise|register/.test(call));
    expect(writes[0]!.call).toBe("messages.append");
  });

  it("S67 MSG7 “sent” reaches X when row and audit entry are written, and not before", async () => {
    const { town, x } = await zIsAway();
    const release = town.gate.hold("messages.raiseSent");
    x.send("Z", "hello Z");
    await town.runFor(1_500);
    expect(town.store.messages()).toHaveLength(1);
    expect(town.store.unread("Z")).toEqual([]);
    expect(x.heard("sent")).toEqual([]);
    release();
    await town.runFor(500);
    expect(x.heard("sent")).toEqual([{ type: "sent", chat: town.chat("X", "Z"), n: 1 }]);
    expect(x.outcome("hello Z")).toBe("ok");
    expect(town.store.unread("Z")).toMatchObject([{ sentN: 1, readN: 0 }]);
    expect(await town.close()).toEqual([]);
  });

  it("S68 S69 UNR1 confirmed is not read: the entry stays open, and X gets no receipt", async () => {
    const { town, x } = await zIsAway();
    x.send("Z", "hello Z");
    await town.runFor(60 * 60_000);
    expect(x.outcome("hello Z")).toBe("ok");
    expect(town.store.unread("Z")).toMatchObject([{ sentN: 1, readN: 0 }]);
    expect(town.store.receipts("X")).toEqual([]);
    expect(x.heard("receipt")).toEqual([]);
    const z = await town.signIn("Z", { node: "node-1" });
    await town.runFor(60_000);
    expect(town.store.unread("Z")).toMatchObject([{ sentN: 1, readN: 0 }]);
    z.read("X");
    await town.runFor(1_000);
    expect(town.store.unread("Z")).toEqual([]);
    expect(x.receipts()).toMatchObject([{ chat: town.chat("X", "Z"), n: 1 }]);
    expect(await town.close()).toEqual([]);
  });

  it("MSG4 where the append may or may not have happened X hears “unsure”, repeats, and one row stands", async () => {
    const { town, x } = await zIsAway();
    const found = town.gate.loseReplies("messages.append");
    x.send("Z", "hello Z");
    await town.until(() => x.heard("unsure").length > 0, 10_000, "unsure");
    expect(x.outcome("hello Z")).toBe("under way");
    expect(town.store.messages()).toHaveLength(1);
    found();
    await town.until(() => x.outcome("hello Z") === "ok", 10_000, "sent");
    expect(x.sent("send").length).toBeGreaterThan(1);
    expect(town.store.messages()).toHaveLength(1);
    const z = await town.signIn("Z", { node: "node-2" });
    expect(z.texted()).toEqual(["hello Z"]);
    expect(await town.close()).toEqual([]);
  });
});
