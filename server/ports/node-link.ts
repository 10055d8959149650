// Node to node: one authenticated connection per pair, kept up by the adapter (the lower id dials, pings
// both ways every 2 s, dead after 6 s). Requests are answered or end unknown within their deadline (1 s).
// Notes are hints: they may be lost.
import type { MessageRow } from "./message-store.ts";
import type { ChatId, DeviceId, NodeId, UserId } from "../protocol/ids.ts";
import type { Outcome } from "./outcome.ts";
import type { Epoch, PresenceRecord } from "./presence-store.ts";

export type LinkRequest =
  /** Hand a message to the user's owner; the epoch is the one that the look-up saw. */
  | {
      readonly type: "deliver";
      readonly user: UserId;
      readonly epoch: Epoch;
      readonly message: MessageRow;
    }
  | {
      readonly type: "receipt";
      readonly user: UserId;
      readonly epoch: Epoch;
      readonly chat: ChatId;
      readonly device: DeviceId;
      readonly reader: UserId;
      readonly n: number;
      readonly readAt: number;
    }
  /** Does this peer own the user? Asked where the presence store does not answer. */
  | { readonly type: "who-has"; readonly user: UserId }
  /** When did this peer last renew its lease, in ms before now? Evidence for fencing. */
  | { readonly type: "lease-age" };

export type LinkReply =
  | { readonly type: "delivered" }
  | { readonly type: "not-owner" }
  | { readonly type: "has"; readonly epoch: Epoch | undefined }
  | { readonly type: "lease-age"; readonly ageMs: number | undefined };

export type LinkNote =
  /** A friend's state changed on the sending node; for users who may be connected to the receiver. */
  | {
      readonly type: "presence";
      readonly user: UserId;
      readonly epoch: Epoch;
      readonly state: "online" | "offline";
      readonly lastSeenMs: number;
      readonly friends: readonly UserId[];
    }
  /** A newer connection of this user exists: close any with a lower epoch. */
  | {
      readonly type: "fence";
      readonly user: UserId;
      readonly by: PresenceRecord;
    }
  /** The roster of this user changed (request or acceptance). */
  | { readonly type: "roster-changed"; readonly user: UserId }
  | { readonly type: "draining" };

export interface NodeLink {
  /** Configured peers, this node excluded, sorted; whether or not they are alive. */
  peers(): readonly NodeId[];
  /** Whether the link to this peer is up right now. */
  live(peer: NodeId): boolean;
  request(peer: NodeId, request: LinkRequest): Promise<Outcome<LinkReply>>;
  note(peer: NodeId, note: LinkNote): void;
}

/** What the link adapter calls on the node. */
export interface LinkHandler {
  request(from: NodeId, request: LinkRequest): Promise<LinkReply>;
  note(from: NodeId, note: LinkNote): void;
  linkUp(peer: NodeId): void;
  linkDown(peer: NodeId): void;
}
