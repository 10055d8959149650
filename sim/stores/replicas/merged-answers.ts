// How the answers of several replicas to one read become one, and how a replica that was behind is brought up to it:
// per cell the latest write stands. Which write is the latest is said in message-answers.ts and roster-answers.ts.
import type { StoreCall } from "../store-call.ts";
import {
  BLOB,
  LOGS,
  RECEIPT_ENTRIES,
  ROWS,
  UNREAD_ENTRIES,
  UNREAD_ENTRY,
} from "./message-answers.ts";
import type { MergeRule } from "./merge-rule.ts";
import type { Replica } from "./replica.ts";
import { FRIEND, FRIENDS, FRIENDSHIP, REQUESTS } from "./roster-answers.ts";

/** By port call: what is not here is a write. */
const RULES: ReadonlyMap<string, unknown> = new Map<string, unknown>(
  Object.entries({
    "messages.rows": ROWS,
    "messages.logs": LOGS,
    "messages.unreadEntries": UNREAD_ENTRIES,
    "messages.unreadEntry": UNREAD_ENTRY,
    "messages.receiptEntries": RECEIPT_ENTRIES,
    "messages.blob": BLOB,
    "roster.requests": REQUESTS,
    "roster.friendship": FRIENDSHIP,
    "roster.friends": FRIENDS,
    "roster.friend": FRIEND,
  }),
);

export function isRead(call: StoreCall): boolean {
  return RULES.has(call.bound.operation.portCall);
}

export function mergeAnswers(
  call: StoreCall,
  answers: readonly unknown[],
  replicas: readonly Replica[],
): unknown {
  const rule = ruleOf(call);
  return answers.reduce((one, other) => rule.merge(one, other, call, replicas));
}

export function sameAnswer(call: StoreCall, one: unknown, other: unknown): boolean {
  return ruleOf(call).same(one, other);
}

/** A replica that was behind, brought up to what the others answered. */
export function repairReplica(
  call: StoreCall,
  replica: Replica,
  merged: unknown,
  replicas: readonly Replica[],
): void {
  ruleOf(call).repair(replica, merged, call, replicas);
}

function ruleOf(call: StoreCall): MergeRule<unknown> {
  return RULES.get(call.bound.operation.portCall) as MergeRule<unknown>;
}
