// Carries out --set path=value on the document before it is read: members of lists are addressed by their name
// or number. The new value is read like the rest, so its mistakes are found there, at the place of the flag.

import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import type { Problem } from "./problem.ts";
import { placeIn, type Place } from "./reader.ts";
import { nearest } from "./suggest.ts";

export function applySets(
  document: Document,
  sets: readonly string[],
  origins: Map<Node, Place>,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const written of sets) {
    const problem = applySet(document, written, origins);
    if (problem !== undefined) problems.push(problem);
  }
  return problems;
}

function applySet(
  document: Document,
  written: string,
  origins: Map<Node, Place>,
): Problem | undefined {
  const file = `--set ${written}`;
  const equals = written.indexOf("=");
  const names = equals < 0 ? [] : written.slice(0, equals).split(".");
  if (names.length === 0 || names.some((name) => name === ""))
    return { file, line: 1, column: 1, message: "write --set path=value" };
  const value = readValue(file, written, equals + 1, origins);
  if ("message" in value) return value;
  let here: Node | null = document.contents as Node | null;
  let column = 1;
  for (const [index, name] of names.entries()) {
    const last = index === names.length - 1;
    const at = { file, line: 1, column };
    const next: Step = isMap(here)
      ? stepIntoMap(document, here, name, last ? value.node : undefined, at, origins)
      : stepIntoList(document, here, name, last ? value.node : undefined, at, names[index - 1]);
    if ("message" in next) return next;
    here = next.node;
    column += name.length + 1;
  }
  return undefined;
}

type Step = { readonly node: Node } | Problem;

function readValue(file: string, written: string, from: number, origins: Map<Node, Place>): Step {
  const text = written.slice(from);
  const parsed = parseDocument(text, { prettyErrors: false, lineCounter: new LineCounter() });
  const [error] = parsed.errors;
  if (error !== undefined)
    return {
      file,
      line: 1,
      column: from + error.pos[0] + 1,
      message: `broken value: ${error.message}`,
    };
  const node = (parsed.contents as Node | null) ?? parsed.createNode(null);
  visit(parsed, (_, found) => {
    if (isNode(found)) origins.set(found, placeIn(file, written, from + (found.range?.[0] ?? 0)));
  });
  return { node };
}

/** A key that is not there is added: whether it may be is decided when the document is read. */
function stepIntoMap(
  document: Document,
  map: YAMLMap,
  name: string,
  value: Node | undefined,
  at: Place,
  origins: Map<Node, Place>,
): Step {
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  if (pair !== undefined) {
    if (value !== undefined) pair.value = value;
    else if (isAlias(pair.value)) pair.value = pair.value.resolve(document)?.clone();
    else if (pair.value === null || (isScalar(pair.value) && pair.value.value === null))
      pair.value = document.createNode({});
    return { node: pair.value as Node };
  }
  const key = document.createNode(name) as Node;
  const added = value ?? (document.createNode({}) as Node);
  origins.set(key, at);
  if (value === undefined) origins.set(added, at);
  map.items.push(document.createPair(key, added));
  return { node: added };
}

function stepIntoList(
  document: Document,
  list: Node | null,
  name: string,
  value: Node | undefined,
  at: Place,
  parent: string | undefined,
): Step {
  if (!isSeq(list))
    return {
      ...at,
      message: `${parent ?? "the scenario"} holds a single value: nothing is below it`,
    };
  const names = (list as YAMLSeq).items.map(
    (item, index) => memberName(document, item) ?? String(index),
  );
  const index = /^\d+$/.test(name) && !names.includes(name) ? Number(name) : names.indexOf(name);
  if (index < 0 || index >= list.items.length) {
    const hint = nearest(name, names);
    const message = `${parent ?? "the scenario"} has no member named "${name}"`;
    return hint === undefined ? { ...at, message } : { ...at, message, nearest: hint };
  }
  if (value !== undefined) list.items[index] = value;
  const found = list.items[index] as Node;
  if (isAlias(found)) list.items[index] = found.resolve(document)?.clone();
  return { node: list.items[index] as Node };
}

function memberName(document: Document, item: unknown): string | undefined {
  const map = isAlias(item) ? item.resolve(document) : item;
  const name: unknown = isMap(map) ? map.get("name") : undefined;
  return typeof name === "string" ? name : undefined;
}
