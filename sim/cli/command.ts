// What a command is: its words, its flags and what it does with them. Everything it needs is in sim/run.
import type { Options } from "yargs";

export type Flags = Readonly<Record<string, unknown>>;

export interface Command {
  readonly name: string;
  /** What follows the name: "<scenario>", "[name]". */
  readonly positional: string;
  readonly describe: string;
  readonly options: Readonly<Record<string, Options>>;
  /** A command line and what it does. */
  readonly example: readonly [line: string, text: string];
  /** The exit code. */
  run(flags: Flags): Promise<number>;
}

/** A flag that cannot be taken as it is: exit code 104. */
export class UsageError extends Error {}

export function text(flags: Flags, name: string): string | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value)) throw new UsageError(`--${name} is given twice`);
  if (value === "") throw new UsageError(`--${name} needs a value`);
  return String(value as string | number | boolean);
}

export function required(flags: Flags, name: string): string {
  const value = text(flags, name);
  if (value === undefined) throw new UsageError(`${name.toUpperCase()} is missing`);
  return value;
}

export function texts(flags: Flags, name: string): readonly string[] {
  const value = flags[name];
  return Array.isArray(value)
    ? value.map(String)
    : value === undefined
      ? []
      : [String(value as string)];
}

export function yes(flags: Flags, name: string): boolean {
  const value = flags[name];
  if (Array.isArray(value)) throw new UsageError(`--${name} is given twice`);
  return value === true;
}

export function whole(flags: Flags, name: string, min: number, max: number): number | undefined {
  const written = text(flags, name);
  if (written === undefined) return undefined;
  const value = /^\d{1,16}$/.test(written) ? Number(written) : NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${written}"`);
}
