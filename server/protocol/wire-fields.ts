// The fields that frames share on the wire, each with its bounds. Ids are numbers, ciphertext is base64.
import Type from "typebox";

const ID_MAX = 0xffff_ffff_ffff;
const TIME_MAX = 1e13;
const N_MAX = 0xff_ffff_ffff;

export const userField = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "a person",
});
export const deviceField = Type.Integer({
  minimum: 1,
  maximum: ID_MAX,
  description: "48 bits, belongs to one user for ever",
});
export const chatField = Type.Integer({
  minimum: 1,
  maximum: ID_MAX,
  description: "48 bits, one friendship",
});
export const nField = Type.Integer({
  minimum: 1,
  maximum: N_MAX,
  description: "place in its log, from 1, without gaps",
});
export const startField = Type.Integer({ minimum: 0, maximum: N_MAX });
export const timeField = Type.Integer({
  minimum: 0,
  maximum: TIME_MAX,
  description: "milliseconds since the Unix epoch",
});
export const countField = Type.Integer({ minimum: 0, maximum: 1e10 - 1 });
export const keyVersionField = Type.Integer({ minimum: 0, maximum: 1e6 });
export const kindField = Type.Enum(["text", "image", "voice", "file", "void"]);
export const stateField = Type.Enum(["online", "offline", "unknown"]);
export const blobField = Type.String({
  pattern: "^[0-9a-f]{32}$",
  description: "name of a picture, voice or file",
});
/** Checked by whoever reads it: base64 text live, a descriptor in a simulation. */
export const opaqueField = Type.Unknown({
  contentEncoding: "base64",
  description: "ciphertext",
});
export const epochField = Type.String({ minLength: 0, maxLength: 40 });

export const messageFields = {
  chat: chatField,
  n: nField,
  sentAt: timeField,
  kind: kindField,
  keyVersion: keyVersionField,
  body: Type.Optional(opaqueField),
  url: Type.Optional(blobField),
  thumbnail: Type.Optional(opaqueField),
};

/** A frame: nothing but the named fields. */
export function frame<P extends Parameters<typeof Type.Object>[0]>(type: string, fields: P) {
  return Type.Object({ type: Type.Literal(type), ...fields }, { additionalProperties: false });
}
