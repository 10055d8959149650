// The ledger of seeds explored: which seeds of which scenario were run by which code, and which of them failed. A line
// a (version, code, scenario), in an order of its own, so that two branches' ledgers merge as text. Pure.
import {
  joinRanges,
  readRanges,
  seedCount,
  writeRanges,
  type SeedRange,
} from "../seeds/seed-ranges.ts";

export interface LedgerKey {
  readonly version: string;
  /** Of the sources that ran. */
  readonly code: string;
  readonly scenario: string;
  /** Of the scenario with all its defaults. */
  readonly sha: string;
}

export interface LedgerLine extends LedgerKey {
  readonly seeds: readonly SeedRange[];
  readonly failed: readonly SeedRange[];
}

export type LedgerRead =
  | { readonly lines: readonly LedgerLine[] }
  | { readonly wrong: { readonly line: number; readonly why: string } };

export function readLedger(text: string): LedgerRead {
  let lines: readonly LedgerLine[] = [];
  for (const [index, written] of text.split("\n").entries()) {
    if (written.trim() === "") continue;
    const line = readLine(written);
    if (typeof line === "string") return { wrong: { line: index + 1, why: line } };
    // Text merged by hand may have two lines of one key.
    lines = addToLedger(lines, line);
  }
  return { lines };
}

function readLine(written: string): LedgerLine | string {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(written) as Record<string, unknown>;
  } catch {
    return "this is no JSON";
  }
  const text = (name: string): string => (typeof value[name] === "string" ? value[name] : "");
  const [version, code, scenario, sha] = ["version", "code", "scenario", "sha"].map(text);
  const seeds = readRanges(text("seeds"));
  const failed = text("failed") === "" ? [] : readRanges(text("failed"));
  if (!version || !code || !scenario || !sha || seeds === undefined || failed === undefined)
    return "a line needs version, code, scenario, sha, seeds and failed";
  return { version, code, scenario, sha, seeds, failed };
}

export function writeLedger(lines: readonly LedgerLine[]): string {
  return lines
    .map(({ version, code, scenario, sha, seeds, failed }) =>
      JSON.stringify({
        ...{ version, scenario, code, sha },
        seeds: writeRanges(seeds),
        count: seedCount(seeds),
        failed: writeRanges(failed),
      }),
    )
    .map((line) => `${line}\n`)
    .join("");
}

/** Seeds of the same code and scenario join what is there. */
export function addToLedger(
  lines: readonly LedgerLine[],
  added: LedgerLine,
): readonly LedgerLine[] {
  const before = lineOf(lines, added);
  const line: LedgerLine = {
    ...added,
    seeds: joinRanges([...(before?.seeds ?? []), ...added.seeds]),
    failed: joinRanges([...(before?.failed ?? []), ...added.failed]),
  };
  return [...lines.filter((one) => one !== before), line].toSorted(byKey);
}

export function lineOf(lines: readonly LedgerLine[], key: LedgerKey): LedgerLine | undefined {
  return lines.find((line) => keyText(line) === keyText(key));
}

function keyText({ version, scenario, code, sha }: LedgerKey): string {
  return `${version} ${scenario} ${code} ${sha}`;
}

function byKey(a: LedgerKey, b: LedgerKey): number {
  return keyText(a) < keyText(b) ? -1 : 1;
}
