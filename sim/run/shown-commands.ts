// The commands that a run shows to people, quoted so that a shell takes them as they stand: how to replay what a
// folder holds, and how to run the same scenario again.
import type { ScenarioInput } from "./read-scenario.ts";

const PLAIN = /^[A-Za-z0-9_./:=,@%+-]+$/;

/** A word of a shell's command line. */
export function shellWord(word: string): string {
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export function replayCommand(folder: string): string {
  return `npx chatquake replay ${shellWord(folder)}`;
}

/** What the scenario is made of, without a seed; `more` are further words. */
export function runCommand(input: ScenarioInput, more: readonly string[] = []): string {
  return shown("run", input, more);
}

export function exploreCommand(input: ScenarioInput, more: readonly string[] = []): string {
  return shown("explore", input, more);
}

function shown(command: string, input: ScenarioInput, more: readonly string[]): string {
  const words = input.file === "" ? [] : [input.file];
  if (input.profile !== undefined) words.push("--profile", input.profile);
  if (input.bug !== undefined) words.push("--bug", input.bug);
  for (const set of input.sets) words.push("--set", set);
  for (const [key, value] of Object.entries(input.env)) words.push("-e", `${key}=${value}`);
  return [`npx chatquake ${command}`, ...[...words, ...more].map(shellWord)].join(" ");
}

/** The scenario of a run directory as it was drawn, whatever it was drawn from. */
export function runResolvedCommand(folder: string): string {
  return `npx chatquake run ${shellWord(`${folder}/scenario.resolved.yml`)}`;
}

export function shrinkCommand(folder: string): string {
  return `npx chatquake shrink ${shellWord(folder)}`;
}

export function withSeed(command: string, seed: number | string): string {
  return `${command} --seed ${seed}`;
}
