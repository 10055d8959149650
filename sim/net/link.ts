// One direction between two sites: latency, bandwidth and the rules in force. It carries bare messages (a
// handler called at arrival) and knows how long things take; order within a stream is the connection's.

import type { Distribution, Sampler, Samplers } from "../kernel/distribution.ts";
import type { Handler, Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import { keyed } from "../kernel/random.ts";
import type { Rule, Verdict } from "./rule.ts";

export interface Endpoint {
  readonly id: number;
  readonly name: string;
}

export interface LinkProfile {
  /** Every message takes at least this long. */
  readonly baseUs: number;
  /** Added to it, in us. */
  readonly jitter?: Distribution;
  /** Without it bandwidth is no limit. */
  readonly bytesPerSecond?: number;
}

/** What waits on a link for a rule to be lifted. */
export interface Stuck {
  /** True: goes on at once when the rule is lifted; false: after a retransmission time. */
  readonly stalled: boolean;
  resume(): void;
}

// Purposes of keyed draws.
const LATENCY = 1;
const VERDICT = 2;
const RETRANSMIT = 3;

const RETRANSMIT_MIN_US = 200_000;
const RETRANSMIT_MAX_US = 1_000_000;

export class Link {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly kernel: Kernel;
  /** In order of installation; the network keeps them. */
  rules: readonly Rule[] = [];
  messages = 0;
  bytes = 0;

  readonly #seed: number;
  readonly #id: number;
  readonly #baseUs: number;
  readonly #jitter: Sampler | undefined;
  readonly #ownBytesPerSecond: number;
  #usPerByte = 0;
  #busyUntilUs = 0;
  #latencyDraws = 0;
  #verdictDraws = 0;
  #retransmitDraws = 0;
  #stuck: Stuck[] = [];

  constructor(
    kernel: Kernel,
    seed: number,
    from: Endpoint,
    to: Endpoint,
    profile: LinkProfile,
    samplers: Samplers,
  ) {
    this.kernel = kernel;
    this.from = from;
    this.to = to;
    this.#seed = seed;
    this.#id = from.id * 65536 + to.id;
    this.#baseUs = profile.baseUs;
    this.#jitter = profile.jitter === undefined ? undefined : samplers.of(profile.jitter);
    this.#ownBytesPerSecond = profile.bytesPerSecond ?? Infinity;
    this.limitTo([]);
  }

  /** When a message that leaves at `departureUs` arrives, whatever the rules say. Takes its place in the
   * link's queue: ask once per message. */
  travel(bytes: number, departureUs: number): number {
    this.messages += 1;
    this.bytes += bytes;
    let sentUs = departureUs;
    if (this.#usPerByte > 0) {
      if (sentUs < this.#busyUntilUs) sentUs = this.#busyUntilUs;
      sentUs += bytes * this.#usPerByte;
      this.#busyUntilUs = sentUs;
    }
    sentUs += this.#baseUs;
    if (this.#jitter !== undefined)
      sentUs += this.#jitter.at(keyed(this.#seed, this.#id, LATENCY, this.#latencyDraws++));
    return Math.ceil(sentUs);
  }

  /** The arrival time of a bare message, or -1 if the rules drop or hold it (nobody keeps it then). */
  transit(bytes: number, departureUs: number = this.kernel.now): number {
    if (this.rules.length === 0) return this.travel(bytes, departureUs);
    const verdict = this.judge(bytes);
    if (verdict === "pass" || verdict === "duplicate") return this.travel(bytes, departureUs);
    return typeof verdict === "object" ? this.travel(bytes, departureUs + verdict.delayUs) : -1;
  }

  /** Calls `handler(arg)` at the arrival of a bare message, twice if duplicated. Returns the arrival time;
   * -1 if it was dropped for good, or is held and arrives after the rule is lifted. `laterUs`: what the sender
   * still needs before it leaves, where it asks ahead; its place among the link's bytes is that of the asking, so
   * that nothing queues behind what has not left yet. */
  send<A>(
    bytes: number,
    label: number,
    handler: Handler<A>,
    arg: A,
    departureUs: number = this.kernel.now,
    laterUs = 0,
  ): number {
    let leavesUs = departureUs;
    if (this.rules.length > 0) {
      const verdict = this.judge(bytes);
      if (verdict === "drop") return -1;
      if (verdict === "hold" || verdict === "stall") {
        const stalled = verdict === "stall";
        this.stick(new HeldMessage(this, stalled, bytes, label, handler as Handler<never>, arg));
        return -1;
      }
      if (verdict === "duplicate")
        this.kernel.at(this.travel(bytes, departureUs) + laterUs, label, handler, arg);
      else if (typeof verdict === "object") leavesUs += verdict.delayUs;
    }
    const arrivalUs = this.travel(bytes, leavesUs) + laterUs;
    this.kernel.at(arrivalUs, label, handler, arg);
    return arrivalUs;
  }

  /** The first verdict of the rules in force. */
  judge(bytes: number): Verdict {
    for (const rule of this.rules) {
      const u = keyed(this.#seed, this.#id, VERDICT, this.#verdictDraws++);
      const verdict = rule.judge(bytes, u);
      if (verdict !== undefined) return verdict;
    }
    return "pass";
  }

  /** Keeps something until a rule is lifted; what is still forbidden then sticks again. */
  stick(what: Stuck): void {
    this.#stuck.push(what);
  }

  /** A rule was lifted: everything stuck tries again, in the order in which it got stuck. */
  release(): void {
    const stuck = this.#stuck;
    this.#stuck = [];
    for (const what of stuck) this.resumeAfter(what.stalled ? 0 : this.retransmitUs(), what);
  }

  resumeAfter(delayUs: number, what: Stuck): void {
    this.kernel.after(delayUs, LABELS.retransmit, resume, what);
  }

  /** A drawn time until a lost packet is sent again. */
  retransmitUs(): number {
    const u = keyed(this.#seed, this.#id, RETRANSMIT, this.#retransmitDraws++);
    return RETRANSMIT_MIN_US + Math.floor(u * (RETRANSMIT_MAX_US - RETRANSMIT_MIN_US));
  }

  /** The lowest of these and the link's own bandwidth holds from now on, also for what still queues. */
  limitTo(throttles: readonly number[]): void {
    const before = this.#usPerByte;
    this.#usPerByte = 1_000_000 / Math.min(this.#ownBytesPerSecond, ...throttles);
    const queuedUs = this.#busyUntilUs - this.kernel.now;
    if (queuedUs > 0 && before > 0)
      this.#busyUntilUs = this.kernel.now + (queuedUs * this.#usPerByte) / before;
  }
}

/** A bare message that a rule holds back. */
class HeldMessage implements Stuck {
  readonly stalled: boolean;
  readonly #link: Link;
  readonly #bytes: number;
  readonly #label: number;
  readonly #handler: Handler<never>;
  readonly #arg: unknown;

  constructor(
    link: Link,
    stalled: boolean,
    bytes: number,
    label: number,
    handler: Handler<never>,
    arg: unknown,
  ) {
    this.#link = link;
    this.stalled = stalled;
    this.#bytes = bytes;
    this.#label = label;
    this.#handler = handler;
    this.#arg = arg;
  }

  resume(): void {
    this.#link.send(this.#bytes, this.#label, this.#handler, this.#arg as never);
  }
}

function resume(what: Stuck): void {
  what.resume();
}
