// What each line of a history says, in words: who, and what happened. A message is always named CHAT/DEVICE/N,
// as `trace --message` takes it.
import type { HistoryEvent } from "../../history/history.ts";

export type Numbers = Readonly<Record<string, number>>;

/** What numbers stand for in this run. */
export interface TraceNames {
  phase(index: number): string;
  fault(index: number): string;
  /** What `operation` was: "history of chat 7". */
  operation(id: number): string;
}

export type Told = readonly [who: string, text: string];
type Words = (of: Numbers, names: TraceNames) => Told;

const OUTCOMES = ["ok", "refused", "unknown"];
const KINDS = ["text", "image", "voice", "file", "void"];
const STATES = ["offline", "online", "unknown"];
const OPERATIONS = ["befriend", "accept", "history", "upload", "download"];
const DOWNLOADS = ["intact", "damaged", "missing", "denied", "unknown"];
const PARTS = ["body", "thumbnail"];
const CONTEXTS = ["chat", "sender", "device", "n", "key version", "kind", "part"];
const PLACES = ["the stores", "the trace", "the errors", "the metrics", "the report"];
const LIMITS = [
  "bytes queued for one client of",
  "requests in flight in one session of",
  "store calls in flight at",
  "frames queued on one link of",
  "deliver attempts of one message to",
  "messages in the outbox of",
];

function word(words: readonly string[], number: number | undefined): string {
  return words[number ?? -1] ?? String(number);
}

export function user(number: number | undefined): string {
  return `user ${number}`;
}

export function nodeName(index: number | undefined): string {
  return `node-${(index ?? 0) + 1}`;
}

export function message(of: Numbers, n = of["n"]): string {
  return `${of["chat"]}/${of["logDevice"] ?? of["device"]}/${n}`;
}

export function log(of: Numbers): string {
  return `log ${of["chat"]}/${of["logDevice"] ?? of["device"]}`;
}

function ofSession(of: Numbers): string {
  return `(session ${of["session"]})`;
}

/** What was opened: nothing where the bytes did not decrypt. */
function content(of: Numbers): string {
  const kind = word(KINDS, of["kind"]);
  return of["content"] === -1 ? `${kind}, does not decrypt` : kind;
}

export function operationText(of: Numbers): string {
  const where = of["chat"] === 0 ? "" : ` in chat ${of["chat"]}`;
  return `${word(OPERATIONS, of["type"])}${where}`;
}

const DEVICE_WORDS = {
  signedIn: (of) => [
    user(of["user"]),
    `signs in on ${of["fresh"] === 1 ? "a new device" : "device"} ${of["device"]}`,
  ],
  signedOut: (of) => [user(of["user"]), of["vanished"] === 1 ? "vanishes" : "signs out"],
  readerSlow: (of) => [user(of["user"]), of["slow"] === 1 ? "reads slowly" : "reads as usual"],
  connecting: (of) => [user(of["user"]), `dials from device ${of["device"]} ${ofSession(of)}`],
  connected: (of) => [user(of["user"]), `is connected to ${nodeName(of["node"])} ${ofSession(of)}`],
  synced: (of) => [user(of["user"]), `has its backlog ${ofSession(of)}`],
  closed: (of) => [
    user(of["user"]),
    `connection ends${of["code"] === 0 ? "" : `, code ${of["code"]}`} ${ofSession(of)}`,
  ],
  heartbeat: (of) => [user(of["user"]), `hears a pong ${ofSession(of)}`],
  sendIntended: (of) => [
    user(of["user"]),
    `means to send ${word(KINDS, of["kind"])} ${of["content"]} to ${user(of["recipient"])} in chat ${of["chat"]}`,
  ],
  sendInvoked: (of) => [
    user(of["user"]),
    `takes ${message(of)} for ${word(KINDS, of["kind"])} ${of["content"]}, sent_at ${of["sentAt"]}`,
  ],
  sendFrame: (of) => [user(of["user"]), `sends ${message(of)} ${ofSession(of)}`],
  sendEnded: (of) => [user(of["user"]), `send of ${message(of)}: ${word(OUTCOMES, of["outcome"])}`],
  sendUnsure: (of) => [user(of["user"]), `is to repeat ${message(of)} ${ofSession(of)}`],
  sendDropped: (of) => [
    user(of["user"]),
    `gives up ${of["content"]} in chat ${of["chat"]} before it took n: ${word(OUTCOMES, of["outcome"])}`,
  ],
  haveDeclared: (of) => [user(of["user"]), `has ${log(of)} up to ${of["n"]} ${ofSession(of)}`],
  logFrame: (of) => [
    user(of["user"]),
    `is told that ${log(of)} goes on after ${of["start"]} ${ofSession(of)}`,
  ],
  messageFrame: (of) => [
    user(of["user"]),
    `receives ${message(of)} from ${user(of["from"])}, ${content(of)} ${ofSession(of)}`,
  ],
  shown: (of) => [
    user(of["user"]),
    `shows ${message(of)} from ${user(of["from"])}, ${content(of)}`,
  ],
  readInvoked: (of) => [user(of["user"]), `reads up to ${message(of)}`],
  readEnded: (of) => [
    user(of["user"]),
    `read up to ${message(of)}: ${word(OUTCOMES, of["outcome"])}`,
  ],
  receiptFrame: (of) => [user(of["user"]), `is told that ${message(of)} was read ${ofSession(of)}`],
  receiptShown: (of) => [user(of["user"]), `shows that ${message(of)} was read`],
  receiptAcknowledged: (of) => [user(of["user"]), `acknowledges the receipt for ${message(of)}`],
  presenceShown: (of) => [
    user(of["observer"]),
    `shows ${user(of["user"])} ${word(STATES, of["state"])}${of["epochMs"] === 0 ? " (roster)" : ""}`,
  ],
  friendShown: (of) => [
    user(of["user"]),
    `shows friend ${user(of["friend"])}, chat ${of["chat"]}, key version ${of["keyVersion"]}`,
  ],
  requestShown: (of) => [user(of["user"]), `shows the request of ${user(of["from"])}`],
  operationBegan: (of) => [user(of["user"]), `begins: ${operationText(of)}`],
  operationEnded: (of, names) => [
    "",
    `${names.operation(of["operation"]!)}: ${word(OUTCOMES, of["outcome"])}`,
  ],
  historyRow: (of, names) => [
    "",
    `${names.operation(of["operation"]!)} gives ${message(of)}, sent_at ${of["sentAt"]}`,
  ],
  historyPage: (of, names) => [
    "",
    `${names.operation(of["operation"]!)}: page of ${of["rows"]} rows${of["more"] === 1 ? ", there are more" : ""}`,
  ],
  uploaded: (of) => [
    user(of["user"]),
    `upload of blob ${of["blob"]} (${of["bytes"]} bytes) to chat ${of["chat"]}: ${word(OUTCOMES, of["outcome"])}`,
  ],
  blobNamed: (of) => ["", `${message(of)} names blob ${of["blob"]}`],
  downloaded: (of) => [
    user(of["user"]),
    `download of blob ${of["blob"]} of chat ${of["chat"]}${of["member"] === 0 ? " as a stranger" : ""}: ${word(DOWNLOADS, of["result"])}`,
  ],
  plantedBlobSend: (of) => [
    user(of["user"]),
    `names a blob that it may not, in chat ${of["chat"]}: ${word(OUTCOMES, of["outcome"])}`,
  ],
  swapTried: (of) => [
    user(of["user"]),
    `bytes under another ${word(CONTEXTS, of["which"])} ${of["opened"] === 1 ? "decrypt" : "do not decrypt"}`,
  ],
  sealed: (of) => [
    "device",
    `${of["device"]} seals the ${word(PARTS, of["part"])} of n ${of["n"]} under key ${of["key"]}`,
  ],
} as const satisfies Partial<Record<HistoryEvent, Words>>;

const HARNESS_WORDS = {
  phaseBegan: (of, names) => ["run", `phase ${names.phase(of["phase"]!)} begins`],
  quietBegan: (of) => [
    "run",
    of["step"] === 1
      ? "faults stop: whoever means to be online must recover"
      : "everybody else signs in, drains and reads",
  ],
  ended: () => ["run", "ends"],
  faultBegan: (of, names) => ["faults", `${names.fault(of["fault"]!)} begins`],
  faultEnded: (of, names) => ["faults", `${names.fault(of["fault"]!)} ends`],
  nodeUp: (of) => [nodeName(of["node"]), "is up"],
  nodeDown: (of) => [nodeName(of["node"]), of["planned"] === 1 ? "has drained" : "is killed"],
  friendship: (of) => [
    "run",
    `${user(of["userLow"])} and ${user(of["userHigh"])} are friends, chat ${of["chat"]}`,
  ],
  limitSampled: (of) => {
    const ofUser = of["what"] === 4 || of["what"] === 5;
    const owner = ofUser ? user(of["owner"]) : nodeName(of["owner"]);
    return ["run", `${of["value"]} of ${of["limit"]} ${word(LIMITS, of["what"])} ${owner}`];
  },
  canarySearched: (of) => [
    "run",
    `plain text or key ${of["found"] === 1 ? "found" : "looked for and not found"} in ${word(PLACES, of["place"])}`,
  ],
} as const satisfies Partial<Record<HistoryEvent, Words>>;

const STORE_WORDS = {
  rowApplied: (of) => ["cassandra", `row ${message(of)} stands, ${word(KINDS, of["kind"])}`],
  sentRaised: (of) => [
    "cassandra",
    `unread_audit of ${user(of["recipient"])}: sent_n of ${log(of)} is ${of["n"]}`,
  ],
  readRaised: (of) => [
    "cassandra",
    `unread_audit of ${user(of["reader"])}: read_n of ${log(of)} is ${of["n"]}`,
  ],
  receiptRaised: (of) => [
    "cassandra",
    `read_audit of ${user(of["sender"])}: read_n of ${log(of)} is ${of["n"]}`,
  ],
  seenRaised: (of) => [
    "cassandra",
    `read_audit of ${user(of["sender"])}: seen_n of ${log(of)} is ${of["n"]}`,
  ],
  blobApplied: (of) => ["s3", `blob ${of["blob"]} stands`],
  presenceApplied: (of) => [
    "redis",
    of["released"] === 1
      ? `${user(of["user"])} is released, epoch ${of["rank"]}`
      : `${user(of["user"])} is on ${nodeName(of["node"])}, epoch ${of["rank"]}`,
  ],
  presenceWiped: () => ["redis", "is wiped"],
  deliverAnswered: (of) => [
    nodeName(of["node"]),
    `answers that ${user(of["user"])} has it, epoch ${of["rank"]}`,
  ],
  scanRow: (of) => [
    "scan",
    `communication holds ${message(of)} from ${user(of["from"])}, ${content(of)}`,
  ],
  scanUnread: (of) => [
    "scan",
    `unread_audit of ${user(of["user"])}: ${log(of)} of ${user(of["from"])}, sent_n ${of["sentN"]}, read_n ${of["readN"]}`,
  ],
  scanReceipt: (of) => [
    "scan",
    `read_audit of ${user(of["sender"])}: ${log(of)} to ${user(of["reader"])}, read_n ${of["readN"]}, seen_n ${of["seenN"]}`,
  ],
  scanBlob: (of) => [
    "scan",
    `blob ${of["blob"]} of chat ${of["chat"]} belongs to ${user(of["owner"])}`,
  ],
  scanFriend: (of) => [
    "scan",
    `${user(of["user"])} has friend ${user(of["friend"])}, chat ${of["chat"]}${of["underCurrentMasterKey"] === 1 ? "" : ", its key under an old master key"}`,
  ],
  scanEnded: () => ["scan", "ends"],
} as const satisfies Partial<Record<HistoryEvent, Words>>;

/** Complete: an event without words does not compile. */
const HISTORY_WORDS: Readonly<Record<HistoryEvent, Words>> = {
  ...HARNESS_WORDS,
  ...DEVICE_WORDS,
  ...STORE_WORDS,
};

export function historyWords(event: string, of: Numbers, names: TraceNames): Told {
  if (!Object.hasOwn(HISTORY_WORDS, event)) throw new Error(`not an event of a history: ${event}`);
  return HISTORY_WORDS[event as HistoryEvent](of, names);
}
