// Pictures: uploaded first, sent by name afterwards, opened on demand. And the simulated cipher under them.
import { describe, expect, it } from "vitest";
import { SimulatedCipher } from "../../../sim/device/simulated-cipher.ts";
import { CHAT, KEY, Rig, USER } from "./rig.ts";

function withPicture(parts = {}): Rig {
  const rig = new Rig(parts).ready();
  rig.device.sendAttachment(CHAT, "image", 2_000_000, 20, 0);
  return rig;
}

describe("a picture", () => {
  it("IMG1 takes its n only after the upload is stored; a text goes ahead of it", () => {
    const rig = withPicture();
    rig.device.sendText(CHAT, 10, 0);
    expect(rig.connection.taken("send").map(({ n, kind }) => [n, kind])).toEqual([[1, "text"]]);
    rig.puts[0]!.answer({ status: 201 });
    const [frame] = rig.connection.taken("send");
    expect(frame).toMatchObject({ n: 2, kind: "image", url: rig.puts[0]!.blob });
    expect(frame!.thumbnail!.length).toBeLessThanOrEqual(8_192);
    expect(rig.events("uploaded").map((args) => args.slice(1, 3))).toEqual([[USER, CHAT]]);
  });

  it("is put again after no answer, and `already there` with the same bytes is success", () => {
    const rig = withPicture();
    rig.puts[0]!.answer({ status: 0 });
    rig.pass(500);
    expect(rig.puts).toHaveLength(2);
    expect(rig.puts[1]!.sealed).toBe(rig.puts[0]!.sealed);
    rig.puts[1]!.answer({ status: 409, sha256: rig.puts[1]!.sealed.sha256 });
    expect(rig.connection.taken("send")).toHaveLength(1);
  });

  it("LIV2 blocks nothing when its upload fails", () => {
    const rig = withPicture();
    rig.puts[0]!.answer({ status: 413 });
    expect(rig.events("sendDropped")).toEqual([[USER, CHAT, 1, 1]]);
    rig.device.sendText(CHAT, 10, 0);
    expect(rig.connection.taken("send").map(({ n }) => n)).toEqual([1]);
  });

  it("BND1 is refused where the outbox is full", () => {
    const rig = new Rig().ready();
    for (let i = 0; i < 257; i++) rig.device.sendAttachment(CHAT, "image", 1_000, 20, 0);
    expect(rig.puts).toHaveLength(256);
    expect(rig.events("sendDropped")).toEqual([[USER, CHAT, 257, 1]]);
  });

  it("LIV1 is given up after 60 s, its upload unknown", () => {
    const rig = withPicture();
    for (let i = 0; i < 60; i++) {
      rig.connection.give({ type: "pong" });
      rig.pass(1_000);
    }
    expect(rig.events("uploaded").map((args) => args[5])).toEqual([2]);
    expect(rig.events("sendDropped")).toHaveLength(1);
    expect(rig.device.isSettled).toBe(true);
  });

  it("with a planted order blocks its log", () => {
    const rig = withPicture({ uploadOrder: "number-first" });
    rig.device.sendText(CHAT, 10, 0);
    expect(rig.connection.taken("send")).toEqual([]);
    expect(rig.events("sendInvoked")).toHaveLength(2);
  });

  it("IMG1 opens with the chat's key and tells damage, absence and refusal apart", () => {
    const rig = new Rig().ready();
    const blob = "00112233445566778899aabbccddeeff";
    const body = rig.cipher.sealBlob(KEY, blob, { content: 5, bytes: 100 });
    const foreign = rig.cipher.sealBlob("other", blob, { content: 5, bytes: 100 });
    const answers = [
      { status: 200, body },
      { status: 200, body: foreign },
      { status: 404 },
      { status: 403 },
      { status: 0 },
    ];
    answers.forEach((answer, index) => {
      rig.device.download(CHAT, blob, true);
      rig.gets[index]!.answer(answer);
    });
    expect(rig.events("downloaded").map((args) => args[4])).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("the simulated cipher", () => {
  const context = {
    chat: 1,
    from: 2,
    device: 3,
    n: 4,
    keyVersion: 1,
    kind: "text",
    part: 0,
  } as const;

  it("SEC3 opens under the same key and context and no other", () => {
    const cipher = new SimulatedCipher();
    const sealed = cipher.seal("k", context, { content: 9, bytes: 100 });
    expect(sealed.length).toBe(116);
    expect(cipher.open("k", context, sealed)).toEqual({ content: 9, bytes: 100 });
    expect(cipher.open("other", context, sealed)).toBeUndefined();
    const turned = [
      { chat: 9 },
      { from: 9 },
      { device: 9 },
      { n: 9 },
      { keyVersion: 9 },
      { kind: "image" as const },
      { part: 1 as const },
    ];
    for (const field of turned)
      expect(cipher.open("k", { ...context, ...field }, sealed)).toBeUndefined();
  });

  it("packs into three numbers and back", () => {
    const cipher = new SimulatedCipher();
    const sealed = cipher.seal("k", context, { content: 123_456, bytes: 16_000 });
    const numbers = new Float64Array(5);
    cipher.pack(sealed, numbers, 1);
    expect(cipher.unpack(numbers, 1).same(sealed)).toBe(true);
    const other = cipher.seal("k", { ...context, n: 5 }, { content: 123_456, bytes: 16_000 });
    expect(other.same(sealed)).toBe(false);
  });
});
