// The wire as tables for people: frames, errors, close codes, byte layouts. Written from server/protocol, into
// the pages that describe it.
import { CLOSE_CODES, ERRORS, type ErrorRow } from "../../server/protocol/errors.ts";
import { CLIENT_TEXTS, type FrameText, SERVER_TEXTS } from "../../server/protocol/frame-texts.ts";
import { ADDITIONAL_DATA_LAYOUT, NONCE_LAYOUT } from "../../server/protocol/sealing.ts";
import { WIRE_SCHEMA } from "../../server/protocol/wire-schema.ts";
import { markdownTable } from "./generated-block.ts";

const yesNo = (value: boolean): string => (value ? "yes" : "no");

export function errorTable(): string {
  const rows: readonly ErrorRow[] = ERRORS;
  return markdownTable(
    ["code", "closes with", "definite", "retry", "meaning"],
    rows.map((row) => [
      `\`${row.code}\``,
      row.close === undefined ? "" : String(row.close),
      yesNo(row.definite),
      row.retry,
      row.text,
    ]),
  );
}

export function closeTable(): string {
  return markdownTable(
    ["code", "name", "reconnects", "meaning"],
    CLOSE_CODES.map((row) => [String(row.code), row.name, yesNo(row.reconnect), row.text]),
  );
}

interface ObjectSchema {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, object>>;
}

/** `chat, n, body?`: an optional field has a question mark. */
function fieldsOf(schema: ObjectSchema): string {
  const names = Object.keys(schema.properties).filter((name) => name !== "type");
  return names.map((name) => (schema.required.includes(name) ? name : `${name}?`)).join(", ");
}

function frameTable(schemas: object, texts: Readonly<Record<string, FrameText>>): string {
  return markdownTable(
    ["frame", "fields", "meaning"],
    Object.entries(schemas as Record<string, ObjectSchema>).map(([type, schema]) => [
      `\`${type}\``,
      fieldsOf(schema),
      texts[type]!.text,
    ]),
  );
}

export const clientFrameTable = (): string => frameTable(WIRE_SCHEMA.client, CLIENT_TEXTS);
export const serverFrameTable = (): string => frameTable(WIRE_SCHEMA.server, SERVER_TEXTS);

function layoutRow(name: string, layout: typeof NONCE_LAYOUT): string[] {
  const bytes = layout.reduce((sum, field) => sum + field.bytes, 0);
  const fields = layout.map((field) => `${field.field} ${field.bytes}`).join(", ");
  return [name, String(bytes), fields];
}

export function layoutTable(): string {
  return markdownTable(
    ["", "bytes", "fields in order, with the bytes of each"],
    [layoutRow("nonce", NONCE_LAYOUT), layoutRow("additional data", ADDITIONAL_DATA_LAYOUT)],
  );
}
