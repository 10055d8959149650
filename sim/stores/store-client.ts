// A node's side of its calls to one store: sends, waits until the deadline, settles the promise. Everything
// here is inert from the moment its incarnation is dead.
import type { Outcome } from "../../server/ports/outcome.ts";
import { UNKNOWN } from "../../server/ports/outcome.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import type { Cpu } from "../net/cpu.ts";
import type { Link } from "../net/link.ts";
import { DeadlineList } from "./deadline-list.ts";
import { APPLIED, DROPPED, PENDING, type BoundOperation, type StoreCall } from "./store-call.ts";

/** One life of a node. */
export interface Incarnation {
  alive: boolean;
  /** Set at its death: what had not left the node by then stays unsent. */
  diedAtUs?: number;
}

/** Calls of a node to a store through all its lives: their number is the ordinal of keyed draws. */
export interface CallCounter {
  calls: number;
}

export interface StoreClientParts {
  readonly kernel: Kernel;
  readonly cpu: Cpu;
  readonly incarnation: Incarnation;
  /** A link, or a driver that chooses one. */
  readonly up: Pick<Link, "send">;
  readonly down: Link;
  readonly counter: CallCounter;
  readonly entity: number;
  readonly nodeReplyUs: number;
}

const REQUEST_BYTES = 96;

export class StoreClient {
  readonly kernel: Kernel;
  readonly down: Link;
  /** Stands for (node, store) in keyed draws. */
  readonly entity: number;
  #up: Pick<Link, "send">;
  #cpu: Cpu;
  #incarnation: Incarnation;
  #counter: CallCounter;
  #nodeReplyUs: number;
  /** By time to live: few. */
  #deadlines: { readonly deadlineUs: number; readonly list: DeadlineList }[] = [];
  #resolve: (outcome: Outcome<never>) => void = neverCalled;
  #takeResolve = (resolve: (outcome: Outcome<never>) => void): void => {
    this.#resolve = resolve;
  };

  constructor(parts: StoreClientParts) {
    this.kernel = parts.kernel;
    this.down = parts.down;
    this.entity = parts.entity;
    this.#up = parts.up;
    this.#cpu = parts.cpu;
    this.#incarnation = parts.incarnation;
    this.#counter = parts.counter;
    this.#nodeReplyUs = parts.nodeReplyUs;
  }

  /** Calls that wait for their end. */
  get inFlight(): number {
    let waiting = 0;
    for (const { list } of this.#deadlines) waiting += list.length;
    return waiting;
  }

  call<T>(
    bound: BoundOperation,
    a?: unknown,
    b?: unknown,
    c?: unknown,
    d?: unknown,
    e?: unknown,
    f?: unknown,
  ): Promise<Outcome<T>> {
    const promise = new Promise<Outcome<never>>(this.#takeResolve);
    if (!this.#incarnation.alive) return promise;
    const departedUs = this.#cpu.departureUs();
    const call: StoreCall = {
      client: this,
      bound,
      a,
      b,
      c,
      d,
      e,
      f,
      resolve: this.#resolve,
      ordinal: this.#counter.calls++,
      departedUs,
      deadlineAtUs: this.kernel.now + bound.deadlineUs,
      storeLife: 0,
      arrivals: 0,
      replyLost: false,
      outcome: undefined,
      applied: PENDING,
      settled: false,
      before: undefined,
      after: undefined,
    };
    this.#deadlineList(bound.deadlineUs).add(call);
    const bytes = REQUEST_BYTES + bound.operation.requestBytes(call);
    this.#up.send(bytes, LABELS.storeArrive, requestArrived, call, departedUs);
    return promise;
  }

  /** Whether the request had left its node before the node died. */
  sent(call: StoreCall): boolean {
    const { diedAtUs } = this.#incarnation;
    return diedAtUs === undefined || call.departedUs <= diedAtUs;
  }

  /** The store applied it; where the outcome was unknown already, the count is put right. */
  applied(call: StoreCall): void {
    if (call.settled && call.applied !== APPLIED && call.outcome === undefined) {
      call.bound.counts.unknownNotApplied -= 1;
      call.bound.counts.unknownApplied += 1;
    }
    call.applied = APPLIED;
  }

  /** The store will not apply it. */
  dropped(call: StoreCall): void {
    if (call.applied === PENDING) call.applied = DROPPED;
  }

  replyArrived(call: StoreCall): void {
    if (call.settled || !this.#incarnation.alive) return;
    this.#cpu.run(this.#nodeReplyUs, settleReply, call);
  }

  /** The connection broke: whoever waits on it learns at once that its outcome is not known. */
  broken(): void {
    for (const { list } of this.#deadlines) list.expireAll();
  }

  /** The same for one call. */
  giveUp(call: StoreCall): void {
    this.#deadlineList(call.bound.deadlineUs).remove(call);
    this.#cpu.run(this.#nodeReplyUs, expire, call, true);
  }

  /** The node takes the reply. */
  settleReply(call: StoreCall): void {
    if (call.settled || !this.#incarnation.alive) return;
    this.#deadlineList(call.bound.deadlineUs).remove(call);
    const outcome = call.outcome!;
    if (outcome.kind === "ok") call.bound.counts.ok += 1;
    else call.bound.counts.refused += 1;
    this.#settle(call, outcome);
  }

  /** The node notices that the deadline has passed. */
  settleUnknown(call: StoreCall): void {
    if (call.settled || !this.#incarnation.alive) return;
    if (call.applied === APPLIED) call.bound.counts.unknownApplied += 1;
    else call.bound.counts.unknownNotApplied += 1;
    call.outcome = undefined;
    this.#settle(call, UNKNOWN);
  }

  #settle(call: StoreCall, outcome: Outcome<unknown>): void {
    call.settled = true;
    call.resolve(outcome as Outcome<never>);
    this.kernel.touched();
  }

  #deadlineList(deadlineUs: number): DeadlineList {
    for (const entry of this.#deadlines) if (entry.deadlineUs === deadlineUs) return entry.list;
    const list = new DeadlineList(this.kernel, (call) => {
      if (this.#incarnation.alive) this.#cpu.run(this.#nodeReplyUs, expire, call, true);
    });
    this.#deadlines.push({ deadlineUs, list });
    return list;
  }
}

function requestArrived(call: StoreCall): void {
  call.bound.model.arrive(call);
}

function settleReply(call: StoreCall): void {
  call.client.settleReply(call);
}

function expire(call: StoreCall): void {
  call.client.settleUnknown(call);
}

function neverCalled(): void {
  throw new Error("a promise's executor did not run at once");
}
