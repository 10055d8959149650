// A whole shrink with its files: the search, the nearest passing run, the run of the result with its own report, and
// shrunk.yaml beside it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleId } from "../../history/checker.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { formatDuration } from "../../scenario/units.ts";
import { writeMinimal } from "../../scenario/write-minimal.ts";
import type { ToldEvent } from "./event-words.ts";
import { nearestPassing, type Parting } from "./nearest-passing.ts";
import type { RunResult } from "../result.ts";
import { runToDirectory } from "../run-to-directory.ts";
import type { SavedRunFiles } from "../saved-run.ts";
import { shellWord } from "../shown-commands.ts";
import { drawnIn } from "./shrink-draws.ts";
import { shrink, sizeOf, type ShrinkAsked, type ShrinkSize, type Shrunk } from "./shrink.ts";

/** The name of a shrunk scenario's file, without its ending. */
const NAME = "shrunk";
/** Of the time, what finding the nearest passing run may take beyond it. */
const NEIGHBOUR_MS = 10_000;
const TEXT_MAX = 110;

export interface ShrinkToDirectory extends Pick<ShrinkAsked, "workers" | "isOver" | "onProgress"> {
  readonly run: SavedRunFiles;
  readonly rule: RuleId;
  readonly folder: string;
  /** Wall milliseconds, from any start. */
  readonly nowMs: () => number;
}

export interface ShrunkRun {
  readonly result: RunResult;
  readonly scenario: ResolvedScenario;
  readonly file: string;
  /** What the file says above the scenario. */
  readonly comment: readonly string[];
  readonly before: ShrinkSize;
  readonly after: ShrinkSize;
  readonly lines: number;
  readonly tried: number;
  readonly complete: boolean;
}

/** Undefined where the run's scenario does not break the rule again. */
export async function shrinkToDirectory(asked: ShrinkToDirectory): Promise<ShrunkRun | undefined> {
  const { run, rule, folder, nowMs } = asked;
  const { scenario: whole, profile } = run;
  const shrunk = await shrink({ ...asked, scenario: whole, profile });
  if (shrunk === undefined) return undefined;
  const { title: _, ...small } = shrunk.scenario;
  const scenario: ResolvedScenario = { ...small, name: NAME, title: NAME };
  const untilMs = nowMs() + NEIGHBOUR_MS;
  const isOver = (): boolean => nowMs() > untilMs;
  const parting = await nearestPassing({ scenario, profile, rule, isOver });
  const file = join(folder, `${NAME}.yaml`);
  const before = sizeOf(whole);
  const comment = commentOf(asked, shrunk, parting, file);
  const text = writeMinimal(scenario, { comment });
  const command = `npx chatquake run ${shellWord(file)}`;
  const result = await runToDirectory(
    { scenario, profile, scenarioFile: file, command },
    folder,
    false,
  );
  writeFileSync(file, text);
  const lines = text.split("\n").length - 1;
  const { tried, complete } = shrunk;
  return {
    result,
    scenario,
    file,
    comment,
    before,
    after: sizeOf(scenario),
    lines,
    tried,
    complete,
  };
}

function commentOf(
  { run, rule }: ShrinkToDirectory,
  shrunk: Shrunk,
  parting: Parting | undefined,
  file: string,
): readonly string[] {
  const { violation, scenario } = shrunk;
  const { command } = run.result;
  return [
    `${rule} broken at ${formatDuration(violation.t)}: ${violation.text}`,
    `Shrunk from ${sizeText(sizeOf(run.scenario))} to ${sizeText(sizeOf(scenario))}. ${chanceText(scenario)}`,
    ...(command === undefined ? [] : [`Found by:  ${command}`]),
    `Run it:    npx chatquake run ${shellWord(file)}`,
    ...partingText(parting),
  ];
}

/** What the scenario still owes to its seed. */
function chanceText(scenario: ResolvedScenario): string {
  const drawn = drawnIn(scenario);
  return drawn.length === 0
    ? "Nothing in it is left to chance."
    : `Left to chance: ${drawn.join(", ")}.`;
}

function partingText(parting: Parting | undefined): readonly string[] {
  if (parting === undefined)
    return ["None of the scenarios beside this one that were tried passes."];
  const { change, alike, here, there } = parting;
  return [
    `Nearest run that passes: ${change}.`,
    `The first event that differs is number ${alike + 1}:`,
    `  here   ${eventText(here)}`,
    `  there  ${eventText(there)}`,
  ];
}

function eventText(event: ToldEvent | undefined): string {
  if (event === undefined) return "nothing more";
  const text = `${(event.t / 1e6).toFixed(6)} s  ${event.who}: ${event.text}`;
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX - 1)}…`;
}

export function sizeText({ faults, users, actions, endUs }: ShrinkSize): string {
  const count = (many: number, word: string): string => `${many} ${word}${many === 1 ? "" : "s"}`;
  const parts = [count(faults, "fault"), count(users, "user")];
  if (actions !== null) parts.push(count(actions, "action"));
  return `${parts.join(", ")}, ${formatDuration(endUs)}`;
}
