// Reads the actions that replace the drawn workload.

import type { Node } from "yaml";
import type { Fields, Reader } from "./reader.ts";
import { KEYS } from "./schema.ts";
import { ATTACHMENT_KINDS, SCRIPT_ACTIONS, WITH_SOMEBODY } from "./script-actions.ts";
import { readMoment, type Timeline } from "./timeline.ts";
import type { ScriptAction } from "./types.ts";

const ATTACHMENT_BYTES_MAX = 33_554_432;
const LOGS_MAX = 1_000;
const BACK_MAX = 100_000;

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
  const what = reader.choice(fields.get("do"), "action", SCRIPT_ACTIONS);
  const to = reader.integer(fields.get("to"), "to", 1, users);
  if (atUs === undefined || user === undefined || what === undefined) return undefined;
  if (WITH_SOMEBODY.includes(what) !== fields.has("to"))
    return reader.report(item, `${what} ${fields.has("to") ? "takes no" : "needs"} "to"`);
  if (to !== undefined && to === user)
    return reader.report(fields.get("to")!, `user ${user} cannot ${what} to itself`);
  const more = readMore(reader, fields, what);
  if (more === undefined) return undefined;
  return { atUs, user, do: what, ...(to === undefined ? {} : { to }), ...more };
}

/** What belongs to some actions only. */
function readMore(
  reader: Reader,
  fields: Fields,
  what: ScriptAction["do"],
): Pick<ScriptAction, "fresh" | "attach" | "bytes" | "log" | "back"> | undefined {
  const belongs: Readonly<Record<string, ScriptAction["do"]>> = {
    fresh: "sign_in",
    attach: "send",
    bytes: "send",
    log: "read",
    back: "open",
  };
  for (const [key, action] of Object.entries(belongs))
    if (fields.has(key) && what !== action)
      return reader.report(fields.key(key), `${what} takes no "${key}"`);
  if (fields.has("bytes") && !fields.has("attach"))
    return reader.report(fields.key("bytes"), 'bytes is the size of what "attach" names');
  const fresh = reader.boolean(fields.get("fresh"), "fresh");
  const attach = reader.choice(fields.get("attach"), "attachment", ATTACHMENT_KINDS);
  const bytes = reader.quantity(fields.get("bytes"), "bytes", "size", {
    min: 1,
    max: ATTACHMENT_BYTES_MAX,
  });
  const log = reader.integer(fields.get("log"), "log", 1, LOGS_MAX);
  const back = reader.integer(fields.get("back"), "back", 1, BACK_MAX);
  return {
    ...(fresh === true ? { fresh } : {}),
    ...(attach === undefined ? {} : { attach }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(log === undefined ? {} : { log }),
    ...(back === undefined ? {} : { back }),
  };
}
