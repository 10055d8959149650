// What a node may send, frame by frame.
import Type from "typebox";
import { ERRORS } from "./errors.ts";
import { CLIENT_FRAMES } from "./wire-client.ts";
import {
  chatField,
  countField,
  deviceField,
  epochField,
  frame,
  keyVersionField,
  messageFields,
  nField,
  startField,
  stateField,
  timeField,
  userField,
} from "./wire-fields.ts";

const logFields = { chat: chatField, device: deviceField, n: nField };
const durationField = Type.Integer({ minimum: 0, maximum: 1e9, description: "milliseconds" });

const requestRef = Type.Object(
  {
    type: Type.Enum(Object.keys(CLIENT_FRAMES)),
    chat: Type.Optional(chatField),
    device: Type.Optional(deviceField),
    n: Type.Optional(nField),
    user: Type.Optional(Type.Integer()),
    id: Type.Optional(countField),
  },
  { additionalProperties: false },
);
const rosterFriend = Type.Object(
  {
    user: userField,
    chat: chatField,
    key: Type.String(),
    keyVersion: keyVersionField,
    state: stateField,
    lastSeen: timeField,
  },
  { additionalProperties: false },
);
const historyRow = Type.Object(
  { ...messageFields, from: userField, device: deviceField },
  { additionalProperties: false },
);

export const SERVER_FRAMES = {
  connected: frame("connected", {
    session: Type.Integer(),
    epoch: epochField,
    serverTime: timeField,
    heartbeatMs: durationField,
    window: Type.Integer({ minimum: 1 }),
    reconnect: Type.Object(
      { baseMs: durationField, capMs: durationField },
      { additionalProperties: false },
    ),
  }),
  roster: frame("roster", {
    friends: Type.Array(rosterFriend),
    requests: Type.Array(userField),
    more: Type.Boolean(),
  }),
  sent: frame("sent", { chat: chatField, n: nField }),
  refused: frame("refused", {
    re: requestRef,
    code: Type.Enum(ERRORS.map((error) => error.code)),
    retryAfterMs: Type.Optional(durationField),
    expected: Type.Optional(nField),
  }),
  unsure: frame("unsure", { re: requestRef }),
  log: frame("log", {
    chat: chatField,
    from: userField,
    device: deviceField,
    start: startField,
  }),
  message: frame("message", { ...messageFields, from: userField, device: deviceField }),
  "read-ok": frame("read-ok", logFields),
  receipt: frame("receipt", { ...logFields, readAt: timeField }),
  synced: frame("synced", {}),
  history: frame("history", {
    id: countField,
    rows: Type.Array(historyRow),
    more: Type.Boolean(),
  }),
  pong: frame("pong", {}),
  presence: frame("presence", {
    user: userField,
    epoch: epochField,
    state: stateField,
    lastSeen: timeField,
  }),
  "going-away": frame("going-away", { withinMs: durationField }),
} as const;
