// A key for each friendship, made at random, stored under a master key, handed to the two devices; they
// encrypt and decrypt, and whoever stores or forwards sees ciphertext.
import { describe, expect, it } from "vitest";
import type { SealContext } from "../../sim/device/ports.ts";
import { SimulatedSealed } from "../../sim/device/simulated-cipher.ts";
import type { Town } from "../support/story.ts";
import { story } from "../support/story.ts";

/** X becomes friends with Y and with Z in the story itself. */
async function newFriends(seed: number) {
  const town = await story({ people: ["X", "Y", "Z"], seed });
  const x = await town.signIn("X", { node: "node-2" });
  const others = [await town.signIn("Y"), await town.signIn("Z")];
  for (const other of others) x.befriend(other.name);
  await town.runFor(2_000);
  for (const other of others) other.accept("X");
  await town.runFor(2_000);
  return { town, x };
}

async function online() {
  const town = await story({
    friends: [
      ["X", "Y"],
      ["X", "Z"],
      ["Y", "Z"],
    ],
  });
  const x = await town.signIn("X", { node: "node-2" });
  const y = await town.signIn("Y", { node: "node-3" });
  return { town, x, y };
}

function sealedWith(town: Town, user: string): number[] {
  const { device } = town.person(user).device;
  return town.record.events("sealed", { device }).map((told) => told["key"]!);
}

function contextOf(town: Town, n: number): SealContext {
  const row = town.store.messages().find((one) => one.n === n)!;
  const { chat, from, device, keyVersion, kind } = row;
  return { chat, from, device, n, keyVersion, kind, part: 0 };
}

describe("the key of a friendship", () => {
  it("S31 the “auth_key” is generated at random: another one for every friendship", async () => {
    const one = await newFriends(1);
    const other = await newFriends(2);
    const made = one.town.record.calls.filter(({ call }) => call === "vault.create");
    expect(made).toHaveLength(2);
    const keys = [one, other].flatMap(({ x }) => x.friends().map(({ key }) => key));
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(4);
    expect(await one.town.close()).toEqual([]);
  });

  it("S32 it is encrypted with another master key, which lives somewhere else", async () => {
    const { town } = await newFriends(1);
    const row = town.store.friendship("X", "Y")!;
    const plain = town.store.unwrap("X", "Y");
    for (const stored of [row, town.store.userRow("X", "Y"), town.store.userRow("Y", "X")]) {
      expect(stored).toMatchObject({ kekId: "kek-1" });
      expect(JSON.stringify(stored)).not.toContain(plain.slice("key-".length));
    }
    // Only the vault undoes it, and only for the friendship that the key was made for.
    const [userLow, userHigh] = [town.user("X"), town.user("Y")];
    const context = { chat: row.chat, userLow, userHigh, keyVersion: 1 };
    const { vault } = town.store.memory;
    expect(vault.unwrapNow(row, context)).toBe(plain);
    for (const wrong of [
      { ...context, chat: town.store.friendship("X", "Z")!.chat },
      { ...context, userHigh: town.user("Z") },
      { ...context, keyVersion: 2 },
    ])
      expect(vault.unwrapNow(row, wrong)).toBeUndefined();
  });

  it("S32 without the place where the master key lives, tables alone give nobody a key", async () => {
    const town = await story({ friends: [["X", "Y"]] });
    const away = town.fault("refuse vault");
    const x = await town.signIn("X", { node: "node-2" });
    await town.runFor(5_000);
    expect(x.friends()).toEqual([]);
    away();
    await town.until(() => x.friends().length === 1, 40_000, "the key comes");
    expect(await town.close()).toEqual([]);
  });

  it("S32 the master key is rotated: rows are wrapped anew, sessions go on, the chat's key stays", async () => {
    const { town, x, y } = await online();
    const before = town.store.friendship("X", "Y")!;
    const key = x.friends()[0]!.key;
    town.fault("rotate");
    x.send("Y", "still here");
    await town.runFor(1_000);
    expect(y.texted()).toEqual(["still here"]);
    await town.signIn("X", { node: "node-1", fresh: true });
    await town.runFor(1_000);
    const after = town.store.friendship("X", "Y")!;
    expect([before.kekId, after.kekId]).toEqual(["kek-1", "kek-2"]);
    expect(after.wrapped).not.toBe(before.wrapped);
    for (const row of [town.store.userRow("X", "Y"), town.store.userRow("Y", "X")])
      expect(row).toMatchObject({ kekId: "kek-2", wrapped: after.wrapped });
    expect(x.friends()[0]!.key).toBe(key);
    expect(town.store.unwrap("X", "Y")).toBe(key);
    y.send("X", "and now?");
    await town.runFor(1_000);
    expect(x.texted()).toEqual(["and now?"]);
    expect(await town.close()).toEqual([]);
  });
});

describe("what the devices do with it", () => {
  it("S42 S43 X's device encrypts with the key of the chat, then sends the ciphertext with the Chat_ID to N2", async () => {
    const { town, x } = await online();
    x.send("Y", "attack at dawn");
    const frame = x.sent("send")[0]!;
    expect(x.node).toBe("node-2");
    expect(frame.chat).toBe(town.chat("X", "Y"));
    expect(frame.body).toBeInstanceOf(SimulatedSealed);
    expect(JSON.stringify(frame)).not.toContain("attack");
    const [sealed] = town.record.events("sealed", { device: x.device.device });
    const [sent] = town.record.events("sendFrame", { device: x.device.device });
    expect(town.record.told.indexOf(sealed!)).toBeLessThan(town.record.told.indexOf(sent!));
    // The key is the one that stands, wrapped, in the User table.
    expect(sealed!["key"]).toBe(x.device.ports.cipher.keyNumber(town.store.unwrap("X", "Y")));
  });

  it("S44 SEC2 N2 first persists it as it came: the row holds the ciphertext only", async () => {
    const { town, x } = await online();
    x.send("Y", "attack at dawn");
    await town.runFor(1_000);
    const [row] = town.store.messages();
    expect(row!.body!.same(x.sent("send")[0]!.body!)).toBe(true);
    const writes = town.record.calls.filter(({ call }) => /append|raise|register/.test(call));
    expect(writes[0]).toMatchObject({ node: "node-2", call: "messages.append" });
    expect(JSON.stringify(town.store.messages())).not.toContain("attack");
    expect(await town.close()).toEqual([]);
  });

  it("S48 MSG2 N2 hands the ciphertext to N3, and Y, who has the key already, decrypts the actual message", async () => {
    const { town, x, y } = await online();
    x.send("Y", "attack at dawn");
    await town.runFor(1_000);
    const [frame] = y.heard("message");
    expect(frame!.body!.same(x.sent("send")[0]!.body!)).toBe(true);
    const kinds = y.frames.map((seen) => seen.frame.type);
    expect(kinds.indexOf("roster")).toBeLessThan(kinds.indexOf("message"));
    const { cipher } = y.device.ports;
    const key = y.friends().find(({ name }) => name === "X")!.key;
    expect(cipher.open(key, contextOf(town, 1), frame!.body!)).toEqual({
      content: 1,
      bytes: "attack at dawn".length,
    });
    expect(y.texted()).toEqual(["attack at dawn"]);
    expect(await town.close()).toEqual([]);
  });

  it("S53 S57 Y's reply is encrypted with the same key, and X decrypts it with his copy", async () => {
    const { town, x, y } = await online();
    x.send("Y", "how are you?");
    await town.runFor(1_000);
    y.send("X", "fine");
    await town.runFor(1_000);
    const [asked, answered] = [sealedWith(town, "X"), sealedWith(town, "Y")];
    expect(asked).toHaveLength(1);
    expect(answered).toEqual(asked);
    expect(x.heard("message")[0]!.body).toBeInstanceOf(SimulatedSealed);
    expect(x.texted()).toEqual(["fine"]);
    expect(await town.close()).toEqual([]);
  });

  it("S64 for Z the message is encrypted with the key of that chat, and N2 checks whose chat it is", async () => {
    const { town, x } = await online();
    x.send("Z", "hello Z");
    await town.runFor(1_000);
    const { cipher } = x.device.ports;
    expect(sealedWith(town, "X")).toEqual([cipher.keyNumber(town.store.unwrap("X", "Z"))]);
    expect(town.store.messages()).toMatchObject([{ chat: town.chat("X", "Z") }]);
    // What N2 knows of X's chats it read from the User table.
    const read = town.record.calls.filter(
      ({ node, call, args }) =>
        node === "node-2" && call === "roster.friends" && args[0] === x.user,
    );
    expect(read.length).toBeGreaterThan(0);
    // A chat in which X is not: refused, and not written.
    const strange = { ...x.sent("send")[0]!, chat: town.chat("Y", "Z") };
    x.device.connection!.send(strange);
    await town.runFor(1_000);
    expect(x.heard("refused")).toMatchObject([{ code: "not-friends", re: { chat: strange.chat } }]);
    expect(town.store.messages()).toHaveLength(1);
  });

  it("S83 S84 Z, who already has the key, decrypts what waited for him and sees the actual message", async () => {
    const { town, x } = await online();
    x.send("Z", "hello Z");
    await town.runFor(3_600_000);
    const z = await town.signIn("Z", { node: "node-1" });
    const kinds = z.frames.map((seen) => seen.frame.type);
    expect(kinds.indexOf("roster")).toBeLessThan(kinds.indexOf("message"));
    const [frame] = z.heard("message");
    expect(frame!.body!.same(town.store.messages()[0]!.body!)).toBe(true);
    expect(z.texted()).toEqual(["hello Z"]);
    expect(await town.close()).toEqual([]);
  });

  it("SEC3 the ciphertext opens under no other chat, sender, device, n, key version, kind, part or key", async () => {
    const { town, x, y } = await online();
    x.send("Y", "attack at dawn");
    await town.runFor(1_000);
    const { cipher } = y.device.ports;
    const body = town.store.messages()[0]!.body!;
    const right = contextOf(town, 1);
    const key = town.store.unwrap("X", "Y");
    expect(cipher.open(key, right, body)).toBeDefined();
    const wrong: SealContext[] = [
      { ...right, chat: town.chat("X", "Z") },
      { ...right, from: y.user },
      { ...right, device: y.device.device },
      { ...right, n: 2 },
      { ...right, keyVersion: 2 },
      { ...right, kind: "file" },
      { ...right, part: 1 },
    ];
    for (const context of wrong) expect(cipher.open(key, context, body)).toBeUndefined();
    expect(cipher.open(town.store.unwrap("X", "Z"), right, body)).toBeUndefined();
  });
});
