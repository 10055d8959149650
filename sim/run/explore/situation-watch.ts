// Recognises the named situations of a run in its history and in the nodes' trace events. It is told of everything
// that it needs by run-watch.ts, and counts.
import { DOWNLOAD, KIND, OUTCOME, STATE } from "../../history/history.ts";
import type { TraceEvent } from "../../../server/ports/trace-sink.ts";
import { SITUATION_NAMES, type SituationName } from "./situations.ts";

const PAGE = 100;
const MANY = 10;
const SECOND_US = 1_000_000;
const OF_TRACE: Partial<Record<TraceEvent, SituationName>> = {
  unsure: "unsure_answered",
  refused: "refused_answered",
  "not-owner": "not_owner_answered",
  "window-full": "window_full",
  fenced: "fenced_on_evidence",
  "lease-failed": "lease_failed",
  "claim-replaced": "claim_replaced",
  rewrapped: "key_rewrapped",
  "row-lost": "row_lost",
  "tail-read": "tail_read",
  "slow-client": "slow_client",
};
const OF_CLOSE: Readonly<Record<number, SituationName>> = {
  4409: "replaced",
  4429: "too_slow",
  4503: "fenced_or_draining",
};

interface Session {
  readonly user: number;
  readonly node: number;
  synced: boolean;
  received: number;
  /** "chat/device" -> messages of the backlog. */
  readonly ofLog: Map<number, number>;
}

interface SentFrame {
  session: number;
  node: number;
  unknown: boolean;
}

export class SituationWatch {
  readonly counts: Record<SituationName, number>;
  readonly #sessions = new Map<number, Session>();
  readonly #sessionOf = new Map<number, number>();
  readonly #sends = new Map<number, SentFrame>();
  readonly #receipts = new Set<number>();
  /** Operation -> who accepts. */
  readonly #accepting = new Map<number, number>();
  readonly #requests = new Map<number, Set<number>>();
  readonly #nodeDownT = new Map<number, number>();
  readonly #nodesUp = new Set<number>();
  #lastRow = { t: -1, chat: 0, device: 0 };
  #faults = 0;

  constructor() {
    const zero = SITUATION_NAMES.map((name) => [name, 0]);
    this.counts = Object.fromEntries(zero) as Record<SituationName, number>;
  }

  trace(event: TraceEvent): void {
    const name = OF_TRACE[event];
    if (name !== undefined) this.counts[name] += 1;
  }

  connected(user: number, session: number, node: number): void {
    const ofLog = new Map<number, number>();
    this.#sessions.set(session, { user, node, synced: false, received: 0, ofLog });
    this.#sessionOf.set(user, session);
  }

  synced(session: number): void {
    const known = this.#sessions.get(session);
    if (known === undefined || known.synced) return;
    known.synced = true;
    if (known.received > MANY) this.counts.catch_up_of_many += 1;
    for (const messages of known.ofLog.values()) if (messages > PAGE) this.counts.long_backlog += 1;
  }

  closed(session: number, code: number): void {
    this.#sessions.delete(session);
    const name = OF_CLOSE[code];
    if (name !== undefined) this.counts[name] += 1;
  }

  signedIn(fresh: number): void {
    if (fresh === 1) this.counts.reinstalled += 1;
  }

  signedOut(t: number, user: number): void {
    const session = this.#sessions.get(this.#sessionOf.get(user) ?? 0);
    const node = session?.node ?? -1;
    if (t - (this.#nodeDownT.get(node) ?? -Infinity) <= SECOND_US) this.counts.gone_with_node += 1;
  }

  nodeUp(node: number): void {
    this.#nodesUp.add(node);
  }

  nodeDown(t: number, node: number, planned: number): void {
    this.#nodesUp.delete(node);
    if (this.#nodesUp.size === 0) this.counts.all_nodes_down += 1;
    if (planned === 1) return;
    this.#nodeDownT.set(node, t);
    for (const session of this.#sessions.values())
      if (session.node === node && !session.synced) this.counts.killed_in_login += 1;
    for (const frame of this.#sends.values())
      if (frame.node === node && !frame.unknown) this.counts.killed_in_mid_send += 1;
  }

  faultBegan(kind: string): void {
    this.#faults += 1;
    if (this.#faults >= 2) this.counts.two_faults += 1;
    if (this.#faults >= 4) this.counts.four_faults += 1;
    if (kind === "wipe" && this.#sessions.size > MANY) this.counts.wiped_while_online += 1;
  }

  faultEnded(): void {
    this.#faults -= 1;
  }

  sendFrame(message: number, session: number): void {
    const node = this.#sessions.get(session)?.node ?? -1;
    const before = this.#sends.get(message);
    if (before === undefined) {
      this.#sends.set(message, { session, node, unknown: false });
      return;
    }
    this.counts.send_repeated += 1;
    if (before.node >= 0 && node >= 0 && before.node !== node) this.counts.repeat_across_nodes += 1;
    before.node = node;
    before.session = session;
  }

  sendEnded(message: number, outcome: number): void {
    const frame = this.#sends.get(message);
    if (outcome === OUTCOME.unknown) {
      if (frame !== undefined) frame.unknown = true;
      return;
    }
    if (outcome === OUTCOME.ok && frame?.unknown === true) this.counts.confirmed_after_unknown += 1;
    this.#sends.delete(message);
  }

  messageFrame(session: number, log: number, kind: number): void {
    if (kind === KIND.void) this.counts.void_received += 1;
    const known = this.#sessions.get(session);
    if (known === undefined || known.synced) return;
    known.received += 1;
    known.ofLog.set(log, (known.ofLog.get(log) ?? 0) + 1);
  }

  deliverAnswered(user: number): void {
    const session = this.#sessions.get(this.#sessionOf.get(user) ?? 0);
    if (session?.synced === false) this.counts.deliver_during_login += 1;
  }

  receiptFrame(receipt: number): void {
    if (this.#receipts.has(receipt)) this.counts.receipt_repeated += 1;
    else this.#receipts.add(receipt);
  }

  presenceShown(state: number): void {
    if (state === STATE.unknown) this.counts.presence_unknown += 1;
  }

  rowApplied(t: number, chat: number, device: number, kind: number): void {
    if (kind === KIND.void) {
      this.counts.void_written += 1;
      return;
    }
    const last = this.#lastRow;
    if (last.t === t && last.chat === chat && last.device === device) this.counts.batch += 1;
    this.#lastRow = { t, chat, device };
  }

  requestShown(user: number, from: number): void {
    let asked = this.#requests.get(user);
    if (asked === undefined) this.#requests.set(user, (asked = new Set<number>()));
    asked.add(from);
  }

  /** Both have seen the other's request, and both answers are under way. */
  acceptBegan(operation: number, user: number): void {
    const asked = this.#requests.get(user);
    for (const other of this.#accepting.values())
      if (asked?.has(other) === true && this.#requests.get(other)?.has(user) === true)
        this.counts.mutual_accept += 1;
    this.#accepting.set(operation, user);
  }

  operationEnded(operation: number): void {
    this.#accepting.delete(operation);
  }

  historyPage(more: number): void {
    if (more === 1) this.counts.history_of_many_pages += 1;
  }

  uploaded(outcome: number): void {
    if (outcome !== OUTCOME.ok) this.counts.upload_failed += 1;
  }

  downloaded(result: number, member: number): void {
    if (member === 1 && result !== DOWNLOAD.intact) this.counts.download_failed += 1;
  }

  plantedBlobSend(outcome: number): void {
    if (outcome === OUTCOME.refused) this.counts.old_blob_refused += 1;
  }
}
