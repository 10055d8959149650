// The stage that follows each message and its receipt through devices: it sets the cursor and moves the
// watermarks before the rules hear the event. It judges nothing.
import { KIND, OUTCOME, type HistoryListener } from "../history/history.ts";
import type { Facts } from "./facts.ts";
import { copyOf, receiptsOf } from "./log-table.ts";
import { ANSWER, FLAG } from "./message-table.ts";

export class MessagesStage implements HistoryListener {
  readonly #facts: Facts;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  // ── sending
  sendInvoked(
    t: number,
    user: number,
    device: number,
    chat: number,
    n: number,
    content: number,
    kind: number,
    sentAt: number,
  ): void {
    const log = this.#facts.point(chat, device, n, true);
    const facts = this.#facts;
    facts.own(log, user);
    const row = facts.row;
    if (row < 0) return;
    const messages = facts.messages;
    if ((facts.flagsBefore & FLAG.invoked) === 0) {
      messages.flags[row]! |= FLAG.invoked;
      messages.content[row] = content;
      messages.kind[row] = kind;
      messages.sentAt[row] = sentAt;
      messages.invokedT[row] = t;
    } else if (kind !== KIND.void && !messages.attempted(row, content)) {
      messages.flags[row]! |= FLAG.forked;
      const others = messages.others.get(row);
      if (others) others.push(content);
      else messages.others.set(row, [content]);
    }
  }

  sendFrame(_t: number, _user: number, device: number, _s: number, chat: number, n: number): void {
    this.#facts.point(chat, device, n, false);
  }

  sendUnsure(_t: number, _user: number, device: number, _s: number, chat: number, n: number): void {
    this.#facts.point(chat, device, n, false);
  }

  sendEnded(
    t: number,
    _user: number,
    device: number,
    chat: number,
    n: number,
    outcome: number,
  ): void {
    const log = this.#facts.point(chat, device, n, false);
    const facts = this.#facts;
    const row = facts.row;
    if (row < 0) return;
    const messages = facts.messages;
    if (outcome === OUTCOME.ok) {
      if (facts.answerBefore === ANSWER.ok || facts.answerBefore === ANSWER.refused) return;
      messages.answer[row] = ANSWER.ok;
      messages.confirmedT[row] = t;
      if (n > log.confirmedN) log.confirmedN = n;
    } else if (facts.answerBefore === ANSWER.open) {
      messages.answer[row] = outcome === OUTCOME.refused ? ANSWER.refused : ANSWER.unknown;
    } else if (outcome === OUTCOME.refused && facts.answerBefore === ANSWER.unknown) {
      messages.answer[row] = ANSWER.refused;
    }
  }

  blobNamed(_t: number, chat: number, device: number, n: number): void {
    this.#facts.point(chat, device, n, true);
    const { messages, row } = this.#facts;
    if (row >= 0) messages.flags[row]! |= FLAG.named;
  }

  // ── receiving
  haveDeclared(
    _t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void {
    this.#facts.pointCopy(user, device, session, chat, logDevice, n);
    const facts = this.#facts;
    if (facts.stale) return;
    facts.copy!.have = n;
  }

  logFrame(
    _t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    logDevice: number,
    start: number,
  ): void {
    this.#facts.pointCopy(user, device, session, chat, logDevice, 0);
    const facts = this.#facts;
    const copy = facts.copy!;
    facts.beforeN = copy.frameN;
    if (facts.stale) return;
    copy.start = start;
    if (start > copy.frameN) copy.frameN = start;
    if (start > copy.shownN) copy.shownN = start;
  }

  messageFrame(
    _t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    _from: number,
    logDevice: number,
    n: number,
    content: number,
    kind: number,
  ): void {
    this.#facts.pointCopy(user, device, session, chat, logDevice, n);
    const facts = this.#facts;
    const { row, messages } = facts;
    const copy = facts.copy!;
    facts.beforeN = copy.frameN;
    if (row >= 0) {
      if (kind === KIND.void) messages.flags[row]! |= FLAG.voidSeen;
      else if (content >= 0) messages.flags[row]! |= FLAG.received;
    }
    if (facts.stale) return;
    copy.frameN = n;
    // A void is not shown: it moves the watermarks so that what follows it is no hole.
    if (kind === KIND.void && n === copy.shownN + 1) {
      copy.shownN = n;
      if (n > copy.log.shownN) copy.log.shownN = n;
    }
  }

  shown(
    _t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    _from: number,
    logDevice: number,
    n: number,
    _content: number,
    kind: number,
    sentAt: number,
  ): void {
    this.#facts.pointCopy(user, device, session, chat, logDevice, n);
    const facts = this.#facts;
    const { log, row, messages } = facts;
    const copy = facts.copy!;
    facts.beforeN = copy.shownN;
    if (n > copy.shownN) copy.shownN = n;
    if (n > log.shownN) log.shownN = n;
    if (sentAt > copy.sentAtMax) copy.sentAtMax = sentAt;
    if (row < 0) return;
    messages.flags[row]! |= kind === KIND.void ? FLAG.voidSeen : FLAG.shown | FLAG.received;
  }

  historyRow(
    _t: number,
    _operation: number,
    chat: number,
    logDevice: number,
    n: number,
    content: number,
  ): void {
    this.#facts.point(chat, logDevice, n, false);
    const { row, messages } = this.#facts;
    if (row >= 0 && content > 0) messages.flags[row]! |= FLAG.received;
  }

  // ── reading and receipts
  readInvoked(
    _t: number,
    user: number,
    device: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void {
    const log = this.#facts.point(chat, logDevice, n, false);
    const copy = copyOf(log, user, device);
    this.#facts.copy = copy;
    if (n > log.readInvokedN) log.readInvokedN = n;
    if (n > copy.readN) copy.readN = n;
  }

  readEnded(
    _t: number,
    user: number,
    device: number,
    chat: number,
    logDevice: number,
    n: number,
    outcome: number,
  ): void {
    const log = this.#facts.point(chat, logDevice, n, false);
    this.#facts.copy = copyOf(log, user, device);
    if (outcome === OUTCOME.ok && n > log.readConfirmedN) log.readConfirmedN = n;
  }

  receiptFrame(
    _t: number,
    _user: number,
    _device: number,
    _session: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void {
    this.#facts.point(chat, logDevice, n, false);
  }

  receiptShown(
    _t: number,
    _user: number,
    device: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void {
    const log = this.#facts.point(chat, logDevice, n, false);
    const receipt = receiptsOf(log, device);
    this.#facts.beforeN = receipt.shownN;
    if (n > receipt.shownN) receipt.shownN = n;
    if (n > log.receiptShownN) log.receiptShownN = n;
  }

  receiptAcknowledged(
    t: number,
    _user: number,
    _device: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void {
    const log = this.#facts.point(chat, logDevice, n, false);
    if (n > log.receiptAckN) log.receiptAckN = n;
    log.receiptAckT = t;
  }
}
