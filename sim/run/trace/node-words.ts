// What each event of a node's trace says, in words, with an arrow to whom it concerns.
import type { TraceEvent } from "../../../server/ports/trace-sink.ts";
import { log, message, user, type Numbers, type Told } from "./trace-words.ts";

const NODE_WORDS: Readonly<Record<TraceEvent, string>> = {
  "session-opened": "opens a session",
  "session-closed": "closes the session",
  claimed: "claims the presence → redis",
  "claim-replaced": "finds a newer sign-in → redis",
  synced: "has sent the backlog",
  append: "appends → cassandra",
  marked: "raises sent_n → cassandra",
  confirmed: "confirms → sender",
  unsure: "asks for a repeat → sender",
  refused: "refuses → sender",
  "looked-up": "looks the owner up → redis",
  forwarded: "forwards → owner's node",
  delivered: "takes the delivery",
  "not-owner": "answers: not the owner",
  pushed: "pushes → recipient",
  "window-full": "waits: the window is full",
  "read-stored": "stores the read → cassandra",
  "receipt-forwarded": "forwards the receipt → owner's node",
  "receipt-pushed": "pushes the receipt → sender",
  "receipt-acknowledged": "has the receipt acknowledged",
  "tail-read": "reads the tail again → cassandra",
  "lease-renewed": "renews its lease → redis",
  "lease-failed": "cannot renew its lease",
  fenced: "is fenced",
  draining: "drains",
  "slow-client": "closes a client that reads too slowly",
  rewrapped: "wraps a key under the current master key",
  "row-lost": "misses a row that was marked: a void goes out",
  "internal-error": "meets an error",
};

/** A node counts itself from 1; 0 says that the step is about no user, log or message. */
export function nodeWords(event: string, of: Numbers): Told {
  if (!Object.hasOwn(NODE_WORDS, event)) throw new Error(`not an event of a node: ${event}`);
  const about: string[] = [];
  if (of["n"]! > 0) about.push(of["chat"]! > 0 ? message(of) : `n ${of["n"]}`);
  else if (of["chat"]! > 0) about.push(log(of));
  if (of["user"]! > 0) about.push(user(of["user"]));
  const what = about.length === 0 ? "" : `: ${about.join(", ")}`;
  return [`node-${of["node"]}`, `${NODE_WORDS[event as TraceEvent]}${what}`];
}
