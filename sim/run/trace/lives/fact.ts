// One thing that was seen in a run and concerns a broken rule: an event of the history, a step that a node told, a
// call of a port, a frame that came in. What is said of it in words, and what it proves, others decide.

export type Value = number | string;

/**
 * `e` is the event of the history ("shown"), "node:" and the step of a node ("node:append"), or one of the
 * witness's own: call, call-end, ask, ask-end, came, took, link, closing. Nodes count from 1.
 */
export interface Fact {
  readonly t: number;
  readonly e: string;
  readonly of: Readonly<Record<string, Value>>;
}

/** 0 where the fact has no such number. */
export function num({ of }: Fact, name: string): number {
  const value = of[name];
  return typeof value === "number" ? value : 0;
}

export function str({ of }: Fact, name: string): string {
  const value = of[name];
  return typeof value === "string" ? value : "";
}

/** The device whose log a fact is about. */
export function logDevice(fact: Fact): number {
  return num(fact, "logDevice") || num(fact, "device");
}
