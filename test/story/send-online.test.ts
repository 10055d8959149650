// X writes to Y, both online on two nodes: stored, marked, confirmed, looked up, handed to the other node, shown.
import { describe, expect, it } from "vitest";
import type { Person } from "../support/story-person.ts";
import type { Town } from "../support/story.ts";
import { story } from "../support/story.ts";

async function bothOnline(xNode = "node-3", yNode = "node-4") {
  const town = await story({ nodes: 4, friends: [["X", "Y"]] });
  const x = await town.signIn("X", { node: xNode });
  const y = await town.signIn("Y", { node: yNode });
  await town.runFor(1_000);
  return { town, x, y };
}

/** What nodes did about messages from now on, "node event", in order. */
function watch(town: Town): () => string[] {
  const from = town.record.trace.length;
  return () =>
    town.record.trace
      .slice(from)
      .filter(({ event }) => !event.startsWith("lease"))
      .map(({ node, event }) => `${node} ${event}`);
}

describe("S11 what happens when we send a chat message to a user who is online right now", () => {
  it("S14 S15 S16 MSG7 X's “hi” goes all the way to N3, which persists it and then looks into Redis", async () => {
    const { town, x, y } = await bothOnline();
    const done = watch(town);
    const calls = town.record.calls.length;
    const beganMs = town.nowMs;
    x.send("Y", "hi");
    expect(x.node).toBe("node-3");
    await town.until(() => y.texted().length > 0, 1_000, "Y shows it");
    const frame = x.sent("send")[0]!;
    expect(frame).toMatchObject({ chat: town.chat("X", "Y"), n: 1, kind: "text" });
    expect(town.store.messages()).toMatchObject([{ from: x.user, n: 1, chat: frame.chat }]);
    // Persist first, then look: in the calls of the stores and in what the node says.
    const ofSend = town.record.calls
      .slice(calls)
      .filter(({ call }) => /append|registerLog|raiseSent|presence\.lookup$/.test(call))
      .map(({ node, call }) => `${node} ${call}`);
    expect(ofSend).toEqual([
      "node-3 messages.append",
      "node-3 messages.registerLog",
      "node-3 messages.raiseSent",
      "node-3 presence.lookup",
    ]);
    expect(done()).toEqual([
      "node-3 append",
      "node-3 marked",
      "node-3 confirmed",
      "node-3 looked-up",
      "node-3 forwarded",
      "node-4 delivered",
      "node-4 pushed",
    ]);
    expect(town.nowMs - beganMs).toBeLessThan(1_000);
    await town.runFor(1_000);
    expect(x.heard("sent")).toEqual([{ type: "sent", chat: frame.chat, n: 1 }]);
    expect(await town.close()).toEqual([]);
  });

  it("S17 from Redis it finds that N4 is managing user Y, who was online very recently", async () => {
    const { town, x, y } = await bothOnline();
    const seen = town.store.lookup("Y");
    expect(seen.online).toBe(true);
    expect(seen.record!.node).toBe("node-4");
    const ageMs = town.world.ports.clock.wallMs() - seen.record!.heartbeatMs;
    expect(ageMs).toBeLessThan(31_000);
    x.send("Y", "hi");
    await town.until(() => y.texted().length > 0, 1_000);
    const asked = town.record.calls.filter(({ call }) => call === "presence.lookup");
    expect(asked.map(({ node, args }) => [node, args[0]])).toEqual([["node-3", y.user]]);
  });

  it("S18 N3 sends “hi” to N4, and never opens a connection with user Y", async () => {
    const { town, x, y } = await bothOnline();
    x.send("Y", "hi");
    await town.until(() => y.texted().length > 0, 1_000);
    expect(y.nodes()).toEqual(["node-4"]);
    const onNode = (node: number) =>
      [...town.world.hosts[node]!.life!.clients].map((client) => client.wire.id);
    expect(onNode(2)).toHaveLength(1);
    expect(onNode(3)).toHaveLength(1);
    const pushed = town.record.trace.filter(({ event }) => event === "pushed");
    expect(pushed.map(({ node, user }) => [node, user])).toEqual([["node-4", y.user]]);
    const forwarded = town.record.trace.filter(({ event }) => event === "forwarded");
    expect(forwarded.map(({ node }) => node)).toEqual(["node-3"]);
  });

  it("S19 S20 S51 MSG4 user Y instantly sees “hi”, once", async () => {
    const { town, x, y } = await bothOnline();
    x.send("Y", "hi");
    const tookMs = await town.until(() => y.texted().length > 0, 1_000);
    expect(tookMs).toBeLessThan(500);
    await town.runFor(60_000);
    expect(y.texted()).toEqual(["hi"]);
    expect(y.heard("message")).toHaveLength(1);
    expect(y.shown()[0]).toMatchObject({ from: "X", chat: town.chat("X", "Y"), n: 1 });
    expect(await town.close()).toEqual([]);
  });

  it("S46 S47 N2 searches who is managing user Y, and finds N3 in the Redis table", async () => {
    const { town, x, y } = await bothOnline("node-2", "node-3");
    x.send("Y", "hi");
    await town.until(() => y.texted().length > 0, 1_000);
    const asked = town.record.calls.filter(({ call }) => call === "presence.lookup");
    expect(asked.map(({ node, args }) => [node, args[0]])).toEqual([["node-2", y.user]]);
    expect(town.store.presence("Y")!.node).toBe("node-3");
    expect(town.record.trace.find(({ event }) => event === "delivered")!.node).toBe("node-3");
  });

  it("S52 S54 S55 S56 S58 MSG6 the reply goes the reverse way, with the same conversation", async () => {
    const { town, x, y } = await bothOnline("node-2", "node-3");
    x.send("Y", "how are you?");
    await town.until(() => y.texted().length > 0, 1_000);
    await town.runFor(100);
    const done = watch(town);
    const calls = town.record.calls.length;
    y.send("X", "fine");
    await town.until(() => x.texted().length > 0, 1_000);
    expect(y.sent("send")[0]!.chat).toBe(x.sent("send")[0]!.chat);
    expect(done()).toEqual([
      "node-3 append",
      "node-3 marked",
      "node-3 confirmed",
      "node-3 looked-up",
      "node-3 forwarded",
      "node-2 delivered",
      "node-2 pushed",
    ]);
    const ofReply = town.record.calls
      .slice(calls)
      .filter(({ call }) => call === "messages.append" || call === "presence.lookup");
    expect(ofReply.map(({ node, call }) => `${node} ${call}`)).toEqual([
      "node-3 messages.append",
      "node-3 presence.lookup",
    ]);
    expect(ofReply[1]!.args[0]).toBe(x.user);
    // What N3 handed on, and N2 sent, is what stands in the table: ciphertext under one chat.
    const [question, answer] = town.store.messages();
    expect(answer!.chat).toBe(question!.chat);
    expect(x.heard("message")[0]!.body!.same(answer!.body!)).toBe(true);
    expect(answer!.sentAt).toBeGreaterThan(question!.sentAt);
    expect(conversation(x)).toEqual(["how are you?", "fine"]);
    expect(conversation(y)).toEqual(["how are you?", "fine"]);
    expect(await town.close()).toEqual([]);
  });

  it("MSG4 two people on one node need no link", async () => {
    const { town, x, y } = await bothOnline("node-1", "node-1");
    const done = watch(town);
    x.send("Y", "hi");
    await town.until(() => y.texted().length > 0, 1_000);
    expect(done()).toEqual([
      "node-1 append",
      "node-1 marked",
      "node-1 confirmed",
      "node-1 looked-up",
      "node-1 delivered",
      "node-1 pushed",
    ]);
  });

  it("MSG4 a repeat of a confirmed n is answered “sent” again, and shown once", async () => {
    const { town, x, y } = await bothOnline();
    x.send("Y", "hi");
    await town.until(() => x.outcome("hi") === "ok", 1_000);
    x.device.connection!.send(x.sent("send")[0]!);
    await town.runFor(2_000);
    expect(x.heard("sent").map(({ n }) => n)).toEqual([1, 1]);
    expect(y.texted()).toEqual(["hi"]);
    expect(y.heard("message")).toHaveLength(1);
    expect(town.store.messages()).toHaveLength(1);
    expect(town.store.unread("Y")).toMatchObject([{ sentN: 1, readN: 0 }]);
  });
});

/** Both people's words as this person's device orders them: by (sentAt, device, n). */
function conversation(person: Person): string[] {
  const own = person.town.record.events("sendInvoked", { user: person.user }).map((told) => ({
    at: [told["sentAt"]!, told["device"]!, told["n"]!],
    text: person.texts.get(told["content"]!)!,
  }));
  const heard = person
    .shown()
    .map(({ sentAt, device, n, text }) => ({ at: [sentAt, device, n], text }));
  return [...own, ...heard]
    .sort((a, b) => a.at[0]! - b.at[0]! || a.at[1]! - b.at[1]! || a.at[2]! - b.at[2]!)
    .map(({ text }) => text);
}
