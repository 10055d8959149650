// The wire: schemas, codec and sizes; a changed schema must change the version.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Codec } from "../../../server/protocol/codec.ts";
import { formatEpoch, parseEpoch } from "../../../server/protocol/epoch.ts";
import { clientFrameBytes, serverFrameBytes } from "../../../server/protocol/size.ts";
import {
  HAVE_LOGS_MAX,
  FRAME_BYTES_MAX,
  SUBPROTOCOL,
  WIRE_HISTORY,
} from "../../../server/protocol/version.ts";
import { WIRE_SCHEMA } from "../../../server/protocol/wire-schema.ts";
import { base64, CLIENT_SAMPLES, SERVER_SAMPLES } from "./sample-frames.ts";

const codec = new Codec(base64);

describe("codec", () => {
  test.each(CLIENT_SAMPLES.map((frame) => [frame.type, frame] as const))(
    "client frame %s comes back as it was",
    (_type, frame) => {
      expect(codec.decodeClient(codec.encode(frame))).toEqual(frame);
    },
  );
  test.each(SERVER_SAMPLES.map((frame) => [frame.type, frame] as const))(
    "server frame %s comes back as it was",
    (_type, frame) => {
      expect(codec.decodeServer(codec.encode(frame))).toEqual(frame);
    },
  );
  test("every frame type has a sample", () => {
    const types = (frames: readonly { readonly type: string }[]) =>
      [...new Set(frames.map((frame) => frame.type))].sort();
    expect(types(CLIENT_SAMPLES)).toEqual(Object.keys(WIRE_SCHEMA.client).sort());
    expect(types(SERVER_SAMPLES)).toEqual(Object.keys(WIRE_SCHEMA.server).sort());
  });
  test.each([
    ["no JSON", "{"],
    ["no object", "[1]"],
    ["an unknown type", '{"type":"shout"}'],
    ["an inherited name", '{"type":"toString"}'],
    ["an unknown field", '{"type":"ping","more":1}'],
    ["a missing field", '{"type":"received","chat":1,"device":1}'],
    ["n of zero", '{"type":"received","chat":1,"device":1,"n":0}'],
    ["a fraction", '{"type":"befriend","user":1.5}'],
    [
      "a body that is no text",
      '{"type":"send","chat":1,"n":1,"sentAt":1,"kind":"text","keyVersion":1,"body":7}',
    ],
    ["an unknown kind", '{"type":"send","chat":1,"n":1,"sentAt":1,"kind":"song","keyVersion":1}'],
    ["a frame of the other direction", '{"type":"pong"}'],
  ])("%s is not a client frame", (_what, text) => {
    expect(codec.decodeClient(text)).toBeUndefined();
  });
});

describe("size", () => {
  test.each(CLIENT_SAMPLES.map((frame) => [frame.type, frame] as const))(
    "client frame %s is estimated within 15% of its encoding",
    (_type, frame) => within15(clientFrameBytes(frame), codec.encode(frame).length),
  );
  test.each(SERVER_SAMPLES.map((frame) => [frame.type, frame] as const))(
    "server frame %s is estimated within 15% of its encoding",
    (_type, frame) => within15(serverFrameBytes(frame), codec.encode(frame).length),
  );
  test("BND1 a full page of `have` fits a frame", () => {
    const logs = Array.from(
      { length: HAVE_LOGS_MAX },
      () => [2 ** 48 - 1, 2 ** 48 - 1, 1e6] as const,
    );
    expect(codec.encode({ type: "have", logs, more: true }).length).toBeLessThan(FRAME_BYTES_MAX);
  });
});

function within15(estimate: number, encoded: number): void {
  // The frame header of a WebSocket: 2 to 8 bytes.
  const real = encoded + 6;
  expect(Math.abs(estimate - real)).toBeLessThanOrEqual(0.15 * real);
}

describe("epoch", () => {
  test("PRE4 a later sign-in, then a higher counter, ranks higher as text", () => {
    const ordered = [
      formatEpoch(999_999_999_999, 5, 1),
      formatEpoch(1_767_225_600_000, 1, 2 ** 48 - 1),
      formatEpoch(1_767_225_600_000, 2, 1),
      formatEpoch(1_767_225_600_000, 10, 1),
      formatEpoch(1_767_225_600_001, 1, 1),
    ];
    expect([...ordered].sort()).toEqual(ordered);
  });
  test("comes apart again", () => {
    const fields = { signedInMs: 1_767_225_600_000, counter: 42, device: 93_824_992_236_885 };
    expect(parseEpoch(formatEpoch(fields.signedInMs, fields.counter, fields.device))).toEqual(
      fields,
    );
    expect(parseEpoch("1-2-3")).toBeUndefined();
  });
  test("what does not fit is refused", () => {
    expect(() => formatEpoch(1e13, 1, 1)).toThrow();
    expect(() => formatEpoch(-1, 1, 1)).toThrow();
  });
});

test("the schemas did not change without a line in the wire's history", () => {
  const hash = createHash("sha256").update(JSON.stringify(WIRE_SCHEMA)).digest("hex");
  const latest = WIRE_HISTORY[WIRE_HISTORY.length - 1]!;
  expect(hash).toBe(latest.schemaHash);
  expect(SUBPROTOCOL).toBe(`chatquake.v${latest.version}.json`);
  expect(WIRE_HISTORY.map((line) => line.version)).toEqual(
    WIRE_HISTORY.map((_, index) => index + 1),
  );
});
