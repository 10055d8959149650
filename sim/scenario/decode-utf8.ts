// Bytes of a file to text, or one clear message where they are not plain UTF-8. Written out, so that it is the
// same in every world and tells where the first wrong byte is.

export interface EncodingProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
export type Decoded = { readonly text: string } | { readonly problem: EncodingProblem };

const SAVE = "save the file as UTF-8 without a byte order mark";

export function decodeUtf8(bytes: Uint8Array): Decoded {
  const mark = byteOrderMark(bytes);
  if (mark !== undefined) return { problem: { line: 1, column: 1, message: `${mark}; ${SAVE}` } };
  const parts: string[] = [];
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return wrong(parts.join("") + text, notUtf8(bytes[i]!));
    const code = codePoint(bytes, i, length);
    if (code === 0) return wrong(parts.join("") + text, nul(bytes));
    if (code < 32 && code !== 9 && code !== 10 && code !== 13)
      return wrong(parts.join("") + text, `control character ${hex(code)} in the text; remove it`);
    text += String.fromCodePoint(code);
    if (text.length > 4096) {
      parts.push(text);
      text = "";
    }
    i += length;
  }
  return { text: parts.join("") + text };
}

function byteOrderMark(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "the file begins with a UTF-8 byte order mark";
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return "the file is UTF-32, little-endian";
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return "the file is UTF-32, big-endian";
  if (a === 0xff && b === 0xfe) return "the file is UTF-16, little-endian";
  if (a === 0xfe && b === 0xff) return "the file is UTF-16, big-endian";
  if (a !== undefined && a !== 0 && b === 0 && c !== 0 && d === 0)
    return "the file looks like UTF-16, little-endian, without a mark";
  if (a === 0 && b !== undefined && b !== 0 && c === 0 && d !== 0)
    return "the file looks like UTF-16, big-endian, without a mark";
  return undefined;
}

/** 1 to 4, or 0 where no valid sequence begins (overlong forms and surrogates included). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if (first === 0xe0 && second < 0xa0) return 0;
  if (first === 0xed && second > 0x9f) return 0;
  if (first === 0xf0 && second < 0x90) return 0;
  if (first === 0xf4 && second > 0x8f) return 0;
  return length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  if (length === 1) return bytes[at]!;
  let code = bytes[at]! & (0xff >> (length + 1));
  for (let i = 1; i < length; i++) code = code * 64 + (bytes[at + i]! & 0x3f);
  return code;
}

function notUtf8(byte: number): string {
  const latin = byte >= 0xa0 ? ` (in Latin-1 it would be "${String.fromCharCode(byte)}")` : "";
  return `byte ${hex(byte)} is not UTF-8${latin}; ${SAVE}`;
}

function nul(bytes: Uint8Array): string {
  const many = bytes.length > 8 && bytes.filter((byte) => byte === 0).length > bytes.length / 4;
  return many
    ? `the text is full of NUL bytes, like UTF-16; ${SAVE}`
    : "a NUL byte in the text; remove it";
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0").toUpperCase()}`;
}

/** The place is where the good text ends. */
function wrong(good: string, message: string): Decoded {
  const lines = good.split("\n");
  return { problem: { line: lines.length, column: (lines.at(-1) ?? "").length + 1, message } };
}
