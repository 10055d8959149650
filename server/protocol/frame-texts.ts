// What each frame is for, in one sentence, and what answers a request: the words of the published documents.
import type { ClientFrame, ServerFrame } from "./frames.ts";

export interface FrameText {
  readonly text: string;
  /** Frames that end this request; none where it is not answered. */
  readonly answers?: readonly ServerFrame["type"][];
}

export const CLIENT_TEXTS: Readonly<Record<ClientFrame["type"], FrameText>> = {
  connect: {
    text: "The first frame. `counter` is higher than in every connection of this device before.",
    answers: ["connected"],
  },
  have: {
    text: "Directly after `connect`: highest n held of each friend's log, in pages; `more: false` ends it.",
    answers: ["synced"],
  },
  befriend: {
    text: "Asks a person to be a friend. Done when a change of the roster comes, which may be empty.",
    answers: ["roster", "refused", "unsure"],
  },
  accept: {
    text: "Accepts a request. Done when a change of the roster brings the friend, the chat and its key.",
    answers: ["roster", "refused", "unsure"],
  },
  send: {
    text: "One message: the next n of this device's log in the chat, or a repeat of an earlier one, unchanged.",
    answers: ["sent", "refused", "unsure"],
  },
  received: {
    text: "Everything of this log up to n has arrived. Cumulative; makes room in the window. Not answered.",
  },
  read: {
    text: "The person has read this log up to n. Cumulative; `readAt` is the same in every repeat.",
    answers: ["read-ok", "refused", "unsure"],
  },
  "receipt-ok": {
    text: "The receipt was shown. Answered only where it failed: then repeat it.",
    answers: ["refused"],
  },
  history: {
    text: "One page of a chat's past, newest first, before a position; without `before`, from the end.",
    answers: ["history", "refused"],
  },
  ping: {
    text: "Every `heartbeatMs`; no `pong` within 10 s means that the connection is dead.",
    answers: ["pong"],
  },
};

export const SERVER_TEXTS: Readonly<Record<ServerFrame["type"], FrameText>> = {
  connected: { text: "The session is open. `serverTime` corrects the device's clock." },
  roster: {
    text: "Friends with their chats and keys, and requests that wait. First all, in pages up to `more: false`; later what changed.",
  },
  sent: { text: "The message is stored and will reach its recipient." },
  refused: {
    text: "The request surely did nothing (unless the code's *definite* says otherwise). `expected` comes with `gap`.",
  },
  unsure: { text: "The request may have been done: repeat it unchanged." },
  log: {
    text: "From here on this log's messages come without a gap from `start` + 1.",
  },
  message: { text: "A friend's message, the next n of its log." },
  "read-ok": { text: "The reading is stored." },
  receipt: {
    text: "The friend has read this user's own log up to n. Answer `receipt-ok` each time, show it once.",
  },
  synced: { text: "Everything that was missed has been sent. From here on the session is live." },
  history: { text: "The page that was asked for under `id`." },
  pong: { text: "The answer to `ping`." },
  presence: {
    text: "A friend came or went. One with a lower epoch than the last one of this friend is ignored.",
  },
  "going-away": {
    text: "The node is about to stop: connect anew at a random moment within the first half of `withinMs`.",
  },
};
