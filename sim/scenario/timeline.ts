// Moments of a run as people write them: "90s" from the start, "steady", or "steady+60s".

import type { Node } from "yaml";
import type { Reader } from "./reader.ts";
import { nearest } from "./suggest.ts";
import { UNIT_FORMS, formatDuration, parseDurationUs } from "./units.ts";

export interface Timeline {
  readonly phases: readonly {
    readonly name: string;
    readonly startUs: number;
    readonly durationUs: number;
  }[];
  readonly endUs: number;
}

export function readMoment(
  reader: Reader,
  node: Node,
  what: string,
  timeline: Timeline,
): number | undefined {
  const text = reader.scalar(node, what);
  if (text === undefined) return undefined;
  const us = typeof text === "string" ? momentUs(reader, node, what, text, timeline) : undefined;
  if (typeof text !== "string")
    return reader.report(
      node,
      `${what} needs ${UNIT_FORMS.duration} or "phase+duration", not "${text ?? "(empty)"}"`,
    );
  if (us === undefined) return undefined;
  if (us < timeline.endUs) return us;
  const end = formatDuration(timeline.endUs);
  return reader.report(node, `${what} "${text}" is not before the end of the last phase (${end})`);
}

function momentUs(
  reader: Reader,
  node: Node,
  what: string,
  text: string,
  timeline: Timeline,
): number | undefined {
  const absolute = parseDurationUs(text);
  if (absolute !== undefined) return absolute;
  const match = /^([A-Za-z][A-Za-z0-9_-]*)(?:\s*\+\s*(.+))?$/.exec(text);
  if (match === null)
    return reader.report(
      node,
      `${what} needs ${UNIT_FORMS.duration} or "phase+duration", not "${text}"`,
    );
  const phase = timeline.phases.find(({ name }) => name === match[1]);
  if (phase === undefined) {
    const names = timeline.phases.map(({ name }) => name);
    return reader.report(node, `unknown phase "${match[1]}" in ${what}`, nearest(match[1]!, names));
  }
  const offsetUs = match[2] === undefined ? 0 : parseDurationUs(match[2]);
  if (offsetUs === undefined)
    return reader.report(node, `${what} needs ${UNIT_FORMS.duration} after "+", not "${match[2]}"`);
  return phase.startUs + offsetUs;
}
