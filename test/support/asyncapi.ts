// The wire as an AsyncAPI 3 document, from the side of a client: schemas from server/protocol, words from
// frame-texts.ts and server/CLIENTS.md.
import { CLOSE_CODES, ERRORS } from "../../server/protocol/errors.ts";
import { CLIENT_TEXTS, type FrameText, SERVER_TEXTS } from "../../server/protocol/frame-texts.ts";
import {
  ADDITIONAL_DATA_LAYOUT,
  NONCE_LAYOUT,
  SEALED_KINDS,
} from "../../server/protocol/sealing.ts";
import { FRAME_BYTES_MAX, SUBPROTOCOL, WIRE_HISTORY } from "../../server/protocol/version.ts";
import { WIRE_SCHEMA } from "../../server/protocol/wire-schema.ts";
import { BLOB_PATHS } from "./blob-paths.ts";
import { blobVector, messageVector } from "./worked-example.ts";

type Json = Record<string, unknown>;

const CHANNEL = { $ref: "#/channels/session" };
const messageRef = (id: string): Json => ({ $ref: `#/channels/session/messages/${id}` });

/** Message ids: `history` goes both ways. */
const clientId = (type: string): string => `client.${type}`;
const serverId = (type: string): string => `node.${type}`;

/** Ciphertext is checked by its reader in the code, so that a simulation may put descriptors there; here it is text. */
function published(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(published);
  if (typeof schema !== "object" || schema === null) return schema;
  const out: Json = "contentEncoding" in schema ? { type: "string" } : {};
  for (const [key, value] of Object.entries(schema)) out[key] = published(value);
  return out;
}

function messages(
  schemas: object,
  texts: Readonly<Record<string, FrameText>>,
  id: (type: string) => string,
): Json {
  const out: Json = {};
  for (const [type, schema] of Object.entries(schemas))
    out[id(type)] = {
      name: type,
      summary: texts[type]!.text,
      contentType: "application/json",
      payload: published(schema),
    };
  return out;
}

function operations(): Json {
  const out: Json = {};
  for (const [type, { text, answers }] of Object.entries(CLIENT_TEXTS)) {
    const operation: Json = {
      action: "send",
      channel: CHANNEL,
      summary: text,
      messages: [messageRef(clientId(type))],
    };
    if (answers !== undefined)
      operation["reply"] = {
        channel: CHANNEL,
        messages: answers.map((answer) => messageRef(serverId(answer))),
      };
    out[`send.${type}`] = operation;
  }
  const unasked = Object.keys(SERVER_TEXTS);
  out["receive"] = {
    action: "receive",
    channel: CHANNEL,
    summary: "Whatever a node sends, in the order in which it was sent.",
    messages: unasked.map((type) => messageRef(serverId(type))),
  };
  return out;
}

/** `guide` is the text of server/CLIENTS.md. */
export function asyncApi(guide: string): Json {
  const client = messages(WIRE_SCHEMA.client, CLIENT_TEXTS, clientId);
  const server = messages(WIRE_SCHEMA.server, SERVER_TEXTS, serverId);
  const ids = [...Object.keys(client), ...Object.keys(server)];
  const latest = WIRE_HISTORY[WIRE_HISTORY.length - 1]!;
  return {
    asyncapi: "3.0.0",
    info: {
      title: "chatquake: the protocol between a client and a node",
      version: `${latest.version}.0.0`,
      license: { name: "MIT" },
      description: guide,
    },
    defaultContentType: "application/json",
    servers: {
      node: { host: "127.0.0.1:7420", protocol: "ws", description: "Any node, or the balancer." },
    },
    channels: {
      session: {
        address: "/v1/ws",
        description: `One signed-in connection. Frames are text, at most ${FRAME_BYTES_MAX} bytes.`,
        servers: [{ $ref: "#/servers/node" }],
        bindings: {
          ws: {
            method: "GET",
            headers: {
              type: "object",
              required: ["Sec-WebSocket-Protocol"],
              properties: { "Sec-WebSocket-Protocol": { type: "string", const: SUBPROTOCOL } },
            },
            bindingVersion: "0.1.0",
          },
        },
        messages: Object.fromEntries(
          ids.map((id) => [id, { $ref: `#/components/messages/${id}` }]),
        ),
      },
    },
    operations: operations(),
    components: { messages: { ...client, ...server } },
    "x-close-codes": CLOSE_CODES,
    "x-errors": ERRORS,
    "x-sealing": {
      nonce: NONCE_LAYOUT,
      additionalData: ADDITIONAL_DATA_LAYOUT,
      kinds: SEALED_KINDS,
      messageVector: messageVector(),
      blobVector: blobVector(),
    },
    "x-http": BLOB_PATHS,
  };
}
