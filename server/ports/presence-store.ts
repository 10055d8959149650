// Who is online, and which node owns them. Redis live. Soft state: wiping it loses no message. A record
// is a max-register on the epoch, so late, repeated and reordered calls cannot bring an old owner back.
// A call ends within its deadline (2 s by default) as ok, refused or unknown; one call is one attempt.
import type { DeviceId, NodeId, UserId } from "../protocol/ids.ts";
import type { Outcome } from "./outcome.ts";

/**
 * A connection's rank among its user's connections: sign-in time in ms (13 digits), connection counter
 * (10 digits), device (15 digits), joined by "-", zero padded: compares as text.
 */
export type Epoch = string;

export interface Claim {
  readonly user: UserId;
  readonly epoch: Epoch;
  readonly node: NodeId;
  readonly incarnation: number;
  readonly connection: number;
  readonly device: DeviceId;
}

export type HoldAnswer =
  /** The record stood with this epoch and a heartbeat younger than 90 s; the heartbeat is renewed. */
  | { readonly kind: "extended" }
  /** It was absent, lower, or older than 90 s. `displaced` is what stood there, unless it was released. */
  | { readonly kind: "reinstalled"; readonly displaced?: PresenceRecord }
  /** A higher epoch stands, or this one was released. */
  | { readonly kind: "replaced"; readonly by: PresenceRecord };

export interface PresenceRecord {
  readonly user: UserId;
  readonly epoch: Epoch;
  readonly released: boolean;
  readonly node: NodeId;
  readonly incarnation: number;
  readonly connection: number;
  readonly device: DeviceId;
  /** Milliseconds, the store's own clock. */
  readonly heartbeatMs: number;
}

/** What a look-up says. `online` = not released, heartbeat younger than 90 s, and the node's lease alive. */
export interface Presence {
  readonly record: PresenceRecord | undefined;
  readonly online: boolean;
}

export interface NodeLease {
  readonly node: NodeId;
  readonly incarnation: number;
  readonly address: string;
  readonly state: "up" | "draining";
}

export interface PresenceStore {
  /** Claim and renewal, the same script: installs or extends each claim of one bucket (user hash, 0-255). */
  hold(claims: readonly Claim[]): Promise<Outcome<readonly HoldAnswer[]>>;
  /** Raises the record to (epoch, released), also where it is lower or absent; keeps the heartbeat. */
  release(user: UserId, epoch: Epoch): Promise<Outcome<undefined>>;
  lookup(user: UserId): Promise<Outcome<Presence>>;
  /** Users of any buckets, at best of few; answers in the order asked. */
  lookupMany(users: readonly UserId[]): Promise<Outcome<readonly Presence[]>>;
  /** Renews `node:{id}` for 9 s. Ok says whether the lease was still standing with this incarnation. */
  renewLease(lease: NodeLease): Promise<Outcome<{ readonly standing: boolean }>>;
  /** The bucket (0-255) a user belongs to: calls with many users keep to one. Pure. */
  bucket(user: UserId): number;
}
