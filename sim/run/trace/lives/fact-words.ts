// A fact as a step on a lane, in short words: the page names the message once, so a step says n alone. Undefined
// where another fact tells the same better.
import type { LifeEvent } from "../../result.ts";
import { rankText } from "./epoch-text.ts";
import { num, str, type Fact } from "./fact.ts";
import { at } from "./law-parts.ts";

type Step = Omit<LifeEvent, "t" | "from" | "weight">;
type Words = (fact: Fact) => Step | undefined;

const OUTCOMES = ["ok", "refused", "unknown"];
const STATES = ["offline", "online", "unknown"];

export function userLane(user: number): string {
  return `user ${user}`;
}

export function nodeLane(node: number): string {
  return `node-${node}`;
}

function byUser(text: (fact: Fact) => string): Words {
  return (fact) => ({ lane: userLane(num(fact, "user")), text: text(fact) });
}

function inStore(lane: string, text: (fact: Fact) => string): Words {
  return (fact) => ({ lane, text: text(fact) });
}

function ended(what: string): Words {
  return (fact) => {
    const outcome = num(fact, "outcome");
    const step = {
      lane: userLane(num(fact, "user")),
      text: `${what} n ${num(fact, "n")}: outcome ${OUTCOMES[outcome]}`,
    };
    return outcome === 0 ? step : { ...step, tone: "unsure" };
  };
}

const n = (fact: Fact): string => `n ${num(fact, "n")}`;
const session = (fact: Fact): string => `(session ${num(fact, "session")})`;

const HISTORY: Readonly<Record<string, Words>> = {
  sendIntended: byUser((fact) => `means to send to user ${num(fact, "recipient")}`),
  sendInvoked: byUser((fact) => `takes ${n(fact)}`),
  sendFrame: byUser((fact) => `sends ${n(fact)} ${session(fact)}`),
  sendEnded: ended("send of"),
  sendUnsure: byUser((fact) => `is to repeat ${n(fact)}`),
  haveDeclared: byUser((fact) => `declares to have up to ${n(fact)} ${session(fact)}`),
  logFrame: byUser((fact) => `is told: goes on after n ${num(fact, "start")} ${session(fact)}`),
  messageFrame: byUser((fact) => `receives ${n(fact)} ${session(fact)}`),
  shown: byUser((fact) => `shows ${n(fact)}`),
  readInvoked: byUser((fact) => `reads up to ${n(fact)}`),
  readEnded: ended("read of"),
  receiptFrame: byUser((fact) => `hears that ${n(fact)} was read ${session(fact)}`),
  receiptShown: byUser((fact) => `shows ${n(fact)} as read`),
  receiptAcknowledged: byUser((fact) => `acknowledges the receipt of ${n(fact)}`),
  signedIn: byUser((fact) => `signs in${num(fact, "fresh") === 1 ? " on a new device" : ""}`),
  signedOut: byUser((fact) => (num(fact, "vanished") === 1 ? "vanishes" : "signs out")),
  connecting: byUser((fact) => `dials ${session(fact)}`),
  connected: byUser((fact) => `is connected to node-${num(fact, "node")} ${session(fact)}`),
  synced: byUser((fact) => `has its backlog ${session(fact)}`),
  closed: byUser((fact) => {
    const code = num(fact, "code");
    return `session ${num(fact, "session")} ends${code === 0 ? ", broken" : ` with ${code}`}`;
  }),
  presenceShown: (fact) => ({
    lane: userLane(num(fact, "observer")),
    text: `shows user ${num(fact, "user")} ${STATES[num(fact, "state")]}`,
  }),
  nodeUp: (fact) => ({ lane: nodeLane(num(fact, "node")), text: "is up" }),
  nodeDown: (fact) => {
    const lane = nodeLane(num(fact, "node"));
    return num(fact, "planned") === 1
      ? { lane, text: "has drained" }
      : { lane, text: "is killed", tone: "bad" };
  },
  rowApplied: inStore(
    "cassandra",
    (fact) => `${num(fact, "kind") === 4 ? "void" : "row"} ${n(fact)} stands`,
  ),
  sentRaised: inStore("cassandra", (fact) => `unread_audit: sent_n is ${num(fact, "n")}`),
  readRaised: inStore("cassandra", (fact) => `unread_audit: read_n is ${num(fact, "n")}`),
  receiptRaised: inStore("cassandra", (fact) => `read_audit: read_n is ${num(fact, "n")}`),
  seenRaised: inStore("cassandra", (fact) => `read_audit: seen_n is ${num(fact, "n")}`),
  presenceApplied: inStore("redis", (fact) => {
    const who = `user ${num(fact, "user")}`;
    const epoch = `epoch ${rankText(num(fact, "rank"))}`;
    return num(fact, "released") === 1
      ? `${who} is released, ${epoch}`
      : `${who} is on node-${num(fact, "node")}, ${epoch}`;
  }),
  presenceWiped: inStore("redis", () => "is wiped"),
  quietBegan: (fact) => ({
    lane: "faults",
    text: num(fact, "step") === 1 ? "faults stop for good" : "everybody else signs in and reads",
  }),
};

function byNode(text: (fact: Fact) => string, toUser = false, tone?: "bad" | "unsure"): Words {
  return (fact) => {
    const user = num(fact, "user");
    const step = { lane: nodeLane(num(fact, "node")), text: text(fact) };
    const toned = tone === undefined ? step : { ...step, tone };
    return toUser && user > 0 ? { ...toned, to: userLane(user) } : toned;
  };
}

const NODE: Readonly<Record<string, Words>> = {
  "node:confirmed": byNode((fact) => `says sent for ${n(fact)}`, true),
  "node:unsure": byNode((fact) => `asks to repeat ${n(fact)}`, true, "unsure"),
  "node:refused": byNode((fact) => `refuses ${n(fact)}`, true, "unsure"),
  "node:not-owner": byNode((fact) => `does not own user ${num(fact, "user")}`, false, "unsure"),
  "node:pushed": byNode((fact) => `sends ${n(fact)} to the device`, true),
  "node:window-full": byNode((fact) => `waits for user ${num(fact, "user")}: the window is full`),
  "node:receipt-pushed": byNode((fact) => `tells that ${n(fact)} was read`, true),
  "node:tail-read": byNode((fact) => `reads the tail of user ${num(fact, "user")} again`),
  "node:fenced": byNode(() => "fences itself", false, "bad"),
  "node:draining": byNode(() => "drains"),
  "node:session-opened": byNode((fact) => `opens a session for user ${num(fact, "user")}`),
  "node:claim-replaced": byNode((fact) => `finds a newer sign-in of user ${num(fact, "user")}`),
  "node:synced": byNode((fact) => `has sent its backlog to user ${num(fact, "user")}`, true),
  "node:row-lost": byNode((fact) => `misses row ${n(fact)}: a void goes out`, false, "bad"),
  "node:internal-error": byNode(() => "meets an error", false, "bad"),
};

/** Calls that write are told by what the store applies; those that read by their answer. */
const CALLS: Readonly<Record<string, (fact: Fact) => string>> = {
  "messages.append": (fact) => `append ${span(fact)}${num(fact, "isVoid") === 1 ? " as void" : ""}`,
  "messages.raiseSent": (fact) => `raise sent_n to ${num(fact, "n")}`,
  "messages.raiseRead": (fact) => `close the entry: raise read_n to ${num(fact, "n")}`,
  "messages.raiseReceipt": (fact) => `make the receipt due: read_n to ${num(fact, "n")}`,
  "messages.raiseSeen": (fact) => `receipt seen: raise seen_n to ${num(fact, "n")}`,
  "messages.rows": (fact) => `read ${span(fact)}`,
  "messages.unreadEntry": () => "read the entry of unread_audit",
  "messages.unreadEntries": (fact) => `read unread_audit of user ${num(fact, "user")}`,
  "messages.receiptEntries": (fact) => `read read_audit of user ${num(fact, "user")}`,
  "presence.lookup": (fact) => `who owns user ${num(fact, "user")}?`,
  "presence.lookupMany": (fact) => `is user ${num(fact, "user")} online? (for friends)`,
  "presence.hold": (fact) => `claim or renew user ${num(fact, "user")}`,
  "presence.release": (fact) => `release user ${num(fact, "user")}`,
};

function span(fact: Fact): string {
  const first = num(fact, "firstN");
  const last = num(fact, "n");
  return first === 0 || first === last ? `row n ${last}` : `rows n ${first} to ${last}`;
}

export function isWrite(op: string): boolean {
  return op === "messages.append" || op.startsWith("messages.raise") || op === "presence.release";
}

export function callText(fact: Fact): string {
  return CALLS[str(fact, "op")]?.(fact) ?? str(fact, "op");
}

function call(fact: Fact): Step {
  return { lane: nodeLane(num(fact, "node")), to: str(fact, "to"), text: callText(fact) };
}

function callEnd(fact: Fact): Step | undefined {
  const outcome = str(fact, "outcome");
  const lane = nodeLane(num(fact, "node"));
  if (outcome !== "ok")
    return { lane, text: `outcome ${outcome} ${asked(fact, callText(fact))}`, tone: "unsure" };
  if (isWrite(str(fact, "op"))) return undefined;
  const text = `${str(fact, "answer")} ${asked(fact, callText(fact))}`;
  return { lane: str(fact, "to"), to: lane, text };
}

/** An answer names its question and when that was asked: many are under way at once. */
function asked(fact: Fact, question: string): string {
  return `(to "${question}" of ${at(num(fact, "askedUs"))})`;
}

const ASKS: Readonly<Record<string, (fact: Fact) => string>> = {
  deliver: (fact) => `deliver ${n(fact)} (epoch ${str(fact, "epoch")})`,
  receipt: (fact) => `receipt for ${n(fact)} (epoch ${str(fact, "epoch")})`,
  "who-has": (fact) => `do you have user ${num(fact, "user")}?`,
  fence: (fact) => `fence: user ${num(fact, "user")} has signed in here`,
};

function askText(fact: Fact): string {
  return ASKS[str(fact, "type")]?.(fact) ?? str(fact, "type");
}

function ask(fact: Fact): Step {
  return { lane: nodeLane(num(fact, "node")), to: str(fact, "to"), text: askText(fact) };
}

function askEnd(fact: Fact): Step {
  const outcome = str(fact, "outcome");
  const lane = nodeLane(num(fact, "node"));
  const question = asked(fact, askText(fact));
  if (outcome === "ok") return { lane, text: `answer: ${str(fact, "answer")} ${question}` };
  const text =
    outcome === "refused"
      ? `no link to ${str(fact, "to")} ${question}`
      : `no answer, outcome unknown ${question}`;
  return { lane, text, tone: "unsure" };
}

const WITNESS: Readonly<Record<string, Words>> = {
  call,
  "call-end": callEnd,
  ask,
  "ask-end": askEnd,
  came: byNode((fact) => `gets the ${str(fact, "what")} of ${n(fact)}`),
  took: byNode(
    (fact) => `takes the ${str(fact, "what")} of ${n(fact)} for user ${num(fact, "user")}`,
  ),
  link: (fact) => {
    const peer = str(fact, "peer");
    const up = num(fact, "up") === 1;
    const step = {
      lane: nodeLane(num(fact, "node")),
      text: `link to ${peer} is ${up ? "up" : "lost"}`,
    };
    return up ? step : { ...step, tone: "unsure" };
  },
  closing: byNode(
    (fact) =>
      `closes the session of user ${num(fact, "user")}: ${num(fact, "code")} ${str(fact, "reason")}`,
    true,
  ),
};

export function stepOf(fact: Fact): Step | undefined {
  return (HISTORY[fact.e] ?? NODE[fact.e] ?? WITNESS[fact.e])?.(fact);
}
