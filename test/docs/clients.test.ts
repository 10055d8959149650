// What the writer of a foreign client is given is what the code does: the tables of server/CLIENTS.md, and
// the AsyncAPI document, which holds that page and the schemas of all frames.
import { readFileSync, writeFileSync } from "node:fs";
import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { Codec } from "../../server/protocol/codec.ts";
import { asyncApi } from "../support/asyncapi.ts";
import { asyncApiFaults } from "../support/asyncapi-shape.ts";
import { generatedBlock } from "../support/generated-block.ts";
import * as tables from "../support/protocol-tables.ts";
import { textOf } from "../support/source-files.ts";
import { blobVector, messageVector } from "../support/worked-example.ts";
import { base64, CLIENT_SAMPLES, SERVER_SAMPLES } from "../unit/protocol/sample-frames.ts";

const PAGE = "server/CLIENTS.md";
const DOCUMENT = "server/protocol/asyncapi.yaml";

const example = (vector: object): string =>
  "```json\n" + JSON.stringify(vector, undefined, 2) + "\n```";

describe(PAGE, () => {
  it.each([
    ["client-frames", tables.clientFrameTable()],
    ["server-frames", tables.serverFrameTable()],
    ["errors", tables.errorTable()],
    ["close-codes", tables.closeTable()],
    ["layouts", tables.layoutTable()],
    ["message-vector", example(messageVector())],
    ["blob-vector", example(blobVector())],
  ])("holds the %s of the code", (name, wanted) => {
    expect(generatedBlock(PAGE, name, wanted)).toBe(wanted);
  });
});

/** The page as it stands in the document: without the markers, and without what only a folder can follow. */
function guide(): string {
  return textOf(PAGE)
    .replace(/^# .*\n/, "")
    .replaceAll(/<!--.*?-->\n*/g, "")
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .trim();
}

interface Message {
  readonly name: string;
  readonly payload: object;
}
interface Document {
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const read = (): Document => parse(readFileSync(DOCUMENT, "utf8")) as Document;

describe(DOCUMENT, () => {
  it("is what the schemas say: `npm run docs` writes it anew", () => {
    const wanted =
      "# Written by `npm run docs` from server/protocol and server/CLIENTS.md.\n" +
      stringify(asyncApi(guide()), {
        blockQuote: "literal",
        lineWidth: 0,
        aliasDuplicateObjects: false,
      });
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(DOCUMENT, wanted);
    expect(readFileSync(DOCUMENT, "utf8") === wanted).toBe(true);
  });

  it("has the shape of AsyncAPI 3, and every reference leads somewhere", () => {
    expect(asyncApiFaults(read())).toEqual([]);
  });

  it("would see a missing part, an unknown one, a wrong action and a dead reference", () => {
    const broken = structuredClone(read()) as unknown as Record<string, Record<string, unknown>>;
    delete broken["info"]!["version"];
    broken["chanels"] = {};
    (broken["operations"]!["send.ping"] as Record<string, unknown>)["action"] = "shout";
    (broken["operations"]!["receive"] as Record<string, unknown>)["channel"] = { $ref: "#/no" };
    const faults = asyncApiFaults(broken).join("\n");
    for (const part of ["/info", "chanels", "/operations/send.ping", "#/no"])
      expect(faults).toContain(part);
  });

  it.each([
    ["client", CLIENT_SAMPLES],
    ["node", SERVER_SAMPLES],
  ])("has a schema for each frame of a %s, which takes what the codec writes", (side, samples) => {
    const { messages } = read().components;
    const codec = new Codec(base64);
    const types = [...new Set<string>(samples.map((frame) => frame.type))];
    const published = Object.keys(messages).filter((id) => id.startsWith(`${side}.`));
    expect(published.toSorted()).toEqual(types.map((type) => `${side}.${type}`).toSorted());
    for (const frame of samples) {
      const check = Compile(messages[`${side}.${frame.type}`]!.payload);
      const wire = JSON.parse(codec.encode(frame)) as Record<string, unknown>;
      expect({ wire, fits: check.Check(wire) }).toEqual({ wire, fits: true });
      expect(check.Check({ ...wire, surplus: 1 })).toBe(false);
      expect(check.Check({ ...wire, type: "other" })).toBe(false);
    }
  });
});
