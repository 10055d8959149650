// What an exploration tried, as tables, and what it should have tried and did not. What is not demanded says why:
// the reasons stand here and nowhere else.
import { CRASH_POINT_NAMES } from "../../scenario/crash-points.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import type { Cell, CoverageTables } from "./explore-result.ts";
import { faultRow, OPERATIONS, type Operation } from "./overlaps.ts";
import type { CoverageRow } from "../result.ts";
import { situation, SITUATION_NAMES, type Situation } from "./situations.ts";

const HOUR_MS = 3_600_000;
const HOUR_SEEDS = 20_000;
/** From so many seeds on a zero is no accident. */
const SLICE_SEEDS = 300;

/** How often what one seed may meet or not must have been met. */
export interface WantedHits {
  /** Each pair of fault and operation. */
  readonly pairs: number;
  /** Each crash point. */
  readonly crashes: number;
}

/** An hour's exploration, or as many seeds as an hour must reach. A crash point is met once in a slice, so that often. */
const IN_AN_HOUR: WantedHits = { pairs: 100, crashes: Math.floor(HOUR_SEEDS / SLICE_SEEDS) };
const CALL_ENDS = ["refused", "unknownApplied", "unknownNotApplied"];

/** 0: this few seeds say nothing of what was left untried. */
export function wantedHits(seeds: number, wallMs: number): WantedHits {
  if (wallMs >= HOUR_MS || seeds >= HOUR_SEEDS) return IN_AN_HOUR;
  return allWanted(seeds >= SLICE_SEEDS ? 1 : 0);
}

export function allWanted(hits: number): WantedHits {
  return { pairs: hits, crashes: hits };
}

export interface CoverageDemand {
  readonly scenario: ResolvedScenario;
  readonly wanted: WantedHits;
  /** Only a swarm must meet every crash point, call end, rule and situation; another scenario its own faults. */
  readonly everything: boolean;
}

export function coverageTables(
  rows: readonly CoverageRow[],
  demand: CoverageDemand,
): CoverageTables {
  const countsOf = new Map(rows.map(({ what, counts }) => [what, counts]));
  const count = (what: string, name: string): number => countsOf.get(what)?.[name] ?? 0;
  const { scenario, wanted } = demand;
  const one = demand.everything ? Math.min(1, wanted.pairs) : 0;
  const faults = [...new Set(scenario.faults.map(faultRow))].sort();
  return {
    operations: OPERATIONS,
    faults: faults.map((row) => ({
      row,
      cells: OPERATIONS.map((name) =>
        faultCell(name, count(`met ${row}`, name), wanted.pairs, whyNotAsked(scenario, name)),
      ),
    })),
    situations: SITUATION_NAMES.map((name) =>
      situationCell(situation(name), count(`sometimes ${name}`, "times"), demand),
    ),
    crashPoints: CRASH_POINT_NAMES.map((name) => ({
      name,
      count: count(`crash point ${name}`, "crashed"),
      wanted: demand.everything ? wanted.crashes : 0,
    })),
    callEnds: rows
      .filter(({ what }) => what.startsWith("call "))
      .flatMap(({ what, counts }) =>
        CALL_ENDS.map((end) => ({
          name: `${what.slice("call ".length)} ${end}`,
          count: counts[end] ?? 0,
          wanted: one,
        })),
      ),
    rules: rows
      .filter(({ what }) => what.startsWith("rule "))
      .map(({ what, counts }) => ({
        name: what.slice("rule ".length),
        count: counts["counted"] ?? 0,
        wanted: one,
      })),
  };
}

function faultCell(name: Operation, count: number, wanted: number, why: string | undefined): Cell {
  if (why !== undefined) return { name, count, wanted: 0, note: why };
  return { name, count, wanted };
}

/** An operation that nobody does in this scenario meets no fault. */
function whyNotAsked(
  { behaviour, script }: ResolvedScenario,
  operation: Operation,
): string | undefined {
  switch (operation) {
    case "befriend":
    case "accept":
      return behaviour.befriendPerS > 0 ? undefined : "nobody makes friends in this scenario";
    case "history":
      return behaviour.historyPerS + behaviour.searchPerS > 0
        ? undefined
        : "nobody looks back in this scenario";
    case "upload":
    case "download":
      return behaviour.attachments.length > 0 ? undefined : "no attachments in this scenario";
    case "sign-out":
      return behaviour.stayOnlineUs === undefined && script === undefined
        ? "nobody signs out in this scenario"
        : undefined;
    default:
      return undefined;
  }
}

function situationCell(
  { name, text, unreachable, needs, rare }: Situation,
  count: number,
  { scenario, wanted, everything }: CoverageDemand,
): Cell {
  if (unreachable !== undefined)
    return { name, count, wanted: 0, note: `${text}; not demanded: ${unreachable}` };
  if (needs !== undefined && !has(scenario, needs))
    return { name, count, wanted: 0, note: `${text}; not demanded: the scenario has no ${needs}` };
  const least = rare === true ? IN_AN_HOUR.pairs : 1;
  return { name, count, wanted: everything && wanted.pairs >= least ? 1 : 0, note: text };
}

function has(
  { behaviour, faults }: ResolvedScenario,
  needs: NonNullable<Situation["needs"]>,
): boolean {
  switch (needs) {
    case "attachments":
      return behaviour.attachments.length > 0;
    case "befriend":
      return behaviour.befriendPerS > 0;
    case "history":
      return behaviour.historyPerS + behaviour.searchPerS > 0;
    case "fresh device":
      return behaviour.freshDevice > 0;
    case "rotate":
    case "wipe":
      return faults.some(({ kind }) => kind === needs);
  }
}

/** A line for each cell that was met too seldom. */
export function gapsOfTables(tables: CoverageTables): readonly string[] {
  const gaps: string[] = [];
  const look = (what: string, cells: readonly Cell[]): void => {
    for (const { name, count, wanted } of cells)
      if (count < wanted) gaps.push(`${what}${name}: ${count} times, wanted ${wanted}`);
  };
  for (const { row, cells } of tables.faults) look(`fault ${row} × `, cells);
  look("situation ", tables.situations);
  look("crash point ", tables.crashPoints);
  look("call ", tables.callEnds);
  look("counted by rule ", tables.rules);
  return gaps;
}
