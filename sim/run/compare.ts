// Two run directories, or two folders of them, read and compared: the same scenario in the same world, or nothing
// is said of them. What a figure must show is decided in sim/measure/compare.ts.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { RuleResult } from "../history/checker.ts";
import { isLeftOut } from "../history/checker.ts";
import {
  compareMetrics,
  verdictOf,
  type Judgement,
  type MetricComparison,
} from "../measure/compare.ts";
import type { Problem } from "../scenario/problem.ts";
import type { ResolvedScenario } from "../scenario/types.ts";
import { readSavedRun, type SavedRunFiles } from "./saved-run.ts";

export interface RuleComparison {
  readonly rule: string;
  readonly base: string;
  readonly head: string;
  readonly verdict: Judgement;
  readonly why: string;
}

export interface Comparison {
  readonly scenario: string;
  readonly mode: "simulated" | "live";
  readonly base: SideRead;
  readonly head: SideRead;
  readonly verdict: Judgement;
  /** Rules that are not valid on both sides. */
  readonly rules: readonly RuleComparison[];
  readonly metrics: readonly MetricComparison[];
}

export interface SideRead {
  readonly folder: string;
  readonly version: string;
  readonly seeds: readonly number[];
  /** Cut short: their figures stand for nothing. */
  readonly leftOut: number;
}

export type CompareResult =
  { readonly comparison: Comparison } | { readonly problems: readonly Problem[] };

export function compareFolders(
  baseFolder: string,
  headFolder: string,
  withinPercent: number,
): CompareResult {
  const base = readSide(baseFolder);
  if ("problems" in base) return base;
  const head = readSide(headFolder);
  if ("problems" in head) return head;
  const difference = differenceOf(base.runs, head.runs);
  if (difference !== undefined) return problem(headFolder, difference);
  const { mode, scenario } = base.runs[0]!;
  const [before, after] = [whole(base.runs), whole(head.runs)];
  const metrics = compareMetrics({
    mode,
    base: before.map(({ result }) => result),
    head: after.map(({ result }) => result),
    withinPercent,
  });
  const rules = compareRules(before, after);
  return {
    comparison: {
      scenario: scenario.name,
      mode,
      base: sideOf(baseFolder, base.runs),
      head: sideOf(headFolder, head.runs),
      verdict: verdictOf([...rules, ...metrics]),
      rules,
      metrics,
    },
  };
}

type Side = { readonly runs: readonly SavedRunFiles[] } | { readonly problems: readonly Problem[] };

/** One run directory, or all that lie in a folder, by name. */
function readSide(folder: string): Side {
  const folders = isRun(folder) ? [folder] : runsIn(folder);
  if (folders.length === 0)
    return problem(folder, "is neither a run directory nor a folder of run directories");
  const runs: SavedRunFiles[] = [];
  for (const each of folders) {
    const read = readSavedRun(each);
    if ("problems" in read) return read;
    runs.push(read.run);
  }
  return { runs };
}

function isRun(folder: string): boolean {
  return existsSync(join(folder, "scenario.resolved.yml"));
}

function runsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name))
    .filter(isRun)
    .sort();
}

function problem(file: string, message: string): { readonly problems: readonly Problem[] } {
  return { problems: [{ file, line: 1, column: 1, message }] };
}

/** What makes the two sides no comparison; undefined where they are one. */
function differenceOf(
  base: readonly SavedRunFiles[],
  head: readonly SavedRunFiles[],
): string | undefined {
  const [first] = base;
  for (const run of [...base, ...head]) {
    if (run.mode !== first!.mode)
      return `a ${run.mode} run is not compared with a ${first!.mode} one`;
    if (run.scenario.name !== first!.scenario.name)
      return `scenario ${run.scenario.name} is not compared with ${first!.scenario.name}`;
  }
  for (const runs of [base, head]) {
    const twice = runs.find(
      (run, at) => runs.findIndex((other) => other.scenario.seed === run.scenario.seed) !== at,
    );
    if (first!.mode === "simulated" && twice !== undefined)
      return `seed ${twice.scenario.seed} stands twice in one set`;
  }
  return first!.mode === "live" ? sameShape(base, head) : sameSeeds(base, head);
}

/** A live run's seed is one sample among others; all else is the same. */
function sameShape(
  base: readonly SavedRunFiles[],
  head: readonly SavedRunFiles[],
): string | undefined {
  const shape = shapeOf(base[0]!.scenario);
  const other = [...base, ...head].find(({ scenario }) => shapeOf(scenario) !== shape);
  return other === undefined ? undefined : `${other.folder} ran another version of the scenario`;
}

function sameSeeds(
  base: readonly SavedRunFiles[],
  head: readonly SavedRunFiles[],
): string | undefined {
  for (const run of head) {
    const before = base.find(({ scenario }) => scenario.seed === run.scenario.seed);
    if (before === undefined) continue;
    const { seed } = run.scenario;
    if (shapeOf(before.scenario) !== shapeOf(run.scenario))
      return `seed ${seed} ran another version of the scenario on each side`;
    if (JSON.stringify(before.profile) !== JSON.stringify(run.profile))
      return `seed ${seed} ran on another profile on each side`;
  }
  return undefined;
}

/** All that says what was run; a planted bug is what one may want to compare. */
function shapeOf({
  seed: _seed,
  bug: _bug,
  thresholds: _thresholds,
  ...shape
}: ResolvedScenario): string {
  return JSON.stringify(shape);
}

function whole(runs: readonly SavedRunFiles[]): readonly SavedRunFiles[] {
  return runs.filter(({ result }) => !result.interrupted && result.generator.verdict !== "invalid");
}

function sideOf(folder: string, runs: readonly SavedRunFiles[]): SideRead {
  const counted = whole(runs);
  return {
    folder,
    version: runs[0]!.version,
    seeds: counted.map(({ scenario }) => scenario.seed),
    leftOut: runs.length - counted.length,
  };
}

function compareRules(
  base: readonly SavedRunFiles[],
  head: readonly SavedRunFiles[],
): readonly RuleComparison[] {
  const ids = (head[0] ?? base[0])?.result.rules.map(({ id }) => id) ?? [];
  return ids.flatMap((rule) => {
    const was = worst(base, rule);
    const is = worst(head, rule);
    if (was === is && is !== "invalid") return [];
    return [{ rule, base: was, head: is, ...ruleJudgement(was, is) }];
  });
}

/** Over all runs of a side. */
function worst(runs: readonly SavedRunFiles[], rule: string): string {
  const results = runs.flatMap(({ result }) => result.rules.filter(({ id }) => id === rule));
  const judged = results.filter((one: RuleResult) => !isLeftOut(one));
  for (const verdict of ["invalid", "unknown"])
    if (judged.some((one) => one.verdict === verdict)) return verdict;
  return judged.length === 0 ? "not judged" : "valid";
}

function ruleJudgement(was: string, is: string): Pick<RuleComparison, "verdict" | "why"> {
  if (is === "invalid" && was === "invalid")
    return { verdict: "inconclusive", why: "broken on both sides" };
  if (is === "invalid") return { verdict: "regressed", why: "broken now" };
  if (is === "valid") return { verdict: "clean", why: "holds now" };
  return { verdict: "inconclusive", why: `${is} now` };
}
