// The part of AsyncAPI 3.0 that this project's document uses, as a closed schema: what is wrong with a document
// is named by its path. Extensions (x-…) are free, as the specification has it.
import Type from "typebox";
import { Compile } from "typebox/compile";

const ref = Type.Object({ $ref: Type.String({ pattern: "^#/" }) }, { additionalProperties: false });
const named = <T extends Parameters<typeof Type.Record>[1]>(value: T) =>
  Type.Record(Type.String({ pattern: "^[A-Za-z0-9_.-]+$" }), value);

const strict = <P extends Parameters<typeof Type.Object>[0]>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

const message = strict({
  name: Type.String(),
  summary: Type.String(),
  contentType: Type.Literal("application/json"),
  payload: Type.Object({ type: Type.Literal("object") }),
});

const operation = strict({
  action: Type.Enum(["send", "receive"]),
  channel: ref,
  summary: Type.Optional(Type.String()),
  messages: Type.Array(ref),
  reply: Type.Optional(strict({ channel: ref, messages: Type.Array(ref) })),
});

const channel = strict({
  address: Type.String({ pattern: "^/" }),
  description: Type.Optional(Type.String()),
  servers: Type.Array(ref),
  bindings: Type.Object({ ws: Type.Object({ bindingVersion: Type.Literal("0.1.0") }) }),
  messages: named(ref),
});

const DOCUMENT = strict({
  asyncapi: Type.Literal("3.0.0"),
  info: strict({
    title: Type.String(),
    version: Type.String(),
    license: strict({ name: Type.String() }),
    description: Type.String(),
  }),
  defaultContentType: Type.String(),
  servers: named(
    strict({ host: Type.String(), protocol: Type.Literal("ws"), description: Type.String() }),
  ),
  channels: named(channel),
  operations: named(operation),
  components: strict({ messages: named(message) }),
});

export function asyncApiFaults(document: object): string[] {
  const plain = Object.fromEntries(
    Object.entries(document).filter(([key]) => !key.startsWith("x-")),
  );
  const check = Compile(DOCUMENT);
  const shape = check
    .Errors(plain)
    .map((fault) => `${fault.instancePath} ${fault.message} ${JSON.stringify(fault.params)}`);
  return [...shape, ...deadReferences(document, plain)];
}

function deadReferences(root: object, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => deadReferences(root, each));
  if (typeof value !== "object" || value === null) return [];
  if ("$ref" in value) {
    const target = String(value.$ref);
    return resolve(root, target) === undefined ? [`${target} leads nowhere`] : [];
  }
  return Object.values(value).flatMap((each) => deadReferences(root, each));
}

function resolve(root: object, pointer: string): unknown {
  let at: unknown = root;
  for (const step of pointer.slice(2).split("/"))
    at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[step] : undefined;
  return at;
}
