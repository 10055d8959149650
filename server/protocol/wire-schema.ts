// The whole wire in one schema a direction: the source of validation, and of the published documents.
import { Compile } from "typebox/compile";
import { CLIENT_FRAMES } from "./wire-client.ts";
import { SERVER_FRAMES } from "./wire-server.ts";

export const WIRE_SCHEMA = { client: CLIENT_FRAMES, server: SERVER_FRAMES } as const;

interface Checker {
  Check(value: unknown): boolean;
}

/** One compiled check a frame type, made at its first use. */
export class FrameChecker {
  #schemas: Readonly<Record<string, object>>;
  #checks = new Map<string, Checker>();

  constructor(schemas: Readonly<Record<string, object>>) {
    this.#schemas = schemas;
  }

  /** Whether the value is a frame of this direction. */
  check(value: unknown): value is { readonly type: string } {
    if (typeof value !== "object" || value === null || !("type" in value)) return false;
    const type = value.type;
    if (typeof type !== "string" || !Object.hasOwn(this.#schemas, type)) return false;
    let check = this.#checks.get(type);
    if (check === undefined) {
      check = Compile(this.#schemas[type]!);
      this.#checks.set(type, check);
    }
    return check.Check(value);
  }
}
