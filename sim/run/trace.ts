// What happened in a run, as a readable sequence: devices, stores and nodes on one time line, of one message, user
// or node. The lines come from the run directory, or from the same run made again.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { runScenario } from "./run-sim.ts";
import type { SavedRunFiles } from "./saved-run.ts";

export interface TraceFilter {
  readonly message?: { readonly chat: number; readonly device: number; readonly n: number };
  readonly user?: number;
  /** From 1. */
  readonly node?: number;
}

type Line = Readonly<Record<string, string | number>>;
/** Numbers that say which person a line is about. */
const USER_FIELDS = ["user", "recipient", "from", "observer", "reader", "sender", "friend"];
/** Marks: they stand for every n up to theirs. */
const CUMULATIVE = /Raised$|^read|^receipt|^haveDeclared$|^logFrame$|^marked$|^tail-read$/;

export async function traceRun(
  run: SavedRunFiles,
  filter: TraceFilter,
  print: (line: string) => void,
): Promise<number> {
  const lines = (await recordedLines(run, filter)).toSorted((a, b) => time(a) - time(b));
  for (const line of lines) print(lineText(line));
  return lines.length;
}

async function recordedLines(run: SavedRunFiles, filter: TraceFilter): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const take = (text: string): void => {
    const line = JSON.parse(text) as Line;
    if (wanted(line, filter)) lines.push(line);
  };
  const files = ["history.ndjson.gz", "trace.ndjson.gz"].map((name) => join(run.folder, name));
  if (files.every((path) => existsSync(path))) {
    for (const path of files)
      for (const text of gunzipSync(readFileSync(path)).toString("utf8").split("\n"))
        if (text !== "") take(text);
    return lines;
  }
  const { scenario, profile, scenarioFile } = run;
  await runScenario({ scenario, profile, scenarioFile, onHistoryLine: take, onTraceLine: take });
  return lines;
}

function wanted(line: Line, { message, user, node }: TraceFilter): boolean {
  if (message !== undefined && !ofMessage(line, message)) return false;
  if (user !== undefined && !USER_FIELDS.some((field) => line[field] === user)) return false;
  return node === undefined || nodeOf(line) === node;
}

function ofMessage(line: Line, message: NonNullable<TraceFilter["message"]>): boolean {
  const device = line["logDevice"] ?? line["device"];
  if (line["chat"] !== message.chat || device !== message.device) return false;
  const n = line["n"] ?? line["start"];
  if (typeof n !== "number" || n === message.n) return typeof n === "number";
  return n > message.n && CUMULATIVE.test(String(line["e"]));
}

/** A node's own lines count from 1, the history's from 0. */
function nodeOf(line: Line): number | undefined {
  const node = line["node"];
  if (typeof node !== "number") return undefined;
  return "n" in line ? node : node + 1;
}

function time(line: Line): number {
  return Number(line["t"]);
}

function lineText(line: Line): string {
  const node = nodeOf(line);
  const ofNode = node !== undefined && "n" in line;
  const figures = Object.entries(line)
    // In a node's own line 0 says that the step is about no user, chat, device or message.
    .filter(([name, value]) => name !== "t" && name !== "e" && !(ofNode && value === 0))
    .map(([name, value]) => (name === "node" ? `node-${node}` : `${name} ${value}`));
  const seconds = (time(line) / 1e6).toFixed(6).padStart(13);
  return `${seconds} s  ${String(line["e"]).padEnd(20)} ${figures.join(" · ")}`;
}
