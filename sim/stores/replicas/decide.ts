// A lightweight transaction, "the friendship if there is none", as Cassandra decides it: Paxos. Two phases on a
// majority choose one value for good, a third writes it; a proposal that was left half done is finished by the next.
import type { Friendship } from "../../../server/ports/roster-store.ts";
import { ok } from "../../../server/ports/outcome.ts";
import { LABELS } from "../../kernel/labels.ts";
import { keyed } from "../../kernel/random.ts";
import type { CassandraCluster } from "./cluster.ts";
import type { ClusterCall } from "./cluster-call.ts";
import type { Replica, ReplicaWork } from "./replica.ts";
import { write } from "./write.ts";

/** What a replica has promised and accepted for one pair of users. */
interface Ballot {
  promised: number;
  accepted: { readonly ballot: number; readonly value: Friendship } | undefined;
}

/** By userLow, then userHigh. */
export type Ballots = Map<number, Map<number, Ballot>>;

interface Promised {
  readonly isPromised: boolean;
  readonly stands: Friendship | undefined;
  readonly accepted: Ballot["accepted"];
}

const RETRY_US_MAX = 100_000;
const RETRY = 34;
const BALLOTS_A_US = 4;

export function decide(cluster: CassandraCluster, at: ClusterCall): void {
  new Decision(cluster, at).begin();
}

class Decision {
  readonly #cluster: CassandraCluster;
  readonly #at: ClusterCall;
  readonly #candidate: Friendship;
  #attempts = 0;

  constructor(cluster: CassandraCluster, at: ClusterCall) {
    this.#cluster = cluster;
    this.#at = at;
    this.#candidate = at.call.a as Friendship;
  }

  begin(): void {
    const { kernel } = this.#cluster;
    const { coordinator, call } = this.#at;
    if (kernel.now > call.deadlineAtUs && !call.replyLost) return;
    this.#attempts += 1;
    // By time, then by coordinator: no two are the same.
    const ballot = kernel.now * BALLOTS_A_US + coordinator.index;
    const promises: Promised[] = [];
    this.#ask(
      (replica) => this.#promise(replica, ballot),
      (promise) => {
        promises.push(promise);
        if (promises.length === this.#majority) this.#promised(ballot, promises);
      },
    );
  }

  get #majority(): number {
    return this.#cluster.needed("quorum");
  }

  #promise(replica: Replica, ballot: number): Promised {
    const held = ballotOf(replica, this.#candidate);
    const isPromised = ballot > held.promised;
    if (isPromised) held.promised = ballot;
    const { userLow, userHigh } = this.#candidate;
    const stands = replica.stores.roster.friendshipNow(userLow, userHigh);
    return { isPromised, stands, accepted: held.accepted };
  }

  #promised(ballot: number, promises: readonly Promised[]): void {
    if (promises.some(({ isPromised }) => !isPromised)) return this.#again();
    const stands = promises.find((promise) => promise.stands !== undefined)?.stands;
    if (stands !== undefined) return this.#commit(stands);
    let accepted: Ballot["accepted"];
    for (const promise of promises)
      if (promise.accepted !== undefined && promise.accepted.ballot > (accepted?.ballot ?? -1))
        accepted = promise.accepted;
    this.#propose(ballot, accepted?.value ?? this.#candidate);
  }

  #propose(ballot: number, value: Friendship): void {
    let answers = 0;
    let accepts = 0;
    let isOver = false;
    this.#ask(
      (replica) => {
        const held = ballotOf(replica, value);
        if (ballot < held.promised) return false;
        held.promised = ballot;
        held.accepted = { ballot, value };
        this.#at.call.client.applied(this.#at.call);
        return true;
      },
      (isAccepted) => {
        answers += 1;
        if (isAccepted) accepts += 1;
        if (isOver || answers < this.#majority) return;
        if (accepts === answers || accepts === this.#majority) this.#commit(value);
        else this.#again();
        isOver = true;
      },
    );
  }

  /** Decided: from here it is a write like any other. */
  #commit(value: Friendship): void {
    const { call } = this.#at;
    const at = (replica: Replica): void => {
      this.#cluster.apply(replica, { ...call, a: value });
    };
    write(this.#cluster, this.#at, { call, at }, ok(value));
  }

  /** Another ballot got between: once more, after a while. */
  #again(): void {
    const { call } = this.#at;
    const u = keyed(this.#cluster.seed32, call.client.entity, RETRY, call.ordinal + this.#attempts);
    const afterUs = 1 + Math.floor(u * RETRY_US_MAX);
    this.#cluster.kernel.after(afterUs, LABELS.timer, begin, this as Decision);
  }

  #ask<T>(work: (replica: Replica) => T, answered: (answer: T) => void): void {
    const { coordinator, call } = this.#at;
    const asked: ReplicaWork = {
      call,
      at: work,
      answered: (_replica, answer) => answered(answer as T),
    };
    for (const replica of this.#cluster.gossip.upInTheEyesOf(coordinator, call))
      this.#cluster.ask(coordinator, replica, asked);
  }
}

function ballotOf(replica: Replica, { userLow, userHigh }: Friendship): Ballot {
  let ofLow = replica.ballots.get(userLow);
  if (ofLow === undefined) {
    ofLow = new Map();
    replica.ballots.set(userLow, ofLow);
  }
  let ballot = ofLow.get(userHigh);
  if (ballot === undefined) {
    ballot = { promised: -1, accepted: undefined };
    ofLow.set(userHigh, ballot);
  }
  return ballot;
}

export function copyBallots(ballots: Ballots): Ballots {
  const copy: Ballots = new Map();
  for (const [low, ofLow] of ballots)
    copy.set(low, new Map([...ofLow].map(([high, ballot]) => [high, { ...ballot }])));
  return copy;
}

function begin(decision: Decision): void {
  decision.begin();
}
