// Reads the actions that replace the drawn workload.

import type { Node } from "yaml";
import type { Reader } from "./reader.ts";
import { KEYS } from "./schema.ts";
import { readMoment, type Timeline } from "./timeline.ts";
import type { ScriptAction } from "./types.ts";

const ACTIONS = ["send", "read", "sign_in", "sign_out", "vanish"] as const;
/** Who sends or reads does so with somebody. */
const WITH_SOMEBODY: readonly string[] = ["send", "read"];

export function readScript(
  reader: Reader,
  node: Node | undefined,
  timeline: Timeline,
  users: number,
): readonly ScriptAction[] | undefined {
  const items = reader.items(node, "script");
  if (items === undefined) return undefined;
  const actions: ScriptAction[] = [];
  for (const item of items) {
    const action = readAction(reader, item, timeline, users);
    if (action !== undefined) actions.push(action);
  }
  return actions;
}

function readAction(
  reader: Reader,
  item: Node,
  timeline: Timeline,
  users: number,
): ScriptAction | undefined {
  const fields = reader.fields(item, "an action of script", KEYS.script);
  if (fields === undefined) return undefined;
  for (const key of ["at", "user", "do"])
    if (!fields.has(key)) reader.missing(fields, `an action of script needs "${key}"`);
  const at = fields.get("at");
  const atUs = at === undefined ? undefined : readMoment(reader, at, "at", timeline);
  const user = reader.integer(fields.get("user"), "user", 1, users);
  const what = reader.choice(fields.get("do"), "action", ACTIONS);
  const to = reader.integer(fields.get("to"), "to", 1, users);
  if (atUs === undefined || user === undefined || what === undefined) return undefined;
  if (WITH_SOMEBODY.includes(what) !== fields.has("to"))
    return reader.report(item, `${what} ${fields.has("to") ? "takes no" : "needs"} "to"`);
  if (to !== undefined && to === user)
    return reader.report(fields.get("to")!, `user ${user} cannot ${what} to itself`);
  return to === undefined ? { atUs, user, do: what } : { atUs, user, do: what, to };
}
