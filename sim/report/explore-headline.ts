// The verdict on an exploration in one line, for its page, its summary and a pipeline.
import type { Cell, ExploreResult } from "../run/explore/explore-result.ts";
import { count } from "./figures.ts";
import type { Tone } from "./headline.ts";

export interface ExploreHeadline {
  readonly tone: Tone;
  readonly verdict: string;
  readonly text: string;
}

export function exploreHeadline(result: ExploreResult): ExploreHeadline {
  const { exitCode, failedCount, seedCount, seedsPerHour, wallMs } = result;
  const pace = `${count(seedCount)} seeds in ${hours(wallMs)}, ${count(seedsPerHour)} an hour with ${result.workers} ${result.workers === 1 ? "worker" : "workers"}`;
  const text = `${pace}; ${count(result.confirmed)} messages confirmed.`;
  if (result.like !== undefined)
    return exitCode === 111
      ? { tone: "bad", verdict: "Seen again", text }
      : { tone: "unsure", verdict: "Not seen again", text };
  if (exitCode === 0) return { tone: "good", verdict: "No seed failed", text };
  if (failedCount > 0)
    return {
      tone: "bad",
      verdict: `${count(failedCount)} of ${count(seedCount)} seeds failed`,
      text,
    };
  return { tone: "unsure", verdict: "Inconclusive", text };
}

/** How many cells of a table were met as often as demanded. */
export function metText(cells: readonly Cell[]): string {
  const demanded = cells.filter(({ wanted }) => wanted > 0);
  if (demanded.length === 0)
    return `${count(cells.filter((cell) => cell.count > 0).length)} of ${count(cells.length)} met, none demanded`;
  const met = demanded.filter((cell) => cell.count >= cell.wanted);
  return `${count(met.length)} of ${count(demanded.length)} met as often as demanded`;
}

export function hours(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 100) return `${(ms / 1000).toFixed(1)} s`;
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
