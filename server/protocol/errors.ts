// The one table of errors and close codes. `definite`: the request surely did not happen. `retry`: what the
// device may do with the same request.

export type CloseCode = 4401 | 4408 | 4409 | 4429 | 4503;

export interface CloseRow {
  readonly code: CloseCode;
  readonly name: string;
  /** Whether the device reconnects by itself. */
  readonly reconnect: boolean;
  readonly text: string;
}
export const CLOSE_CODES: readonly CloseRow[] = [
  {
    code: 4401,
    name: "unauthorised",
    reconnect: false,
    text: "the token is missing, wrong or expired",
  },
  {
    code: 4408,
    name: "heartbeat missed",
    reconnect: true,
    text: "nothing was heard for 60 s",
  },
  {
    code: 4409,
    name: "replaced",
    reconnect: false,
    text: "a newer sign-in of this user exists; the reason names its device",
  },
  {
    code: 4429,
    name: "too slow or too fast",
    reconnect: true,
    text: "the client's queue overflowed, or it sent too much",
  },
  {
    code: 4503,
    name: "draining or fenced",
    reconnect: true,
    text: "the node goes away or lost ownership; another one will serve",
  },
];

export interface ErrorRow {
  readonly code: string;
  readonly close?: CloseCode;
  readonly definite: boolean;
  readonly retry: "no" | "later" | "corrected";
  readonly text: string;
}
export const ERRORS = [
  {
    code: "bad-frame",
    close: 4429,
    definite: true,
    retry: "no",
    text: "the frame does not match the schema",
  },
  {
    code: "unauthorised",
    close: 4401,
    definite: true,
    retry: "no",
    text: "no valid token",
  },
  {
    code: "not-connected",
    definite: true,
    retry: "later",
    text: "the session is not open yet",
  },
  {
    code: "not-friends",
    definite: true,
    retry: "no",
    text: "the chat is not one of this user's",
  },
  {
    code: "unknown-log",
    definite: true,
    retry: "no",
    text: "the log does not exist",
  },
  {
    code: "too-large",
    definite: true,
    retry: "no",
    text: "body, thumbnail or picture above its limit",
  },
  {
    code: "clock-ahead",
    definite: true,
    retry: "corrected",
    text: "sentAt is more than 60 s ahead of the node",
  },
  {
    code: "gap",
    definite: true,
    retry: "corrected",
    text: "n is not the next one; `expected` names it",
  },
  {
    code: "forked",
    definite: true,
    retry: "no",
    text: "other bytes stand under this n: the device must take a new id",
  },
  {
    code: "no-blob",
    definite: true,
    retry: "no",
    text: "the named blob is not stored, of another chat or of another sender",
  },
  {
    code: "blob-expired",
    definite: true,
    retry: "no",
    text: "the named blob is older than 7 days",
  },
  {
    code: "beyond-log",
    definite: true,
    retry: "no",
    text: "n is above what the log holds",
  },
  {
    code: "unavailable",
    definite: true,
    retry: "later",
    text: "a store does not answer; nothing was written",
  },
  {
    code: "busy",
    definite: true,
    retry: "later",
    text: "too much is under way, of this session or of the whole node",
  },
  {
    code: "rate",
    close: 4429,
    definite: true,
    retry: "later",
    text: "above the rate limit",
  },
  {
    code: "no-such-user",
    definite: true,
    retry: "no",
    text: "befriend or accept names no possible user, or oneself",
  },
  {
    code: "no-request",
    definite: true,
    retry: "no",
    text: "accept without a pending request",
  },
  {
    code: "internal",
    definite: false,
    retry: "later",
    text: "a defect; the outcome is not known",
  },
] as const satisfies readonly ErrorRow[];
export type ErrorCode = (typeof ERRORS)[number]["code"];
