// The ledgers as files below reports/ledger: committed, one of the seeds explored, one of the planted bugs caught.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Problem } from "../../scenario/problem.ts";
import { readLedger, type LedgerLine, writeLedger } from "./ledger.ts";

export const SEED_LEDGER = join("reports", "ledger", "seeds.ndjson");
export const BUG_LEDGER = join("reports", "ledger", "bugs.ndjson");

export function readSeedLedger(
  path: string = SEED_LEDGER,
): { readonly lines: readonly LedgerLine[] } | { readonly problems: readonly Problem[] } {
  if (!existsSync(path)) return { lines: [] };
  const read = readLedger(readFileSync(path, "utf8"));
  if ("lines" in read) return read;
  const { line, why } = read.wrong;
  return { problems: [{ file: path, line, column: 1, message: why }] };
}

export function writeSeedLedger(lines: readonly LedgerLine[], path: string = SEED_LEDGER): void {
  replaceFile(path, writeLedger(lines));
}

/** Whole or not at all: whoever reads meanwhile finds the old one. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}
