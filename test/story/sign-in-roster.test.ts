// Friends are made by request and acceptance, and come with their chat and key at every sign-in.
import { describe, expect, it } from "vitest";
import type { Person } from "../support/story-person.ts";
import type { Town } from "../support/story.ts";
import { story } from "../support/story.ts";

const HOUR_MS = 3_600_000;
/** A link is dialled again within 2 s; then rosters are read with the tails, spread over 10 s. */
const LINK_BACK_MS = 13_000;

/** X asks, Y accepts; both are online. */
async function befriended() {
  const town = await story({ people: ["X", "Y"] });
  const x = await town.signIn("X", { node: "node-2" });
  const y = await town.signIn("Y", { node: "node-3" });
  x.befriend("Y");
  await town.until(() => y.requests.length > 0, 2_000, "the request is shown");
  return { town, x, y };
}

function tryToSend(person: Person, chat: number): void {
  const key = "key-000000000000";
  const { user, device, ports } = person.device;
  const context = { chat, from: user, device, n: 1, keyVersion: 1, kind: "text", part: 0 } as const;
  const body = ports.cipher.seal(key, context, { content: 1, bytes: 2 });
  const sentAt = ports.clock.wallMs();
  person.device.connection!.send({
    type: "send",
    chat,
    n: 1,
    sentAt,
    kind: "text",
    keyVersion: 1,
    body,
  });
}

function callsOf(town: Town, node: string, from: number): string[] {
  return town.record.calls
    .slice(from)
    .filter((one) => one.node === node)
    .map((one) => one.call);
}

describe("friends, and what a sign-in brings", () => {
  it("S34 “User 1” and “User 2” are friends after one accepts the other's request", async () => {
    const { town, x, y } = await befriended();
    expect(y.requests).toEqual(["X"]);
    expect([x.friends(), y.friends()]).toEqual([[], []]);
    expect(town.store.friendship("X", "Y")).toBeUndefined();
    y.accept("X");
    await town.runFor(1_000);
    const row = town.store.friendship("X", "Y")!;
    expect(town.store.userRow("X", "Y")).toMatchObject({ chat: row.chat, wrapped: row.wrapped });
    expect(town.store.userRow("Y", "X")).toMatchObject({ chat: row.chat, wrapped: row.wrapped });
    expect(x.friends()).toEqual([
      { name: "Y", chat: row.chat, key: town.store.unwrap("X", "Y"), keyVersion: 1 },
    ]);
    expect(y.friends()).toEqual([{ ...x.friends()[0], name: "X" }]);
    x.send("Y", "hi");
    await town.runFor(1_000);
    expect(y.texted()).toEqual(["hi"]);
    expect(await town.close()).toEqual([]);
  });

  it("S34 before the acceptance nobody can send: not-friends, and nothing is written", async () => {
    const { town, x } = await befriended();
    tryToSend(x, 4_711);
    await town.runFor(1_000);
    expect(x.heard("refused")).toMatchObject([{ code: "not-friends", re: { chat: 4_711, n: 1 } }]);
    expect(town.store.messages()).toEqual([]);
  });

  it("S34 where both accept at the same time there is one chat and one key", async () => {
    const { town, x, y } = await befriended();
    y.befriend("X");
    await town.until(() => x.requests.length > 0, 2_000, "the other request is shown");
    x.accept("Y");
    y.accept("X");
    await town.runFor(2_000);
    expect(town.record.calls.filter(({ call }) => call === "roster.establish")).toHaveLength(2);
    expect(x.friends()).toHaveLength(1);
    expect(y.friends()).toEqual([{ ...x.friends()[0], name: "X" }]);
    x.send("Y", "hi");
    await town.runFor(1_000);
    expect(y.texted()).toEqual(["hi"]);
    expect(await town.close()).toEqual([]);
  });

  it("S34 LIV3 where the link between their nodes is away, request and acceptance are shown when it is back", async () => {
    const town = await story({ people: ["X", "Y"] });
    const x = await town.signIn("X", { node: "node-2" });
    const y = await town.signIn("Y", { node: "node-3" });
    for (const [act, isSeen] of [
      [() => x.befriend("Y"), () => y.requests.includes("X")],
      [() => y.accept("X"), () => x.friends().length > 0],
    ] as const) {
      const heal = town.fault("cut node-2 node-3");
      await town.runFor(10_000);
      act();
      await town.runFor(2_000);
      expect(isSeen()).toBe(false);
      heal();
      await town.until(isSeen, LINK_BACK_MS, "it is shown");
    }
    expect(await town.close()).toEqual([]);
  });

  it("S34 a request waits for whoever is away", async () => {
    const town = await story({ people: ["X", "Y"] });
    const x = await town.signIn("X", { node: "node-2" });
    x.befriend("Y");
    await town.runFor(HOUR_MS);
    const y = await town.signIn("Y", { node: "node-3" });
    expect(y.requests).toEqual(["X"]);
    expect(y.heard("roster")[0]).toMatchObject({ friends: [], requests: [x.user] });
  });

  it("S35 S36 S37 when X logs in, node-2 pulls who all of X's friends are: Y alone", async () => {
    const town = await story({ friends: [["X", "Y"]], people: ["W"] });
    const from = town.record.calls.length;
    const x = await town.signIn("X", { node: "node-2" });
    const pulled = town.record.calls.slice(from).filter(({ call }) => call === "roster.friends");
    expect(pulled.map(({ node, args }) => [node, args[0]])).toEqual([["node-2", x.user]]);
    expect(x.friends().map(({ name }) => name)).toEqual(["Y"]);
  });

  it("S38 S39 node-2 sends across to X the friend, the chat id and the decrypted key", async () => {
    const town = await story({ friends: [["X", "Y"]] });
    const from = town.record.calls.length;
    const x = await town.signIn("X", { node: "node-2" });
    expect(x.heard("roster")).toEqual([
      {
        type: "roster",
        friends: [
          {
            user: town.user("Y"),
            chat: town.chat("X", "Y"),
            key: town.store.unwrap("X", "Y"),
            keyVersion: 1,
            state: expect.stringMatching(/^(offline|unknown)$/),
            lastSeen: 0,
          },
        ],
        requests: [],
        more: false,
      },
    ]);
    // The table holds the key encrypted; the node had it decrypted by the vault.
    expect(town.store.userRow("X", "Y")!.wrapped).not.toContain(x.friends()[0]!.key.slice(4));
    expect(callsOf(town, "node-2", from)).toContain("vault.unwrap");
  });

  it("S40 now X has all the information and is all set to chat with Y", async () => {
    const town = await story({ friends: [["X", "Y"]] });
    const y = await town.signIn("Y", { node: "node-3" });
    const x = town.dial("X", { node: "node-2" });
    await town.until(() => x.heard("roster").length > 0, 2_000, "the roster");
    const from = town.record.calls.length;
    x.send("Y", "hi");
    await town.until(() => y.texted().length > 0, 1_000, "Y shows it");
    // Nothing more is asked about the friendship.
    expect(callsOf(town, "node-2", from).filter((call) => /roster|vault/.test(call))).toEqual([]);
    expect(await town.close()).toEqual([]);
  });

  it("S41 user Y comes online and pulls all information from the same User table", async () => {
    const town = await story({ friends: [["X", "Y"]] });
    const x = await town.signIn("X", { node: "node-2" });
    const from = town.record.calls.length;
    const y = await town.signIn("Y", { node: "node-3" });
    expect(callsOf(town, "node-3", from)).toContain("roster.friends");
    const [mine, theirs] = [x.friends()[0]!, y.friends()[0]!];
    expect(theirs).toEqual({ ...mine, name: "X" });
  });

  it("S62 when X logs in he fetches both Y and Z, each with their conversation and key", async () => {
    const town = await story({
      friends: [
        ["X", "Y"],
        ["X", "Z"],
      ],
    });
    const x = await town.signIn("X", { node: "node-2" });
    expect(x.friends()).toEqual([
      { name: "Y", chat: town.chat("X", "Y"), key: town.store.unwrap("X", "Y"), keyVersion: 1 },
      { name: "Z", chat: town.chat("X", "Z"), key: town.store.unwrap("X", "Z"), keyVersion: 1 },
    ]);
    expect(x.friends()[0]!.chat).not.toBe(x.friends()[1]!.chat);
    expect(x.friends()[0]!.key).not.toBe(x.friends()[1]!.key);
  });

  it("S74 as soon as Z comes online, he has the chat, the user and the key of X before the first message", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    const x = await town.signIn("X", { node: "node-2" });
    x.send("Z", "hello Z");
    await town.runFor(10 * HOUR_MS);
    const z = await town.signIn("Z", { node: "node-1" });
    const kinds = z.frames.map(({ frame }) => frame.type);
    expect(kinds.indexOf("roster")).toBeGreaterThanOrEqual(0);
    expect(kinds.indexOf("roster")).toBeLessThan(kinds.indexOf("message"));
    expect(z.heard("roster")[0]!.friends).toMatchObject([
      { user: x.user, chat: town.chat("X", "Z"), key: town.store.unwrap("X", "Z") },
    ]);
    expect(z.texted()).toEqual(["hello Z"]);
    expect(await town.close()).toEqual([]);
  });

  it("S35 a user with 450 friends gets them in pages", async () => {
    const names = Array.from({ length: 450 }, (_, index) => `friend ${index}`);
    const town = await story({ friends: names.map((name) => ["X", name] as const) });
    const x = await town.signIn("X", { node: "node-2" });
    expect(x.heard("roster").map(({ friends, more }) => [friends.length, more])).toEqual([
      [200, true],
      [200, true],
      [50, false],
    ]);
    expect(
      x
        .friends()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(names.toSorted());
  });
});
