// Who is up in whose eyes, and what is kept for who is not: replicas hear of each other every second, and hand over
// the writes that one missed when it is heard of again. There is no anti-entropy repair: hints and blocking read
// repair are what heals.
import { LABELS } from "../../kernel/labels.ts";
import type { StoreCall } from "../store-call.ts";
import type { CassandraCluster } from "./cluster.ts";
import type { Hint, Replica, ReplicaWork } from "./replica.ts";

const GOSSIP_US = 1_000_000;
const GOSSIP_BYTES = 120;
/** Not heard of for so long: down. */
const SILENT_US = 8_000_000;
/** No hints for one that has been away longer. A real cluster takes three hours, a run minutes. */
const HINT_WINDOW_US = 20_000_000;
const HINTS_AT_ONCE = 64;
/** A hint that was offered and not taken is offered again. */
const HINT_PATIENCE_US = 2_000_000;

export class Gossip {
  readonly #cluster: CassandraCluster;
  hintsLost = 0;

  constructor(cluster: CassandraCluster) {
    this.#cluster = cluster;
    for (const replica of cluster.replicas) this.#arm(replica);
  }

  /** Whom a coordinator takes for up, itself first, then from a place on that the call decides. */
  upInTheEyesOf(coordinator: Replica, call: StoreCall): Replica[] {
    const up = [coordinator];
    const { replicas } = this.#cluster;
    for (let step = 0; step < replicas.length; step++) {
      const replica = replicas[(call.ordinal + step) % replicas.length]!;
      if (replica !== coordinator && this.#isUp(coordinator, replica)) up.push(replica);
    }
    return up;
  }

  #isUp(coordinator: Replica, replica: Replica): boolean {
    return this.#cluster.kernel.now - coordinator.heardUs[replica.index]! <= SILENT_US;
  }

  /** A replica missed this write; it is told when it is heard of again. */
  hint(keeper: Replica, missed: Replica, work: ReplicaWork): void {
    if (this.#cluster.kernel.now - keeper.heardUs[missed.index]! > HINT_WINDOW_US) {
      this.hintsLost += 1;
      return;
    }
    keeper.hints[missed.index]!.push({ work, offeredUs: -1, delivered: false });
  }

  tell(replica: Replica): void {
    this.#arm(replica);
    if (replica.isAway) return;
    for (const peer of this.#cluster.replicas)
      if (peer !== replica)
        this.#cluster.network
          .link(replica.site, peer.site)
          .send(GOSSIP_BYTES, LABELS.storeArrive, heard, { gossip: this as Gossip, replica, peer });
  }

  heard(replica: Replica, peer: Replica): void {
    if (peer.isAway) return;
    peer.heardUs[replica.index] = this.#cluster.kernel.now;
    this.#offerHints(peer, replica);
  }

  #offerHints(keeper: Replica, missed: Replica): void {
    const hints = keeper.hints[missed.index]!.filter(({ delivered }) => !delivered);
    keeper.hints[missed.index] = hints;
    for (const hint of hints.slice(0, HINTS_AT_ONCE)) {
      if (hint.offeredUs >= 0 && this.#cluster.kernel.now - hint.offeredUs < HINT_PATIENCE_US)
        continue;
      hint.offeredUs = this.#cluster.kernel.now;
      this.#cluster.ask(keeper, missed, new HintWork(hint));
    }
  }

  #arm(replica: Replica): void {
    this.#cluster.kernel.after(GOSSIP_US, LABELS.timer, tell, { gossip: this as Gossip, replica });
  }
}

class HintWork implements ReplicaWork {
  readonly #hint: Hint;

  constructor(hint: Hint) {
    this.#hint = hint;
  }

  get call(): StoreCall {
    return this.#hint.work.call;
  }

  at(replica: Replica): unknown {
    return this.#hint.work.at(replica);
  }

  answered(): void {
    this.#hint.delivered = true;
  }
}

function tell(task: { readonly gossip: Gossip; readonly replica: Replica }): void {
  task.gossip.tell(task.replica);
}

function heard(task: {
  readonly gossip: Gossip;
  readonly replica: Replica;
  readonly peer: Replica;
}): void {
  task.gossip.heard(task.replica, task.peer);
}
