// The PresenceStore port in a simulation: each method as an operation at Redis' model.
import { presenceBucket } from "../../server/protocol/presence-bucket.ts";
import { OK, ok, type Outcome } from "../../server/ports/outcome.ts";
import type {
  Claim,
  Epoch,
  HoldAnswer,
  NodeLease,
  Presence,
  PresenceRecord,
  PresenceStore,
} from "../../server/ports/presence-store.ts";
import type { UserId } from "../../server/protocol/ids.ts";
import { listBytes, type BoundOperation, type StoreOperation } from "./store-call.ts";
import type { StoreClient } from "./store-client.ts";
import type { StoreObserver } from "./store-observer.ts";

const RECORD_BYTES = 120;
const USER_BYTES = 12;

type PresenceCall = Exclude<keyof PresenceStore, "bucket">;

export const PRESENCE_OPERATIONS = {
  hold: {
    portCall: "presence.hold",
    apply(memory, call, observer) {
      const claims = call.a as readonly Claim[];
      const before: (PresenceRecord | undefined)[] = [];
      for (const claim of claims) before.push(memory.presence.recordNow(claim.user));
      const answers = memory.presence.holdNow(claims);
      for (let index = 0; index < claims.length; index++)
        tellChange(observer, before[index], memory.presence.recordNow(claims[index]!.user));
      return ok(answers);
    },
    items: (call) => (call.a as readonly Claim[]).length,
    requestBytes: (call) => RECORD_BYTES * (call.a as readonly Claim[]).length,
    replyBytes: (outcome) => listBytes(outcome, USER_BYTES),
  },
  release: {
    portCall: "presence.release",
    apply(memory, call, observer) {
      const user = call.a as UserId;
      const before = memory.presence.recordNow(user);
      memory.presence.releaseNow(user, call.b as Epoch);
      tellChange(observer, before, memory.presence.recordNow(user));
      return OK;
    },
    requestBytes: () => USER_BYTES,
    replyBytes: none,
  },
  lookup: {
    portCall: "presence.lookup",
    apply: (memory, call) => ok(memory.presence.lookupNow(call.a as UserId)),
    requestBytes: () => USER_BYTES,
    replyBytes: () => RECORD_BYTES,
  },
  lookupMany: {
    portCall: "presence.lookupMany",
    apply: (memory, call) => ok(memory.presence.lookupManyNow(call.a as readonly UserId[])),
    items: (call) => (call.a as readonly UserId[]).length,
    requestBytes: (call) => USER_BYTES * (call.a as readonly UserId[]).length,
    replyBytes: (outcome) => listBytes(outcome, RECORD_BYTES),
  },
  renewLease: {
    portCall: "presence.renewLease",
    apply: (memory, call) => ok({ standing: memory.presence.renewLeaseNow(call.a as NodeLease) }),
    requestBytes: () => RECORD_BYTES,
    replyBytes: none,
  },
} as const satisfies Record<PresenceCall, StoreOperation>;

export class SimulatedPresence implements PresenceStore {
  #client: StoreClient;
  #bound: Readonly<Record<PresenceCall, BoundOperation>>;

  constructor(client: StoreClient, bound: Readonly<Record<PresenceCall, BoundOperation>>) {
    this.#client = client;
    this.#bound = bound;
  }

  hold(claims: readonly Claim[]): Promise<Outcome<readonly HoldAnswer[]>> {
    return this.#client.call(this.#bound.hold, claims);
  }

  release(user: UserId, epoch: Epoch): Promise<Outcome<undefined>> {
    return this.#client.call(this.#bound.release, user, epoch);
  }

  lookup(user: UserId): Promise<Outcome<Presence>> {
    return this.#client.call(this.#bound.lookup, user);
  }

  lookupMany(users: readonly UserId[]): Promise<Outcome<readonly Presence[]>> {
    return this.#client.call(this.#bound.lookupMany, users);
  }

  renewLease(lease: NodeLease): Promise<Outcome<{ readonly standing: boolean }>> {
    return this.#client.call(this.#bound.renewLease, lease);
  }

  bucket(user: UserId): number {
    return presenceBucket(user);
  }
}

/** A mere heartbeat is no change. */
function tellChange(
  observer: StoreObserver,
  before: PresenceRecord | undefined,
  now: PresenceRecord | undefined,
): void {
  if (now === undefined || now === before) return;
  if (
    before === undefined ||
    before.epoch !== now.epoch ||
    before.released !== now.released ||
    before.node !== now.node ||
    before.incarnation !== now.incarnation
  )
    observer.presenceApplied(now);
}

function none(): number {
  return 0;
}
