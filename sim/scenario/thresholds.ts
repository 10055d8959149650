// The threshold language: a metric with optional tags on the left, "agg op number[unit]" on the right, then
// optionally a window, a phase, a fault or the baseline. Names are checked here; figures are judged in measure.

import { isMap, type Node } from "yaml";
import { METRICS, type MetricRow } from "../measure/metric-table.ts";
import { readCondition, type Condition } from "./condition.ts";
import type { Reader } from "./reader.ts";
import { KEYS } from "./schema.ts";
import { nearest } from "./suggest.ts";
import type { Threshold } from "./types.ts";

/** What thresholds may name. */
export interface ThresholdContext {
  readonly phases: readonly string[];
  readonly faults: readonly string[];
  readonly nodes: number;
}

const METRIC_NAMES = METRICS.map(({ name }) => name);
const KINDS = ["text", "image", "voice", "file"];
const STORES = ["redis", "cassandra", "s3", "vault"];

export interface MetricKey {
  readonly metric: string;
  readonly row: MetricRow;
  readonly tags: Readonly<Record<string, string>>;
}

export function readThresholds(
  reader: Reader,
  node: Node | undefined,
  context: ThresholdContext,
): readonly Threshold[] {
  const thresholds: Threshold[] = [];
  const fields = reader.anyFields(node, "thresholds");
  for (const metric of fields?.names() ?? []) {
    const key = readMetricKey(reader, fields!.key(metric), metric, context);
    const value = fields!.get(metric)!;
    const items = isListed(reader, value) ? reader.items(value, metric) : [value];
    if (items?.length === 0) reader.report(value, `${metric} has no threshold`);
    for (const item of items ?? []) {
      const threshold = key === undefined ? undefined : readThreshold(reader, item, key, context);
      if (threshold !== undefined) thresholds.push(threshold);
    }
  }
  return thresholds;
}

/** A single text or mapping stands for a list of one. */
function isListed(reader: Reader, value: Node): boolean {
  const resolved = reader.resolve(value);
  return !(resolved !== undefined && ("value" in resolved || isMap(resolved)));
}

/** "message_delivery{phase:steady,kind:image}". */
export function readMetricKey(
  reader: Reader,
  at: Node,
  text: string,
  context: ThresholdContext,
): MetricKey | undefined {
  const match = /^\s*([A-Za-z0-9_]+)\s*(?:\{([^{}]*)\})?\s*$/.exec(text);
  if (match === null)
    return reader.report(at, `"${text}" is no metric: write name or name{tag:value}`);
  const row = METRICS.find(({ name }) => name === match[1]);
  if (row === undefined)
    return reader.report(at, `unknown metric "${match[1]}"`, nearest(match[1]!, METRIC_NAMES));
  const tags: Record<string, string> = {};
  for (const part of match[2] === undefined ? [] : match[2].split(",")) {
    const [, tag, value] = /^\s*([^:\s]+)\s*:\s*(\S+)\s*$/.exec(part) ?? [];
    if (tag === undefined || value === undefined)
      return reader.report(at, `"${part.trim()}" in "${text}" is no tag: write tag:value`);
    if (!row.tags.includes(tag)) return unknownTag(reader, at, row, tag);
    const values = tagValues(tag, context);
    if (!values.includes(value))
      return reader.report(at, `unknown ${tag} "${value}" in "${text}"`, nearest(value, values));
    if (tag in tags) return reader.report(at, `tag "${tag}" stands twice in "${text}"`);
    tags[tag] = value;
  }
  return { metric: text.trim(), row, tags };
}

function unknownTag(reader: Reader, at: Node, row: MetricRow, tag: string): undefined {
  if (row.tags.length === 0) return reader.report(at, `metric ${row.name} has no tags`);
  return reader.report(at, `metric ${row.name} has no tag "${tag}"`, nearest(tag, row.tags));
}

function tagValues(tag: string, context: ThresholdContext): readonly string[] {
  switch (tag) {
    case "phase":
      return context.phases;
    case "fault":
      return context.faults;
    case "kind":
      return KINDS;
    case "node":
      return Array.from({ length: context.nodes }, (_, index) => `node-${index + 1}`);
    default:
      return STORES;
  }
}

function readThreshold(
  reader: Reader,
  item: Node,
  key: MetricKey,
  context: ThresholdContext,
): Threshold | undefined {
  const long = isMap(reader.resolve(item));
  const fields = long ? reader.fields(item, "a threshold", KEYS.threshold) : undefined;
  if (long && fields?.has("threshold") !== true)
    return reader.report(item, 'a threshold needs "threshold"');
  const at = fields === undefined ? item : fields.get("threshold")!;
  const expression = reader.text(at, "a threshold");
  const abortOnFail = reader.boolean(fields?.get("abortOnFail"), "abortOnFail") ?? false;
  const delayAbortEvalUs =
    reader.quantity(fields?.get("delayAbortEval"), "delayAbortEval", "duration") ?? 0;
  if (expression === undefined) return undefined;
  const condition = readCondition(reader, at, expression, key.row, context);
  if (condition === undefined) return undefined;
  const { line, column } = reader.place(at);
  return {
    metric: key.metric,
    name: key.row.name,
    tags: key.tags,
    expression,
    ...condition,
    abortOnFail,
    delayAbortEvalUs,
    place: `${line}:${column}`,
  } satisfies Threshold & Condition;
}
