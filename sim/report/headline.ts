// The verdict in one line for a pipeline, the command that replays the run, and what a planner asks first:
// which resource was nearest to its limit.
import { RULE_COUNTERS } from "../measure/rule-counters.ts";
import type { RunResult } from "../run/result.ts";
import { count, duration, share, short } from "./figures.ts";
import { kneeOf, loadPoints } from "./load-chart.ts";

export type Tone = "good" | "bad" | "unsure";

export interface Headline {
  readonly tone: Tone;
  readonly verdict: string;
  readonly text: string;
}

const VERDICTS: Readonly<Record<number, readonly [Tone, string]>> = {
  0: ["good", "All well"],
  99: ["bad", "Threshold crossed"],
  105: ["unsure", "Interrupted"],
  111: ["bad", "Rule broken"],
  112: ["bad", "Regression"],
  113: ["unsure", "Inconclusive"],
  114: ["bad", "Determinism broken"],
};

export function headline(result: RunResult): Headline {
  const [tone, verdict] = VERDICTS[result.exitCode] ?? ["bad", "No verdict"];
  const { rules, thresholds, metrics } = result;
  const held = rules.filter((rule) => rule.verdict === "valid").length;
  const met = thresholds.filter((threshold) => threshold.ok === true).length;
  const confirmed = counted(metrics, "messages_confirmed");
  const lost = counted(metrics, "messages_lost");
  const parts = [
    `${held} of ${rules.length} rules hold`,
    `${met} of ${thresholds.length} thresholds met`,
    `${count(confirmed)} messages confirmed, ${lostText(result.rules, lost)}`,
  ];
  return { tone, verdict, text: parts.join(" · ") };
}

/** "None lost" is a claim, and nobody may make it before the rule of no loss has been judged. */
function lostText(rules: RunResult["rules"], lost: number): string {
  if (lost > 0) return `${count(lost)} lost`;
  return isJudged("messages_lost", rules) ? "none lost" : "loss not judged";
}

/** False for a counter of violations whose rule is unknown: what was not found may still be there. */
export function isJudged(metric: string, rules: RunResult["rules"]): boolean {
  const rule = RULE_COUNTERS[metric];
  return rules.find(({ id }) => id === rule)?.verdict !== "unknown";
}

function counted(metrics: RunResult["metrics"], name: string): number {
  const metric = metrics[name];
  return metric?.type === "counter" ? metric.values.count : 0;
}

export interface ShownCommand {
  readonly text: string;
  readonly note: string;
}

/**
 * How to see the run again. Its files do not know in which folder they lie (equal runs have equal files), so the
 * folder is the one that the reader stands in.
 */
export function commandsOf(result: RunResult): readonly ShownCommand[] {
  const { mode, interrupted, command } = result;
  const commands: ShownCommand[] = [];
  if (mode === "simulated" && !interrupted)
    commands.push({
      text: REPLAY_HERE,
      note: "in the folder of this run: the same run, its hash compared",
    });
  if (command !== undefined)
    commands.push({
      text: command,
      note: commands.length > 0 ? "the same from the scenario" : "runs the scenario again",
    });
  return commands;
}

export const REPLAY_HERE = "npx chatquake replay .";

/** The node nearest to its limit and the longest queue before a store, as one sentence; "" where unknown. */
export function limitingResource(result: RunResult): string {
  const cpu = busiestNode(result.metrics);
  if (cpu === undefined) return "";
  const queue = longestQueue(result);
  const room = cpu.average > 0 ? 0.9 / cpu.average : Infinity;
  const sentence = `Nearest to its limit: the processor of ${cpu.node}, ${share(cpu.average)} on average and ${share(cpu.peak)} in its busiest second`;
  const head =
    cpu.average >= 0.02 && room > 1
      ? `; at this mix about ${room >= 10 ? Math.round(room) : Math.round(room * 10) / 10} times the load would fill it to ${share(0.9)}`
      : "";
  const waiting =
    queue.calls > 0
      ? `. Longest queue before a store: ${count(queue.calls)} calls at ${queue.store}`
      : "";
  return `${sentence}${head}${waiting}.`;

  function busiestNode(
    metrics: RunResult["metrics"],
  ): { node: string; average: number; peak: number } | undefined {
    let busiest: { node: string; average: number; peak: number } | undefined;
    for (const key of Object.keys(metrics)) {
      const node = /^node_cpu\{node:(.+)\}$/.exec(key)?.[1];
      const metric = metrics[key];
      if (node === undefined || metric?.type !== "gauge") continue;
      const average = averageOf(result.series.columns[key] ?? []);
      if (busiest === undefined || average > busiest.average)
        busiest = { node, average, peak: metric.values.max };
    }
    return busiest;
  }
}

function averageOf(values: readonly (number | null)[]): number {
  let sum = 0;
  let known = 0;
  for (const value of values)
    if (value !== null) {
      sum += value;
      known += 1;
    }
  return known === 0 ? 0 : sum / known;
}

function longestQueue(result: RunResult): { store: string; calls: number } {
  let longest = { store: "", calls: 0 };
  for (const [name, values] of Object.entries(result.series.columns)) {
    const store = /^store_queue\{store:(.+)\}$/.exec(name)?.[1];
    if (store === undefined) continue;
    for (const value of values)
      if (value !== null && value > longest.calls) longest = { store, calls: value };
  }
  return longest;
}

/** Where more load begins to cost latency, as one sentence; "" where the run cannot tell. */
export function kneeText(result: RunResult): string {
  const points = loadPoints(result.series, result.faults);
  const knee = kneeOf(points);
  if (knee === null) return "";
  const most = points.reduce((rate, point) => Math.max(rate, point.ratePerS), 0);
  return knee === Infinity
    ? `No knee up to ${short(most)} messages a second.`
    : `The p99 of delivery doubles beyond about ${short(knee)} messages a second.`;
}

/** "4:10 virtual in 3.2 s" is for people; wall time is not part of equal results. */
export function lengthText(result: RunResult): string {
  return `${duration(result.virtualMs)} ${result.mode === "simulated" ? "of virtual time" : "on the clock"}`;
}
