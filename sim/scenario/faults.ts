// Reads the faults of a scenario: kind, figures, places and times. Which world can carry them out is decided
// there; what this version cannot do at all is refused here.

import type { Node } from "yaml";
import { FAULT_KINDS, ABSENT_KINDS, faultKeys } from "./fault-schema.ts";
import { readFigures, type FaultFigures } from "./fault-figures.ts";
import type { Fields, Reader } from "./reader.ts";
import { nearest } from "./suggest.ts";
import { readMoment, type Timeline } from "./timeline.ts";
import type { Fault, FaultKind } from "./types.ts";

/** What faults may name. */
export interface FaultContext {
  readonly timeline: Timeline;
  readonly nodes: number;
  /** In a swarm "any" stands for a node, a store or a crash point that the seed chooses. */
  readonly swarm: boolean;
}

const TIMING_KEYS = ["name", "at", "for"];
const INSTANTS: readonly FaultKind[] = ["wipe", "reconnect_all", "rotate", "vanish", "reset"];
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;

export function readFaults(
  reader: Reader,
  node: Node | undefined,
  context: FaultContext,
): readonly Fault[] {
  const faults: Fault[] = [];
  const taken = new Map<string, Node>();
  (reader.items(node, "faults") ?? []).forEach((item, index) => {
    const fault = readFault(reader, item, context, index, taken);
    if (fault !== undefined) faults.push(fault);
  });
  return faults;
}

function readFault(
  reader: Reader,
  item: Node,
  context: FaultContext,
  index: number,
  taken: Map<string, Node>,
): Fault | undefined {
  const any = reader.anyFields(item, "a fault");
  if (any === undefined) return undefined;
  const kind = kindOf(reader, any);
  if (kind === undefined) return undefined;
  const fields = reader.fields(item, `fault ${kind}`, faultKeys(kind))!;
  const before = reader.problems.length;
  const figures = readFigures(reader, kind, fields, context);
  const name = readName(reader, fields, index, taken);
  const atUs = readStart(reader, fields, kind, context.timeline);
  const forUs = reader.quantity(fields.get("for"), "for", "duration", { min: 1 });
  if (forUs !== undefined && INSTANTS.includes(kind))
    reader.report(fields.key("for"), `${kind} happens at one moment: it takes no "for"`);
  if (kind === "swizzle" && !fields.has("for"))
    reader.missing(fields, 'fault swizzle needs "for": its links are cut and healed one by one');
  if (
    forUs !== undefined &&
    figures !== undefined &&
    "restartAfterUs" in figures &&
    kind === "kill"
  )
    reader.report(fields.key("for"), 'kill takes "for" or "restart_after", not both');
  if (reader.problems.length > before || figures === undefined || atUs === undefined)
    return undefined;
  const { line, column } = reader.place(item);
  const timing = {
    name,
    atUs,
    ...(forUs === undefined ? {} : { forUs }),
    place: `${line}:${column}`,
  };
  return { ...timing, ...figures } satisfies Fault & FaultFigures;
}

function kindOf(reader: Reader, fields: Fields): FaultKind | undefined {
  const named = FAULT_KINDS.filter((kind) => fields.has(kind));
  if (named.length === 1) return named[0];
  if (named.length > 1)
    return reader.report(
      fields.key(named[1]!),
      `a fault has one kind, this one has ${named.join(" and ")}: write two faults`,
    );
  const known = [...TIMING_KEYS, "restart_after", "p50", "p99", "rate", "share"];
  const stray = fields.names().find((name) => !known.includes(name));
  if (stray === undefined)
    return reader.report(fields.node, `a fault needs its kind: ${FAULT_KINDS.join(", ")}`);
  const why = ABSENT_KINDS.get(stray);
  if (why !== undefined)
    return reader.report(fields.key(stray), `there is no fault ${stray}: ${why}`);
  return reader.report(
    fields.key(stray),
    `unknown fault kind "${stray}"`,
    nearest(stray, FAULT_KINDS),
  );
}

function readName(reader: Reader, fields: Fields, index: number, taken: Map<string, Node>): string {
  const given = reader.text(fields.get("name"), "name of a fault");
  const name = given ?? `fault-${index + 1}`;
  if (!NAME.test(name))
    reader.report(fields.get("name")!, `a fault's name is letters, digits, "-" and "_": "${name}"`);
  if (taken.has(name)) {
    const first = reader.place(taken.get(name)!);
    reader.report(
      fields.get("name") ?? fields.node,
      `two faults are named "${name}" (the first in line ${first.line})`,
    );
  }
  taken.set(name, fields.node);
  return name;
}

function readStart(
  reader: Reader,
  fields: Fields,
  kind: FaultKind,
  timeline: Timeline,
): number | undefined {
  if (!fields.has("at")) return reader.missing(fields, `fault ${kind} needs "at"`);
  return readMoment(reader, fields.get("at")!, "at", timeline);
}
