// What a coordinator does with a call. A write is write.ts's; a read asks as many replicas as must agree, and brings
// those that were behind up to the rest before it answers.
import { OK, UNAVAILABLE } from "../../../server/ports/outcome.ts";
import { NO_OBSERVER } from "../store-observer.ts";
import type { CassandraCluster } from "./cluster.ts";
import type { ClusterCall } from "./cluster-call.ts";
import { decide } from "./decide.ts";
import { isRead, mergeAnswers, sameAnswer } from "./merged-answers.ts";
import type { Replica, ReplicaWork } from "./replica.ts";
import { write } from "./write.ts";

export function coordinate(cluster: CassandraCluster, at: ClusterCall): void {
  if (isRead(at.call)) new Read(cluster, at).begin();
  else if (at.call.bound.operation.portCall === "roster.establish") decide(cluster, at);
  else write(cluster, at, { call: at.call, at: (replica) => cluster.apply(replica, at.call) }, OK);
}

class Read implements ReplicaWork {
  readonly call: ClusterCall["call"];
  readonly #cluster: CassandraCluster;
  readonly #at: ClusterCall;
  readonly #needed: number;
  readonly #asked: Replica[] = [];
  readonly #answered: Replica[] = [];
  readonly #answers: unknown[] = [];
  ended = false;

  constructor(cluster: CassandraCluster, at: ClusterCall) {
    this.call = at.call;
    this.#cluster = cluster;
    this.#at = at;
    this.#needed = cluster.needed(cluster.read);
  }

  begin(): void {
    const { coordinator } = this.#at;
    const up = this.#cluster.gossip.upInTheEyesOf(coordinator, this.call);
    if (up.length < this.#needed) {
      this.ended = true;
      this.#cluster.answer(this.#at, UNAVAILABLE);
      return;
    }
    for (const replica of up.slice(0, this.#needed)) this.#ask(replica);
    if (!this.ended) this.#cluster.slowReads.add(this);
  }

  /** Somebody is slow: whoever has not been asked yet is, up or not. */
  late(): void {
    const { coordinator, life } = this.#at;
    if (coordinator.down || life !== coordinator.life) return;
    for (const replica of this.#cluster.replicas)
      if (!this.#asked.includes(replica)) this.#ask(replica);
  }

  #ask(replica: Replica): void {
    this.#asked.push(replica);
    this.#cluster.ask(this.#at.coordinator, replica, this);
  }

  at(replica: Replica): unknown {
    const { operation } = this.call.bound;
    const outcome = operation.apply(replica.stores, this.call, NO_OBSERVER);
    if (outcome.kind !== "ok") throw new Error(`${operation.portCall} does not fail at a replica`);
    return outcome.value;
  }

  answered(replica: Replica, answer: unknown): void {
    if (this.ended) return;
    this.#answered.push(replica);
    this.#answers.push(answer);
    if (this.#answers.length < this.#needed) return;
    this.ended = true;
    this.call.client.applied(this.call);
    const value = mergeAnswers(this.call, this.#answers, this.#cluster.replicas);
    const behind = this.#answered.filter(
      (_, index) => !sameAnswer(this.call, this.#answers[index], value),
    );
    if (behind.length === 0) this.#cluster.answer(this.#at, { kind: "ok", value });
    else this.#repair(behind, value);
  }

  /** Blocking: what one reader has seen, the next one sees. */
  #repair(behind: readonly Replica[], value: unknown): void {
    const { call } = this;
    const cluster = this.#cluster;
    let open = behind.length;
    const repair: ReplicaWork = {
      call,
      at: (replica) => cluster.repaired(replica, call, value),
      answered: () => {
        open -= 1;
        if (open === 0) cluster.answer(this.#at, { kind: "ok", value });
      },
    };
    for (const replica of behind) cluster.ask(this.#at.coordinator, replica, repair);
  }
}
