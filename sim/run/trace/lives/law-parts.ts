// What the laws share: looking things up among the facts of one life, and saying when something was.
import { num, str, type Fact } from "./fact.ts";

/** 1:02.345678, the microseconds for what happens within a millisecond. */
export function at(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const clock =
    hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
  return `${clock}.${String(Math.floor((us % 1_000_000) / 1000)).padStart(3, "0")}`;
}

export function isCall(fact: Fact, op: string): boolean {
  return fact.e === "call" && str(fact, "op") === op;
}

export function isCallEnd(fact: Fact, op: string): boolean {
  return fact.e === "call-end" && str(fact, "op") === op;
}

/** Whether the node was killed or drained between the two. */
export function diedBetween(
  facts: readonly Fact[],
  node: number,
  fromUs: number,
  toUs: number,
): Fact | undefined {
  return facts.find(
    (fact) =>
      fact.e === "nodeDown" && num(fact, "node") === node && fact.t >= fromUs && fact.t <= toUs,
  );
}

/** The times from connecting to the end of the connection, of a person on a node. */
export interface Stay {
  readonly user: number;
  readonly node: number;
  readonly session: number;
  readonly fromUs: number;
  readonly syncedUs: number;
  readonly toUs: number;
}

export function staysOf(facts: readonly Fact[], user: number): Stay[] {
  return facts
    .filter((fact) => fact.e === "connected" && num(fact, "user") === user)
    .map((fact) => {
      const session = num(fact, "session");
      const when = (e: string): number =>
        facts.find((other) => other.e === e && num(other, "session") === session)?.t ?? Infinity;
      const node = num(fact, "node");
      const died = facts.find(
        (other) => other.e === "nodeDown" && num(other, "node") === node && other.t >= fact.t,
      );
      const toUs = Math.min(when("closed"), died?.t ?? Infinity);
      return { user, node, session, fromUs: fact.t, syncedUs: when("synced"), toUs };
    });
}

export function endOf(facts: readonly Fact[], call: Fact): Fact | undefined {
  const id = num(call, "id");
  return facts.find(
    (fact) => (fact.e === "call-end" || fact.e === "ask-end") && num(fact, "id") === id,
  );
}

/** How a call went, for the end of a sentence. */
export function fateOf(facts: readonly Fact[], call: Fact | undefined): string {
  if (call === undefined) return "was never asked for";
  const end = endOf(facts, call);
  if (end !== undefined)
    return `was begun at ${at(call.t)} by node-${num(call, "node")} and ended ${str(end, "outcome")}`;
  const died = diedBetween(facts, num(call, "node"), call.t, Infinity);
  if (died === undefined) return `was begun at ${at(call.t)} and has no end`;
  return `was begun at ${at(call.t)}; node-${num(call, "node")} died at ${at(died.t)} before it ended`;
}
