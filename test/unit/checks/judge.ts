// Judges a hand-written history by one rule: the hub, the stages and all rules stand as in a run. The
// Story knows two friends: user 1 on device 11 writes to user 2 on device 22 in chat 100.
import { createChecks } from "../../../sim/checks/registry.ts";
import type { CheckScenario, FaultFact } from "../../../sim/checks/context.ts";
import type { RuleId, RuleResult } from "../../../sim/history/checker.ts";
import type { History } from "../../../sim/history/history.ts";
import { createHub } from "../../../sim/history/hub.ts";

export const S = 1_000_000;
export const CHAT = 100;
export const WRITER = 1;
export const READER = 2;
export const W = 11;
export const R = 22;

export interface Setting {
  readonly mode?: "simulated" | "live";
  readonly faults?: readonly Omit<FaultFact, "index" | "name">[];
  readonly complete?: boolean;
  readonly epochMs?: number;
}

/** What all rules say of a history, in their order. */
export function judgeAll(
  tell: (story: Story) => void,
  setting: Setting = {},
): readonly RuleResult[] {
  const scenario: CheckScenario = {
    users: 2,
    nodes: 3,
    faults: (setting.faults ?? []).map((fault, index) => ({ ...fault, index, name: `f${index}` })),
    phases: ["steady"],
    mode: setting.mode ?? "simulated",
    operationDeadlineUs: 30 * S,
    attachmentDeadlineUs: 60 * S,
    ...(setting.epochMs === undefined ? {} : { epochMs: setting.epochMs }),
  };
  const checks = createChecks(scenario);
  tell(new Story(createHub(checks.listeners)));
  return checks.results(setting.complete ?? true);
}

export function judge(
  rule: RuleId,
  tell: (story: Story) => void,
  setting: Setting = {},
): RuleResult {
  const result = judgeAll(tell, setting).find(({ id }) => id === rule);
  if (!result) throw new Error(`no rule ${rule}`);
  return result;
}

/** Steps of a message's life, each at a time of its own; a test tells what it wants otherwise. */
export class Story {
  readonly history: History;

  constructor(history: History) {
    this.history = history;
    history.friendship(0, WRITER, READER, CHAT);
  }

  /** Both friends sign in and are synced within a second. */
  online(t: number): void {
    this.connect(t, WRITER, W, 1, 0);
    this.connect(t, READER, R, 2, 1);
  }

  connect(t: number, user: number, device: number, session: number, node: number): void {
    this.history.signedIn(t, user, device, 0);
    this.reconnect(t, user, device, session, node);
  }

  reconnect(t: number, user: number, device: number, session: number, node: number): void {
    this.history.connecting(t, user, device, session);
    this.history.connected(t + 1000, user, device, session, node);
    this.history.synced(t + 2000, user, device, session);
  }

  invoke(t: number, n: number, content = n, kind = 0, sentAt = 1000 + n): void {
    this.history.sendInvoked(t, WRITER, W, CHAT, n, content, kind, sentAt, t);
    this.history.sendFrame(t, WRITER, W, 1, CHAT, n);
  }

  store(t: number, n: number): void {
    this.history.rowApplied(t, CHAT, W, n, 0);
    this.history.sentRaised(t, READER, CHAT, W, n);
  }

  end(t: number, n: number, outcome: number): void {
    this.history.sendEnded(t, WRITER, W, CHAT, n, outcome);
  }

  /** Taken, stored, marked and confirmed. */
  confirm(t: number, n: number): void {
    this.invoke(t, n);
    this.store(t + 1000, n);
    this.end(t + 2000, n, 0);
  }

  announce(t: number, start: number, session = 2): void {
    this.history.logFrame(t, READER, R, session, CHAT, W, start);
  }

  frame(t: number, n: number, content = n, session = 2, kind = 0): void {
    const sentAt = kind === 4 ? 0 : 1000 + n;
    this.history.messageFrame(t, READER, R, session, CHAT, WRITER, W, n, content, kind, sentAt);
  }

  show(t: number, n: number, content = n, session = 2, kind = 0): void {
    this.history.shown(t, READER, R, session, CHAT, WRITER, W, n, content, kind, 1000 + n);
  }

  deliver(t: number, n: number): void {
    this.frame(t, n);
    this.show(t, n);
  }

  read(t: number, n: number, outcome = 0): void {
    this.history.readInvoked(t, READER, R, CHAT, W, n, 5000);
    this.history.receiptRaised(t, WRITER, CHAT, W, n, 5000);
    this.history.readRaised(t, READER, CHAT, W, n);
    this.history.readEnded(t + 1000, READER, R, CHAT, W, n, outcome);
  }

  receipt(t: number, n: number): void {
    this.history.receiptFrame(t, WRITER, W, 1, CHAT, W, n, 5000);
    this.history.receiptShown(t, WRITER, W, CHAT, W, n, 5000);
    this.history.receiptAcknowledged(t, WRITER, W, CHAT, W, n);
    this.history.seenRaised(t + 1000, WRITER, CHAT, W, n);
  }

  /** Messages 1 to n, each confirmed, shown, read and receipted, all within the first 2 s. */
  exchange(n: number): void {
    this.online(0);
    this.announce(S, 0);
    for (let each = 1; each <= n; each += 1) {
      const t = S + each * 10_000;
      this.confirm(t, each);
      this.deliver(t + 3000, each);
      this.read(t + 4000, each);
      this.receipt(t + 5000, each);
    }
  }

  /** The run ends, without a quiet phase. */
  over(t = 300 * S): void {
    this.history.ended(t);
  }

  presence(t: number, state: number, lastSeenMs = 0, epochMs = 1): void {
    this.history.presenceShown(t, WRITER, READER, state, lastSeenMs, epochMs, W);
  }

  quiet(t: number): void {
    this.history.quietBegan(t, 1);
    this.history.heartbeat(t + 90 * S, WRITER, 1);
    this.history.quietBegan(t + 90 * S, 2);
    this.history.ended(t + 120 * S);
  }

  scanRow(n: number, content = n, kind = 0): void {
    this.history.scanRow(900 * S, CHAT, WRITER, W, n, content, kind, kind === 4 ? 0 : 1000 + n);
  }

  scanUnread(sentN: number, readN: number): void {
    this.history.scanUnread(900 * S, READER, CHAT, W, WRITER, sentN, readN);
  }

  scanReceipt(readN: number, seenN: number): void {
    this.history.scanReceipt(900 * S, WRITER, CHAT, W, READER, readN, 5000, seenN);
  }

  scanned(): void {
    this.history.scanEnded(900 * S);
  }

  /** A quiet phase and the scan of a log of n messages, all read and seen. */
  finish(n: number, quietT = 10 * S): void {
    this.quiet(quietT);
    for (let each = 1; each <= n; each += 1) this.scanRow(each);
    if (n > 0) {
      this.scanUnread(n, n);
      this.scanReceipt(n, n);
    }
    this.scanned();
  }
}
