// The frames between client and node, as the core and the device see them: ids are numbers, ciphertext is
// opaque. How they look on the wire (JSON, base64) is decided in wire-schema.ts and codec.ts.
import type { BlobId, ChatId, DeviceId, MessageKind, Opaque, UserId } from "./ids.ts";
import type { ErrorCode } from "./errors.ts";

export interface ReconnectAdvice {
  readonly baseMs: number;
  readonly capMs: number;
}
export type FriendState = "online" | "offline" | "unknown";

/** What a `refused` or `unsure` answers. */
export interface RequestRef {
  readonly type: ClientFrame["type"];
  readonly chat?: ChatId;
  readonly device?: DeviceId;
  readonly n?: number;
  readonly user?: UserId;
  readonly id?: number;
}

export interface RosterFriend {
  readonly user: UserId;
  readonly chat: ChatId;
  /** The unwrapped key, text. The server hands keys out: this is not end-to-end encryption. */
  readonly key: string;
  readonly keyVersion: number;
  readonly state: FriendState;
  /** Milliseconds of the presence store's clock; 0 = never seen, forgotten, or not read since a notice. */
  readonly lastSeen: number;
}

export interface MessageBody {
  readonly chat: ChatId;
  readonly n: number;
  readonly sentAt: number;
  readonly kind: MessageKind;
  readonly keyVersion: number;
  readonly body?: Opaque;
  readonly url?: BlobId;
  readonly thumbnail?: Opaque;
}

export interface ConnectFrame {
  readonly type: "connect";
  readonly token: string;
  /** The device's own connection counter; higher at each connect. */
  readonly counter: number;
}
/** Highest n the device holds, per log; the last page has more: false. */
export interface HaveFrame {
  readonly type: "have";
  readonly logs: readonly (readonly [chat: ChatId, device: DeviceId, n: number])[];
  readonly more: boolean;
}
export interface SendFrame extends MessageBody {
  readonly type: "send";
}
export type ClientFrame =
  | ConnectFrame
  | HaveFrame
  | SendFrame
  | { readonly type: "befriend"; readonly user: UserId }
  | { readonly type: "accept"; readonly user: UserId }
  /** Cumulative; opens the window. */
  | {
      readonly type: "received";
      readonly chat: ChatId;
      readonly device: DeviceId;
      readonly n: number;
    }
  | {
      readonly type: "read";
      readonly chat: ChatId;
      readonly device: DeviceId;
      readonly n: number;
      readonly readAt: number;
    }
  | {
      readonly type: "receipt-ok";
      readonly chat: ChatId;
      readonly device: DeviceId;
      readonly n: number;
    }
  /** All logs of the chat, newest first, strictly before the position. */
  | {
      readonly type: "history";
      readonly id: number;
      readonly chat: ChatId;
      readonly before?: readonly [sentAt: number, device: DeviceId, n: number];
      readonly limit: number;
    }
  | { readonly type: "ping" };

export interface MessageFrame extends MessageBody {
  readonly type: "message";
  readonly from: UserId;
  readonly device: DeviceId;
}
export interface HistoryRow extends MessageBody {
  readonly from: UserId;
  readonly device: DeviceId;
}
export interface RosterFrame {
  readonly type: "roster";
  readonly friends: readonly RosterFriend[];
  /** Users whose request waits for this user's answer. */
  readonly requests: readonly UserId[];
  readonly more: boolean;
}
export type ServerFrame =
  | {
      readonly type: "connected";
      readonly session: number;
      readonly epoch: string;
      /** Wall clock of the node, ms: the device corrects its own clock by it. */
      readonly serverTime: number;
      readonly heartbeatMs: number;
      /** Messages that may be on their way unacknowledged. */
      readonly window: number;
      readonly reconnect: ReconnectAdvice;
    }
  | RosterFrame
  | { readonly type: "sent"; readonly chat: ChatId; readonly n: number }
  /** Surely not written. With code "gap", `expected` names the n that the node expects. */
  | {
      readonly type: "refused";
      readonly re: RequestRef;
      readonly code: ErrorCode;
      readonly retryAfterMs?: number;
      readonly expected?: number;
    }
  /** Perhaps written: repeat it. */
  | { readonly type: "unsure"; readonly re: RequestRef }
  /** From here on this log's messages come gapless from start + 1. */
  | {
      readonly type: "log";
      readonly chat: ChatId;
      readonly from: UserId;
      readonly device: DeviceId;
      readonly start: number;
    }
  | MessageFrame
  | {
      readonly type: "read-ok";
      readonly chat: ChatId;
      readonly device: DeviceId;
      readonly n: number;
    }
  | {
      readonly type: "receipt";
      readonly chat: ChatId;
      readonly device: DeviceId;
      readonly n: number;
      readonly readAt: number;
    }
  | { readonly type: "synced" }
  | {
      readonly type: "history";
      readonly id: number;
      readonly rows: readonly HistoryRow[];
      readonly more: boolean;
    }
  | { readonly type: "pong" }
  | {
      readonly type: "presence";
      readonly user: UserId;
      readonly epoch: string;
      readonly state: FriendState;
      readonly lastSeen: number;
    }
  | { readonly type: "going-away"; readonly withinMs: number };
