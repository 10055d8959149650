// A text file, or the problem that keeps it from being read: missing, a folder, not plain UTF-8.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { decodeUtf8 } from "../scenario/decode-utf8.ts";
import type { Problem } from "../scenario/problem.ts";
import { nearest } from "../scenario/suggest.ts";

export type ReadText = { readonly text: string } | { readonly problem: Problem };

export function readText(path: string, what: string): ReadText {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return { problem: unreadable(path, what, (error as NodeJS.ErrnoException).code ?? "error") };
  }
  const decoded = decodeUtf8(bytes);
  if ("text" in decoded) return decoded;
  return { problem: { file: path, ...decoded.problem } };
}

function unreadable(path: string, what: string, code: string): Problem {
  const at = { file: path, line: 1, column: 1 };
  if (code === "EISDIR") return { ...at, message: `${what} is a folder, not a file` };
  if (code !== "ENOENT" && code !== "ENOTDIR")
    return { ...at, message: `${what} cannot be read (${code})` };
  const hint = nearest(basename(path), siblings(path));
  const message = `there is no such ${what}`;
  return hint === undefined
    ? { ...at, message }
    : { ...at, message, nearest: join(dirname(path), hint) };
}

function siblings(path: string): readonly string[] {
  try {
    return readdirSync(dirname(path), { withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch {
    return []; // the folder is missing too: nothing near can be named
  }
}
