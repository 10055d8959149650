// Reads the phases: how long each lasts, how many mean to be online in it, and how much they write.

import { isScalar, type Node } from "yaml";
import type { Fields, Reader } from "./reader.ts";
import { KEYS } from "./schema.ts";
import type { Curve, Phase } from "./types.ts";
import { formatDuration, parseDurationUs } from "./units.ts";

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const RATE_MAX = 1_000_000;
const TOTAL_US_MAX = 31 * 86_400_000_000;
/** The end of every run; a phase of that name would be mistaken for it. */
const RESERVED = "quiet";

export function readPhases(reader: Reader, scenario: Fields, users: number): readonly Phase[] {
  const node = scenario.get("phases");
  if (node === undefined) {
    reader.missing(scenario, 'a scenario needs "phases"');
    return [];
  }
  const phases: Phase[] = [];
  const items = reader.items(node, "phases") ?? [];
  const before = reader.problems.length;
  let startUs = 0;
  for (const item of items) {
    const phase = readPhase(reader, item, phases, startUs, users);
    if (phase === undefined) continue;
    phases.push(phase);
    startUs += phase.durationUs;
  }
  if (reader.problems.length > before) return phases;
  if (phases.length === 0) reader.report(node, "a scenario needs at least one phase");
  else if (phases.every(({ warmup }) => warmup))
    reader.report(node, "every phase is a warm-up: nothing would be measured");
  if (startUs > TOTAL_US_MAX)
    reader.report(node, `all phases together last ${formatDuration(startUs)}; at most 31d`);
  return phases;
}

function readPhase(
  reader: Reader,
  item: Node,
  earlier: readonly Phase[],
  startUs: number,
  users: number,
): Phase | undefined {
  const fields = reader.fields(item, "a phase", KEYS.phase);
  if (fields === undefined) return undefined;
  const name = readName(reader, fields, earlier);
  if (!fields.has("duration")) return reader.missing(fields, `phase "${name}" needs "duration"`);
  const durationUs = reader.quantity(fields.get("duration"), "duration", "duration", { min: 1 });
  const warmup = reader.boolean(fields.get("warmup"), "warmup") ?? false;
  const messages = readMessages(reader, fields.get("messages"));
  const previous = earlier.at(-1)?.online?.at(-1)?.[1] ?? 0;
  const online =
    durationUs === undefined
      ? undefined
      : readOnline(reader, fields.get("online"), durationUs, previous, users);
  if (durationUs === undefined) return undefined;
  const timing = { name, startUs, durationUs, warmup };
  return online === undefined ? { ...timing, messages } : { ...timing, online, messages };
}

function readName(reader: Reader, fields: Fields, earlier: readonly Phase[]): string {
  const name = reader.text(fields.get("name"), "name of a phase");
  if (name === undefined) {
    if (!fields.has("name")) reader.missing(fields, 'a phase needs "name"');
    return "";
  }
  const node = fields.get("name")!;
  if (!NAME.test(name))
    reader.report(node, `a phase's name is letters, digits, "-" and "_", not "${name}"`);
  if (name === RESERVED) reader.report(node, `"${RESERVED}" is the end of every run, no phase`);
  if (earlier.some((phase) => phase.name === name))
    reader.report(node, `two phases are named "${name}"`);
  return name;
}

function readMessages(reader: Reader, node: Node | undefined): Phase["messages"] {
  const fields = reader.fields(node, "messages", KEYS.messages);
  if (fields !== undefined && !fields.has("rate")) reader.missing(fields, 'messages needs "rate"');
  return {
    ratePerS: reader.quantity(fields?.get("rate"), "rate", "rate", { max: RATE_MAX }) ?? 0,
    process: reader.choice(fields?.get("process"), "process", ["poisson", "constant"]) ?? "poisson",
  };
}

function readOnline(
  reader: Reader,
  node: Node | undefined,
  durationUs: number,
  previous: number,
  users: number,
): Curve | undefined {
  if (node === undefined) return undefined;
  const count = (value: Node | undefined): number | undefined => {
    const found = reader.integer(value, "online", 0, Number.MAX_SAFE_INTEGER);
    if (found === undefined || found <= users) return found;
    return reader.report(value!, `online ${found} is more than the ${users} users there are`);
  };
  if (isScalar(reader.resolve(node))) {
    const level = count(node);
    return level === undefined ? undefined : constant(level, durationUs);
  }
  const fields = reader.fields(node, "online", KEYS.online);
  if (fields === undefined) return undefined;
  const kinds = KEYS.online.filter((kind) => fields.has(kind));
  if (kinds.length !== 1) {
    if (fields.names().every((name) => KEYS.online.includes(name as "ramp")))
      reader.report(node, "online is a number, or one of ramp, step, curve");
    return undefined;
  }
  if (kinds[0] === "step") {
    const level = count(fields.get("step"));
    if (level === undefined) return undefined;
    return [[0, previous], ...constant(level, durationUs)];
  }
  if (kinds[0] === "curve") return readCurve(reader, fields.get("curve")!, durationUs, count);
  const ramp = reader.items(fields.get("ramp"), "ramp");
  if (ramp === undefined) return undefined;
  if (ramp.length !== 2) return reader.report(fields.get("ramp")!, "ramp is [from, to]");
  const from = count(ramp[0]);
  const to = count(ramp[1]);
  return from === undefined || to === undefined
    ? undefined
    : [
        [0, from],
        [durationUs, to],
      ];
}

function constant(level: number, durationUs: number): Curve {
  return [
    [0, level],
    [durationUs, level],
  ];
}

function readCurve(
  reader: Reader,
  node: Node,
  durationUs: number,
  count: (value: Node | undefined) => number | undefined,
): Curve | undefined {
  const points: [number, number][] = [];
  const items = reader.items(node, "curve");
  if (items === undefined) return undefined;
  if (items.length === 0) return reader.report(node, "curve needs at least one [time, number]");
  for (const item of items) {
    const pair = reader.items(item, "a point of curve");
    if (pair === undefined) return undefined;
    if (pair.length !== 2) return reader.report(item, "a point of curve is [time, number]");
    const atUs = readPointTime(reader, pair[0]!, points.at(-1)?.[0] ?? 0, durationUs);
    const level = count(pair[1]);
    if (atUs === undefined || level === undefined) return undefined;
    points.push([atUs, level]);
  }
  return points;
}

function readPointTime(
  reader: Reader,
  node: Node,
  previousUs: number,
  durationUs: number,
): number | undefined {
  const text = reader.scalar(node, "time of a point");
  const atUs = typeof text === "string" ? parseDurationUs(text) : undefined;
  if (atUs === undefined) return reader.quantity(node, "time of a point", "duration");
  if (atUs < previousUs) return reader.report(node, `"${text}" is before the point in front of it`);
  if (atUs > durationUs)
    return reader.report(
      node,
      `"${text}" is after the phase's end (${formatDuration(durationUs)})`,
    );
  return atUs;
}
