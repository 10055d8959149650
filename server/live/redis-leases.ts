// Leases of nodes in Redis: renewed for 9 s, and looked at to tell who is online. A lease that was seen alive
// counts for a moment without another look, never longer than it has left; that none stands is always read anew,
// after the record that names it.
import { ok, type Outcome } from "../ports/outcome.ts";
import type { NodeLease, PresenceRecord } from "../ports/presence-store.ts";
import type { NodeId } from "../protocol/ids.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { READ_LEASE, RENEW_LEASE } from "./redis-scripts.ts";

const NODE_ID = /^[\w.:-]{1,64}$/;

interface SeenLease {
  readonly incarnation: number;
  /** On this process's monotonic clock. */
  readonly untilMs: number;
}

export class RedisLeases {
  #connection: RedisConnection;
  #prefix: string;
  #callDeadlineMs: number;
  #trustMs: number;
  #seen = new Map<NodeId, SeenLease>();

  constructor(
    connection: RedisConnection,
    prefix: string,
    callDeadlineMs: number,
    trustMs: number,
  ) {
    this.#connection = connection;
    this.#prefix = prefix;
    this.#callDeadlineMs = callDeadlineMs;
    this.#trustMs = trustMs;
  }

  async renew(lease: NodeLease): Promise<Outcome<{ readonly standing: boolean }>> {
    const { node, incarnation, state, address } = lease;
    if (!NODE_ID.test(node)) throw new Error(`not a node's name: "${node}"`);
    const args = [String(incarnation), `${state}|${address}`];
    const outcome = await this.#connection.call(
      RENEW_LEASE,
      [this.#key(node)],
      args,
      this.#callDeadlineMs,
    );
    this.#seen.delete(node);
    return outcome.kind === "ok" ? ok({ standing: outcome.value === 1 }) : outcome;
  }

  /** Those of the records whose node is alive in the incarnation that they name. */
  async alive(
    records: readonly PresenceRecord[],
    deadlineMs: number,
  ): Promise<Outcome<ReadonlySet<PresenceRecord>>> {
    const nowMs = performance.now();
    const doubtful = new Set<NodeId>();
    for (const record of records) if (!this.#vouches(record, nowMs)) doubtful.add(record.node);
    const nodes = Array.from(doubtful);
    const read = new Map<NodeId, number>();
    const outcomes = await Promise.all(nodes.map((node) => this.#read(node, deadlineMs)));
    for (let index = 0; index < nodes.length; index++) {
      const outcome = outcomes[index]!;
      if (outcome.kind !== "ok") return outcome;
      if (outcome.value !== undefined) read.set(nodes[index]!, outcome.value);
    }
    return ok(
      new Set(
        records.filter(
          (record) => !doubtful.has(record.node) || read.get(record.node) === record.incarnation,
        ),
      ),
    );
  }

  /** The connection was lost: what stands behind the next one is another matter. */
  forget(): void {
    this.#seen.clear();
  }

  #vouches({ node, incarnation }: PresenceRecord, nowMs: number): boolean {
    const seen = this.#seen.get(node);
    return seen !== undefined && seen.incarnation === incarnation && seen.untilMs > nowMs;
  }

  /** The incarnation that the lease names; undefined where none stands. */
  async #read(node: NodeId, deadlineMs: number): Promise<Outcome<number | undefined>> {
    const startMs = performance.now();
    const outcome = await this.#connection.call(READ_LEASE, [this.#key(node)], [], deadlineMs);
    if (outcome.kind !== "ok") return outcome;
    const [text, leftMs] = outcome.value as readonly [string | null, number];
    if (text === null) {
      this.#seen.delete(node);
      return ok(undefined);
    }
    const incarnation = Number(text.slice(0, text.indexOf("|")));
    const untilMs = startMs + Math.min(leftMs, this.#trustMs);
    this.#seen.set(node, { incarnation, untilMs });
    return ok(incarnation);
  }

  #key(node: NodeId): string {
    return `${this.#prefix}node:{${node}}`;
  }
}
