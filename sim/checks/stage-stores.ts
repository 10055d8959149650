// The stage that follows what the store models and the final scan say of each log. Hears every event
// before the rules do; judges nothing.
import { KIND, type HistoryListener } from "../history/history.ts";
import type { Facts } from "./facts.ts";
import { scanOf } from "./log-table.ts";
import { FLAG } from "./message-table.ts";

export class StoresStage implements HistoryListener {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  // ── the stores
  rowApplied(_t: number, chat: number, device: number, n: number, kind: number): void {
    const log = this.#facts.point(chat, device, n, true);
    const { row, messages } = this.#facts;
    if (row < 0) return;
    messages.flags[row]! |= kind === KIND.void ? FLAG.applied | FLAG.voidApplied : FLAG.applied;
    let through = log.appliedThroughN;
    const rows = log.rows;
    while (through < rows.length && (messages.flags[rows[through]!]! & FLAG.applied) !== 0) {
      through += 1;
    }
    log.appliedThroughN = through;
  }

  sentRaised(_t: number, _recipient: number, chat: number, device: number, n: number): void {
    const log = this.#facts.point(chat, device, n, false);
    this.#facts.beforeN = log.sentRaisedN;
    log.sentRaisedN = n;
  }

  readRaised(_t: number, _reader: number, chat: number, device: number, n: number): void {
    const log = this.#facts.point(chat, device, n, false);
    this.#facts.beforeN = log.readRaisedN;
    log.readRaisedN = n;
  }

  receiptRaised(_t: number, _sender: number, chat: number, device: number, n: number): void {
    const log = this.#facts.point(chat, device, n, false);
    this.#facts.beforeN = log.receiptRaisedN;
    log.receiptRaisedN = n;
  }

  seenRaised(_t: number, _sender: number, chat: number, device: number, n: number): void {
    const log = this.#facts.point(chat, device, n, false);
    this.#facts.beforeN = log.seenRaisedN;
    log.seenRaisedN = n;
  }

  // ── the scan
  scanRow(
    _t: number,
    chat: number,
    _from: number,
    device: number,
    n: number,
    _content: number,
    kind: number,
  ): void {
    this.#facts.point(chat, device, n, true);
    const { row, messages } = this.#facts;
    if (row < 0) return;
    messages.flags[row]! |= kind === KIND.void ? FLAG.scannedVoid : FLAG.scanned;
  }

  scanUnread(
    _t: number,
    _user: number,
    chat: number,
    device: number,
    _from: number,
    sentN: number,
    readN: number,
  ): void {
    const scan = scanOf(this.#facts.logOf(chat, device));
    scan.sentN = sentN;
    scan.readN = readN;
  }

  scanReceipt(
    _t: number,
    _sender: number,
    chat: number,
    device: number,
    _reader: number,
    readN: number,
    _readAt: number,
    seenN: number,
  ): void {
    const scan = scanOf(this.#facts.logOf(chat, device));
    scan.receiptReadN = readN;
    scan.receiptSeenN = seenN;
  }

  scanEnded(): void {
    this.#facts.scanned = true;
  }
}
