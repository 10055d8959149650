// The plain meaning of the PresenceStore port: one record a user that only rises with the epoch, and the
// nodes' leases, judged by the store's own clock. Nothing here expires by itself: a record older than 90 s
// and a lease older than 9 s are there, but no longer count. (Live, a record goes after 30 days.)
import type { DeviceId, NodeId, UserId } from "../protocol/ids.ts";
import type {
  Claim,
  Epoch,
  HoldAnswer,
  NodeLease,
  Presence,
  PresenceRecord,
} from "../ports/presence-store.ts";
import { presenceBucket } from "../protocol/presence-bucket.ts";

export const RECORD_FRESH_MS = 90_000;
export const LEASE_MS = 9_000;

const EXTENDED: HoldAnswer = Object.freeze({ kind: "extended" });
const REINSTALLED: HoldAnswer = Object.freeze({ kind: "reinstalled" });
const NEVER_SEEN: Presence = Object.freeze({ record: undefined, online: false });

/** What stood at some instant. */
export interface SavedPresence {
  readonly records: ReadonlyMap<UserId, PresenceRecord>;
  readonly leases: ReadonlyMap<NodeId, StandingLease>;
}

interface StandingLease {
  readonly incarnation: number;
  readonly state: NodeLease["state"];
  readonly renewedMs: number;
}

export class MemoryPresenceStore {
  #nowMs: () => number;
  #records = new Map<UserId, PresenceRecord>();
  #leases = new Map<NodeId, StandingLease>();

  /** `nowMs` is the store's clock: milliseconds, integer; may be skewed and may step. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Throws where the claims are of two buckets: the caller is defective. */
  holdNow(claims: readonly Claim[]): HoldAnswer[] {
    const nowMs = this.#nowMs();
    const answers: HoldAnswer[] = [];
    for (let index = 0; index < claims.length; index++) {
      const claim = claims[index]!;
      assertSameBucket(claims[0]!.user, claim.user);
      answers.push(this.hold(claim, nowMs));
    }
    return answers;
  }

  /** One claim; the record becomes the claim unless a higher epoch, or the released same one, stands. */
  hold(claim: Claim, nowMs: number): HoldAnswer {
    const standing = this.#records.get(claim.user);
    if (standing === undefined) {
      this.install(claim, nowMs);
      return REINSTALLED;
    }
    const same = standing.epoch === claim.epoch;
    if (standing.epoch > claim.epoch || (same && standing.released))
      return { kind: "replaced", by: standing };
    this.install(claim, nowMs);
    if (same && this.#fresh(standing, nowMs)) return EXTENDED;
    return standing.released ? REINSTALLED : { kind: "reinstalled", displaced: standing };
  }

  install(claim: Claim, nowMs: number): void {
    this.#records.set(claim.user, {
      user: claim.user,
      epoch: claim.epoch,
      released: false,
      node: claim.node,
      incarnation: claim.incarnation,
      connection: claim.connection,
      device: claim.device,
      heartbeatMs: nowMs,
    });
  }

  /** Keeps the heartbeat; 0 where none is known. */
  releaseNow(user: UserId, epoch: Epoch): void {
    const standing = this.#records.get(user);
    if (standing !== undefined && standing.epoch > epoch) return;
    const own = standing?.epoch === epoch ? standing : undefined;
    if (own?.released === true) return;
    this.#records.set(user, {
      user,
      epoch,
      released: true,
      node: own?.node ?? "",
      incarnation: own?.incarnation ?? 0,
      connection: own?.connection ?? 0,
      device: deviceOfEpoch(epoch),
      heartbeatMs: standing?.heartbeatMs ?? 0,
    });
  }

  lookupNow(user: UserId): Presence {
    const record = this.#records.get(user);
    if (record === undefined) return NEVER_SEEN;
    const nowMs = this.#nowMs();
    const online = !record.released && this.#fresh(record, nowMs) && this.#alive(record, nowMs);
    return { record, online };
  }

  lookupManyNow(users: readonly UserId[]): Presence[] {
    const found: Presence[] = [];
    for (let index = 0; index < users.length; index++) found.push(this.lookupNow(users[index]!));
    return found;
  }

  /** The lease now stands for 9 s; whether it stood before with this incarnation. */
  renewLeaseNow(lease: NodeLease): boolean {
    const nowMs = this.#nowMs();
    const before = this.#leases.get(lease.node);
    this.#leases.set(lease.node, {
      incarnation: lease.incarnation,
      state: lease.state,
      renewedMs: nowMs,
    });
    return before?.incarnation === lease.incarnation && nowMs - before.renewedMs < LEASE_MS;
  }

  recordNow(user: UserId): PresenceRecord | undefined {
    return this.#records.get(user);
  }

  bucket(user: UserId): number {
    return presenceBucket(user);
  }

  /** Everything is gone, as after FLUSHALL or a restart without persistence. */
  wipe(): void {
    this.#records.clear();
    this.#leases.clear();
  }

  saved(): SavedPresence {
    return { records: new Map(this.#records), leases: new Map(this.#leases) };
  }

  /** Everything written since then is gone, as after a restart from a file of that time. */
  restore(saved: SavedPresence): void {
    this.#records = new Map(saved.records);
    this.#leases = new Map(saved.leases);
  }

  scan(visit: (record: PresenceRecord) => void): void {
    for (const record of this.#records.values()) visit(record);
  }

  #fresh(record: PresenceRecord, nowMs: number): boolean {
    return nowMs - record.heartbeatMs < RECORD_FRESH_MS;
  }

  #alive(record: PresenceRecord, nowMs: number): boolean {
    const lease = this.#leases.get(record.node);
    return lease?.incarnation === record.incarnation && nowMs - lease.renewedMs < LEASE_MS;
  }
}

/** An epoch ends in its device, 15 digits. */
function deviceOfEpoch(epoch: Epoch): DeviceId {
  return Number(epoch.slice(-15));
}

function assertSameBucket(one: UserId, other: UserId): void {
  if (presenceBucket(one) !== presenceBucket(other))
    throw new Error(`presence: users ${one} and ${other} are of two buckets`);
}
