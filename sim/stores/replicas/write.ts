// A write at its coordinator: it goes to every replica that is taken for up, and is done when enough have it; who does
// not have it in time is kept a hint.
import { UNAVAILABLE, UNKNOWN, type Outcome } from "../../../server/ports/outcome.ts";
import type { CassandraCluster } from "./cluster.ts";
import type { ClusterCall } from "./cluster-call.ts";
import type { Replica, ReplicaWork } from "./replica.ts";

/** What is written, at each replica. */
interface Mutation {
  readonly call: ClusterCall["call"];
  at(replica: Replica): unknown;
}

/** Too few replicas: refused before any was asked, but for a batch over partitions, which may go on later. */
export function write(
  cluster: CassandraCluster,
  at: ClusterCall,
  mutation: Mutation,
  outcome: Outcome<unknown>,
): void {
  new Write(cluster, at, mutation, outcome).begin();
}

class Write implements ReplicaWork {
  readonly call: ClusterCall["call"];
  readonly #cluster: CassandraCluster;
  readonly #at: ClusterCall;
  readonly #mutation: Mutation;
  readonly #outcome: Outcome<unknown>;
  readonly #asked: Replica[] = [];
  readonly #have: Replica[] = [];

  constructor(
    cluster: CassandraCluster,
    at: ClusterCall,
    mutation: Mutation,
    outcome: Outcome<unknown>,
  ) {
    this.call = at.call;
    this.#cluster = cluster;
    this.#at = at;
    this.#mutation = mutation;
    this.#outcome = outcome;
  }

  begin(): void {
    const { coordinator } = this.#at;
    const up = this.#cluster.gossip.upInTheEyesOf(coordinator, this.call);
    if (up.length < this.#cluster.needed(this.#cluster.write)) {
      const isBatch = this.call.bound.operation.portCall === "roster.rewrap";
      this.#cluster.answer(this.#at, isBatch ? UNKNOWN : UNAVAILABLE);
      return;
    }
    this.#asked.push(...up);
    for (const replica of up) this.#cluster.ask(coordinator, replica, this);
    for (const replica of this.#cluster.replicas)
      if (!up.includes(replica)) this.#cluster.gossip.hint(coordinator, replica, this.#asHint());
    this.#cluster.openWrites.add(this);
  }

  at(replica: Replica): unknown {
    return this.#mutation.at(replica);
  }

  answered(replica: Replica): void {
    this.#have.push(replica);
    if (this.#have.length === this.#cluster.needed(this.#cluster.write))
      this.#cluster.answer(this.#at, this.#outcome);
  }

  get ended(): boolean {
    return this.#have.length === this.#asked.length;
  }

  /** Who has not confirmed it in time gets it later. */
  late(): void {
    const { coordinator, life } = this.#at;
    if (coordinator.down || life !== coordinator.life) return;
    for (const replica of this.#asked)
      if (!this.#have.includes(replica))
        this.#cluster.gossip.hint(coordinator, replica, this.#asHint());
  }

  #asHint(): ReplicaWork {
    const { call } = this;
    return { call, at: (replica) => this.#mutation.at(replica), answered: () => {} };
  }
}
