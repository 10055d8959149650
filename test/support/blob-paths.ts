// The HTTP side of a node as an OpenAPI 3.1 fragment: how pictures, voice and files travel.
import { DEFAULT_LIMITS } from "../../server/core/limits.ts";

const json = (description: string) => ({
  description,
  content: { "application/json": { schema: { $ref: "#/components/schemas/Answer" } } },
});

const BINARY = { "application/octet-stream": {} };
const NAME = {
  name: "blob",
  in: "path",
  required: true,
  description: "128 random bits, chosen by the device",
  schema: { type: "string", pattern: "^[0-9a-f]{32}$" },
};

function header(name: string, schema: object, description: string) {
  return { name, in: "header", required: true, description, schema };
}

export const BLOB_PATHS = {
  openapi: "3.1.0",
  info: { title: "chatquake: blobs", version: "1.0.0" },
  security: [{ token: [] }],
  paths: {
    "/blobs/{blob}": {
      parameters: [NAME],
      put: {
        summary: "Stores the whole file or nothing, if the name is free.",
        parameters: [
          header("x-chat", { type: "integer", minimum: 1 }, "the chat it belongs to"),
          header("x-sha256", { type: "string", pattern: "^[0-9a-f]{64}$" }, "of the file"),
          header(
            "content-length",
            { type: "integer", minimum: 1, maximum: DEFAULT_LIMITS.blobBytesMax },
            "bytes",
          ),
        ],
        requestBody: { required: true, content: BINARY },
        responses: {
          "200": json("It was there already, with these bytes."),
          "201": json("Stored."),
          "400": json("A name or header is wrong."),
          "401": json("No valid token."),
          "403": json("The chat is not one of this user's."),
          "409": json("Other bytes stand under this name."),
          "411": json("No content-length: nothing says how much is to come."),
          "413": json("Too large."),
          "503": json("Surely not stored: repeat it under the same name."),
          "504": json("Perhaps stored: repeat it under the same name."),
        },
      },
      get: {
        summary: "The file. Membership is checked anew at each request.",
        responses: {
          "200": {
            description: "The file.",
            headers: { "x-sha256": { schema: { type: "string" } } },
            content: BINARY,
          },
          "401": json("No valid token."),
          "403": json("The chat is not one of this user's."),
          "404": json("There is none."),
          "503": json("Later."),
        },
      },
    },
  },
  components: {
    securitySchemes: { token: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    schemas: {
      Answer: {
        type: "object",
        properties: {
          code: { type: "string", description: "why not" },
          sha256: { type: "string", description: "of what is stored" },
        },
      },
    },
  },
};
