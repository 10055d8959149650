// A resolved scenario as the shortest file that loads to the same one: whatever can be left out is. Which keys those
// are is found by leaving each out and loading what remains, so no list of defaults can grow old here.

import { stringify } from "yaml";
import { loadScenario } from "./load.ts";
import type { ResolvedScenario } from "./types.ts";
import { plainScenario } from "./write.ts";

type Plain = Record<string, unknown>;

/** A script takes a line an action up to so many; more of them share lines. */
const ACTION_LINES_MAX = 14;
const WIDTH = 118;
/** Lists whose members stand on lines of their own. */
const OPEN_LISTS: readonly string[] = ["phases", "faults", "script"];
/** Nothing in these has a default worth looking for. */
const KEPT_WHOLE: readonly string[] = ["script", "choices"];

export interface MinimalOptions {
  /** Lines of a comment on top, without their "#". */
  readonly comment: readonly string[];
  /** Path to the schema, for editors. */
  readonly schema?: string;
}

export function writeMinimal(scenario: ResolvedScenario, options: MinimalOptions): string {
  // A copy of its own: parts of the scenario may stand in it, and it is pruned in place.
  const copy = JSON.parse(JSON.stringify(plainScenario(scenario))) as ReturnType<
    typeof plainScenario
  >;
  const plain = prune(copy, scenario);
  const lines = options.comment.map((line) => `# ${line}`.trimEnd());
  if (options.schema !== undefined) lines.push(`$schema: ${options.schema}`);
  for (const [key, value] of Object.entries(plain)) lines.push(...entry(key, value));
  return `${lines.join("\n")}\n`;
}

/** Equal but for the places of faults and thresholds in their files. */
export function isSameScenario(one: ResolvedScenario, other: ResolvedScenario): boolean {
  return canonical(one) === canonical(other);
}

function canonical(scenario: ResolvedScenario): string {
  return JSON.stringify(scenario, (key, value: unknown) => {
    if (key === "place") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const record = value as Plain;
    return Object.fromEntries(
      Object.keys(record)
        .sort()
        .map((name) => [name, record[name]]),
    );
  });
}

function prune(plain: Plain, scenario: ResolvedScenario): Plain {
  const wanted = canonical(scenario);
  const isSame = (): boolean => {
    const loaded = loadScenario(stringify(plain), { file: "", sets: [], env: {} });
    return "scenario" in loaded && canonical(loaded.scenario) === wanted;
  };
  pruneMap(plain, isSame);
  return plain;
}

/** Leaves a key out with all that it holds; where it must stay, looks into it. */
function pruneMap(map: Plain, isSame: () => boolean): void {
  for (const key of Object.keys(map)) {
    const value = map[key];
    delete map[key];
    if (isSame()) continue;
    // At its end now: put back in order once all are looked at.
    map[key] = value;
    if (KEPT_WHOLE.includes(key)) continue;
    for (const held of Array.isArray(value) ? value : [value])
      if (typeof held === "object" && held !== null && !Array.isArray(held))
        pruneMap(held as Plain, isSame);
  }
}

function entry(key: string, value: unknown): readonly string[] {
  if (!OPEN_LISTS.includes(key) || !Array.isArray(value)) return [`${key}: ${flow(value)}`];
  const members = value.map(flow);
  if (key !== "script" || members.length <= ACTION_LINES_MAX)
    return [`${key}:`, ...members.map((member) => `  - ${member}`)];
  return [`${key}: [`, ...packed(members).map((line) => `  ${line}`), "]"];
}

/** As many on a line as fit. */
function packed(members: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const member of members) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + member.length + 2 <= WIDTH)
      lines[lines.length - 1] = `${last} ${member},`;
    else lines.push(`${member},`);
  }
  return lines;
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trimEnd();
}
