// The three ways in which a port call, or a device's operation, can end. Everything that crosses a
// process border answers with one of them, within its own deadline.

/** Surely did not happen in any attempt. `code` names why, for the caller's answer and the trace. */
export interface Refused {
  readonly kind: "refused";
  readonly code: string;
}

/** May have happened, may still happen later. */
export interface Unknown {
  readonly kind: "unknown";
}

export interface Ok<T> {
  readonly kind: "ok";
  readonly value: T;
}

export type Outcome<T> = Ok<T> | Refused | Unknown;

export const UNKNOWN: Unknown = Object.freeze({ kind: "unknown" });
export const OK: Ok<undefined> = Object.freeze({
  kind: "ok",
  value: undefined,
});
/** The store could not be reached, or said no before it did anything. */
export const UNAVAILABLE: Refused = Object.freeze({
  kind: "refused",
  code: "unavailable",
});

export function ok<T>(value: T): Ok<T> {
  return { kind: "ok", value };
}
