// X sends a picture: encrypted and stored in the blob storage first, then named in a message with a thumbnail,
// and fetched by Y when Y wants to see it.
import { describe, expect, it } from "vitest";
import { serverFrameBytes } from "../../server/protocol/size.ts";
import { SimulatedBlob, SimulatedSealed } from "../../sim/device/simulated-cipher.ts";
import type { Person } from "../support/story-person.ts";
import type { Town } from "../support/story.ts";
import { story } from "../support/story.ts";

const MIB = 1024 * 1024;
const PICTURE_BYTES = 5 * MIB;
const DAY_MS = 24 * 3_600_000;

async function online() {
  const town = await story({
    friends: [
      ["X", "Y"],
      ["X", "W"],
    ],
  });
  const x = await town.signIn("X", { node: "node-2" });
  const y = await town.signIn("Y", { node: "node-3" });
  await town.runFor(1_000);
  return { town, x, y };
}

/** The picture is shown to Y, as far as it goes: a thumbnail. */
async function sent() {
  const story = await online();
  const { town, x, y } = story;
  x.sendFile("Y", "image", PICTURE_BYTES, "holiday");
  await town.until(() => y.texted().length > 0, 20_000, "the thumbnail");
  return { ...story, blob: x.uploads[0]! };
}

function calls(town: Town, name: RegExp): string[] {
  return town.record.calls
    .filter(({ call }) => name.test(call))
    .map(({ node, call }) => `${node} ${call}`);
}

function keyWith(person: Person, friend: string): string {
  return person.friends().find(({ name }) => name === friend)!.key;
}

describe("S90 how user X sends a picture to user Y", () => {
  it("S91 S106 IMG1 X sends a picture of 5 MB, and Y sees it: decrypted, with the digest that was uploaded", async () => {
    const { town, y, blob } = await sent();
    y.open("X", blob);
    await town.until(() => y.downloads().length > 0, 20_000, "the picture");
    expect(y.downloads()).toEqual(["intact"]);
    expect(y.answers[0]!.sha256).toBe(town.store.blobRow(blob)!.sha256);
    const { cipher } = y.device.ports;
    expect(cipher.openBlob(keyWith(y, "X"), blob, y.answers[0]!.body!)).toEqual({
      content: 1,
      bytes: PICTURE_BYTES,
    });
    expect(await town.close()).toEqual([]);
  });

  it("S92 the device already has the chat and the key from the User table: it asks for nothing", async () => {
    const { town, x } = await online();
    const key = keyWith(x, "Y");
    expect(key).toBe(town.store.unwrap("X", "Y"));
    const frames = x.frames.length;
    const from = town.record.calls.length;
    x.sendFile("Y", "image", PICTURE_BYTES, "holiday");
    await town.until(() => x.uploads.length > 0, 20_000, "the upload");
    expect(x.frames.slice(frames).filter(({ frame }) => frame.type === "roster")).toEqual([]);
    const asked = town.record.calls.slice(from).map(({ call }) => call);
    expect(asked.filter((call) => call.startsWith("vault"))).toEqual([]);
    const body = town.store.blobBody(x.uploads[0]!)!.body as SimulatedBlob;
    expect(body.key).toBe(key);
  });

  it("S93 S94 it encrypts the picture and sends it to N2 with its conversation, over HTTP, before n is taken", async () => {
    const { town, x } = await online();
    const hold = town.gate.hold("blobs.put");
    x.sendFile("Y", "image", PICTURE_BYTES, "holiday");
    const arrived = (): boolean => calls(town, /^blobs\.put$/).length > 0;
    await town.until(arrived, 10_000, "the picture is at its node");
    const put = town.record.calls.find(({ call }) => call === "blobs.put")!;
    expect(put.node).toBe("node-2");
    const [blob, body] = put.args as [string, SimulatedBlob];
    expect(body).toBeInstanceOf(SimulatedBlob);
    expect(body.bytes).toBe(PICTURE_BYTES + 16);
    // Not over the socket, and nothing is numbered yet.
    expect(x.sent("send")).toEqual([]);
    expect(town.record.events("sendInvoked")).toEqual([]);
    hold();
    await town.until(() => x.outcome("holiday") === "ok", 10_000, "sent");
    expect(town.store.blobRow(blob)).toMatchObject({
      chat: town.chat("X", "Y"),
      owner: x.user,
      bytes: PICTURE_BYTES + 16,
    });
    expect(await town.close()).toEqual([]);
  });

  it("S95 S96 S97 N2 talks to the blob storage, which keeps it under the name that becomes the URL", async () => {
    const { town, x, blob } = await sent();
    expect(calls(town, /^(blobs|messages)\.(put|recordBlob|append)$/)).toEqual([
      "node-2 blobs.put",
      "node-2 messages.recordBlob",
      "node-2 messages.append",
    ]);
    expect(blob).toMatch(/^[0-9a-f]{32}$/);
    expect(town.store.blobBody(blob)!.stored.bytes).toBe(PICTURE_BYTES + 16);
    expect(x.sent("send")).toMatchObject([{ kind: "image", url: blob }]);
  });

  it("S98 the blob storage holds ciphertext, under the key of the User table", async () => {
    const { town, x, blob } = await sent();
    const { body } = town.store.blobBody(blob)!;
    expect(body).toBeInstanceOf(SimulatedBlob);
    const { cipher } = x.device.ports;
    expect(cipher.openBlob(town.store.unwrap("X", "Y"), blob, body)).toBeDefined();
    expect(cipher.openBlob(town.store.unwrap("X", "W"), blob, body)).toBeUndefined();
    expect(cipher.openBlob(town.store.unwrap("X", "Y"), `${blob.slice(1)}0`, body)).toBeUndefined();
  });

  it("S99 S100 the row in Communication holds the chat, the time, the URL and the thumbnail", async () => {
    const { town, x, blob } = await sent();
    expect(town.store.messages()).toEqual([
      {
        chat: town.chat("X", "Y"),
        from: x.user,
        device: x.device.device,
        n: 1,
        sentAt: x.sent("send")[0]!.sentAt,
        kind: "image",
        keyVersion: 1,
        body: expect.any(SimulatedSealed),
        url: blob,
        thumbnail: expect.any(SimulatedSealed),
      },
    ]);
    // The User table has no such column.
    expect(Object.keys(town.store.userRow("X", "Y")!)).not.toContain("url");
  });

  it("S101 S102 N2 finds Y online with N3, and hands over URL and thumbnail, not the picture", async () => {
    const { town, y, blob } = await sent();
    const asked = town.record.calls.filter(({ call }) => call === "presence.lookup");
    expect(asked.map(({ node, args }) => [node, args[0]])).toEqual([["node-2", y.user]]);
    const steps = ["looked-up", "forwarded", "delivered", "pushed"];
    expect(
      town.record.trace
        .filter(({ event, n }) => steps.includes(event) && (n === 1 || event === "looked-up"))
        .map(({ node, event }) => `${node} ${event}`),
    ).toEqual(["node-2 looked-up", "node-2 forwarded", "node-3 delivered", "node-3 pushed"]);
    const [frame] = y.heard("message");
    expect(frame).toMatchObject({ kind: "image", url: blob });
    expect(frame!.thumbnail).toBeInstanceOf(SimulatedSealed);
    expect(serverFrameBytes(frame!)).toBeLessThan(10 * 1024);
  });

  it("S103 the picture has 2 to 10 megabytes, the thumbnail just five kilobytes", async () => {
    const { town, y, blob } = await sent();
    const { bytes } = town.store.blobBody(blob)!.stored;
    expect(bytes).toBeGreaterThan(2 * MIB);
    expect(bytes).toBeLessThan(10 * MIB);
    const thumbnail = y.heard("message")[0]!.thumbnail!;
    expect(thumbnail.length).toBe(5 * 1024 + 16);
    const { chat, from, device, n, keyVersion, kind } = y.heard("message")[0]!;
    const context = { chat, from, device, n, keyVersion, kind, part: 1 } as const;
    expect(y.device.ports.cipher.open(keyWith(y, "X"), context, thumbnail)?.bytes).toBe(5 * 1024);
  });

  it("S104 S105 nothing is downloaded until Y clicks; then N3 fetches the entire picture for Y", async () => {
    const { town, y, blob } = await sent();
    await town.runFor(10 * 60_000);
    expect(calls(town, /^blobs\.get$/)).toEqual([]);
    expect(y.answers).toEqual([]);
    y.open("X", blob);
    await town.until(() => y.answers.length > 0, 20_000, "the picture");
    expect(calls(town, /^blobs\.get$/)).toEqual(["node-3 blobs.get"]);
    expect(y.answers[0]).toMatchObject({
      status: 200,
      sha256: town.store.blobBody(blob)!.stored.sha256,
    });
    expect(y.answers[0]!.body!.bytes).toBe(PICTURE_BYTES + 16);
  });
});

describe("when a picture's way is blocked", () => {
  it("IMG1 an upload that fails takes no n, and what is sent later goes on", async () => {
    const { town, x, y } = await online();
    const away = town.fault("refuse s3");
    x.sendFile("Y", "image", PICTURE_BYTES, "holiday");
    await town.runFor(10_000);
    x.send("Y", "a picture is coming");
    await town.runFor(1_000);
    expect(y.texted()).toEqual(["a picture is coming"]);
    expect(x.outcome("holiday")).toBe("under way");
    await town.runFor(60_000);
    expect(x.outcome("holiday")).toBe("refused");
    away();
    x.sendFile("Y", "image", PICTURE_BYTES, "another one");
    await town.until(() => y.texted().length === 2, 20_000, "the second picture");
    expect(town.store.messages().map(({ n, kind }) => [n, kind])).toEqual([
      [1, "text"],
      [2, "image"],
    ]);
    expect(await town.close()).toEqual([]);
  });

  it("S97 IMG1 an upload whose answer is lost is repeated, and meets its own blob", async () => {
    const { town, x, y } = await online();
    const found = town.gate.loseReplies("blobs.put");
    x.sendFile("Y", "image", PICTURE_BYTES, "holiday");
    await town.until(() => calls(town, /^blobs\.put$/).length > 0, 20_000, "the first upload");
    await town.runFor(1_000);
    expect(x.uploads).toEqual([]);
    found();
    await town.until(() => y.texted().length > 0, 30_000, "the picture");
    const puts = town.record.calls.filter(({ call }) => call === "blobs.put");
    expect(puts.length).toBeGreaterThan(1);
    expect(new Set(puts.map(({ args }) => args[0])).size).toBe(1);
    expect(town.store.messages()).toHaveLength(1);
    expect(await town.close()).toEqual([]);
  });

  it("IMG2 a third user's request for the picture is refused", async () => {
    const { town, blob } = await sent();
    const w = await town.signIn("W", { node: "node-1" });
    w.device.download(town.chat("X", "Y"), blob, false);
    await town.until(() => w.downloads().length > 0, 5_000, "an answer");
    expect(w.answers).toMatchObject([{ status: 403 }]);
    expect(w.downloads()).toEqual(["denied"]);
    expect(calls(town, /^blobs\.get$/)).toEqual([]);
    expect(await town.close()).toEqual([]);
  });

  it.each([
    ["that nobody uploaded", "no-blob", () => "0".repeat(32)],
    ["of another sender", "no-blob", (_town: Town, y: Person) => y.uploads[0]!],
    ["of 8 days ago", "blob-expired", (town: Town) => aged(town, town.person("X").uploads[0]!)],
  ] as const)(
    "IMG2 MSG3 a send that names a blob %s is refused before any write",
    async (_what, code, blobOf) => {
      const { town, x, y } = await online();
      y.sendFile("X", "image", 100_000, "from Y");
      x.sendFile("Y", "image", 100_000, "from X");
      await town.until(() => y.texted().length > 0 && x.texted().length > 0, 20_000, "both");
      await town.runFor(1_000);
      const from = town.record.calls.length;
      x.sendNaming("Y", blobOf(town, y), "wrong");
      await town.until(() => x.outcome("wrong") !== "under way", 5_000, "an answer");
      expect(x.outcome("wrong")).toBe("refused");
      expect(x.heard("refused")).toMatchObject([{ code, re: { type: "send", n: 2 } }]);
      const chat = town.chat("X", "Y");
      town.history.plantedBlobSend(town.kernel.now, x.user, chat, 1);
      await town.runFor(2_000);
      // Its n is filled with a void; the picture itself was never written.
      const appended = town.record.calls
        .slice(from)
        .filter(({ call }) => call === "messages.append")
        .flatMap(({ args }) => args[0] as { kind: string }[]);
      expect(appended.map(({ kind }) => kind)).toEqual(["void"]);
      expect(y.texted()).not.toContain("wrong");
      expect(await town.close()).toEqual([]);
    },
  );
});

/** Its row says that it was stored 8 days before. */
function aged(town: Town, blob: string): string {
  const row = town.store.blobRow(blob)!;
  town.store.memory.messages.recordBlobNow({ ...row, createdAt: row.createdAt - 8 * DAY_MS });
  return blob;
}
