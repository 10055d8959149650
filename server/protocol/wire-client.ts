// What a client may send, frame by frame.
import Type from "typebox";
import { HAVE_LOGS_MAX } from "./version.ts";
import {
  chatField,
  countField,
  deviceField,
  frame,
  messageFields,
  nField,
  startField,
  timeField,
  userField,
} from "./wire-fields.ts";

const logFields = { chat: chatField, device: deviceField, n: nField };
const TOKEN_LENGTH_MAX = 4_096;

export const CLIENT_FRAMES = {
  connect: frame("connect", {
    token: Type.String({ minLength: 1, maxLength: TOKEN_LENGTH_MAX }),
    counter: countField,
  }),
  have: frame("have", {
    logs: Type.Array(Type.Tuple([chatField, deviceField, startField]), {
      maxItems: HAVE_LOGS_MAX,
    }),
    more: Type.Boolean(),
  }),
  befriend: frame("befriend", { user: userField }),
  accept: frame("accept", { user: userField }),
  send: frame("send", messageFields),
  received: frame("received", logFields),
  read: frame("read", { ...logFields, readAt: timeField }),
  "receipt-ok": frame("receipt-ok", logFields),
  history: frame("history", {
    id: countField,
    chat: chatField,
    before: Type.Optional(Type.Tuple([timeField, deviceField, nField])),
    limit: Type.Integer({ minimum: 1, maximum: 1_000 }),
  }),
  ping: frame("ping", {}),
} as const;
