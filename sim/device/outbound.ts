// What waits in a device's outbox: messages, and per chat the device's own log. Data only; the orders are in
// outbox.ts and send-answers.ts.
import type { SendFrame } from "../../server/protocol/frames.ts";
import type { BlobId, ChatId, MessageKind } from "../../server/protocol/ids.ts";
import type { Chat } from "./chat.ts";
import type { Expiring } from "./deadlines.ts";
import type { SealedBlob } from "./ports.ts";

/** Nothing was reported yet. */
export const NO_OUTCOME = -1;

export interface Attachment {
  readonly blob: BlobId;
  readonly blobBytes: number;
  readonly thumbnailBytes: number;
  /** Undefined until the chat's key is known, and where nothing is to be uploaded. */
  sealed: SealedBlob | undefined;
  /** The upload in the history; 0 until it began. */
  operation: number;
  attempt: number;
  /** The node has it, or nothing is to be uploaded. */
  stored: boolean;
  /** When the next PUT is due; Infinity while one is under way or none is needed. */
  putAtMs: number;
}

export class Outgoing implements Expiring<Outgoing> {
  readonly log: OutboundLog;
  /** 0 for a `void` that fills what the device no longer holds. */
  readonly content: number;
  readonly kind: MessageKind;
  readonly bytes: number;
  readonly intendedUs: number;
  readonly deadlineMs: number;
  readonly attachment: Attachment | undefined;
  /** 0 until it is taken. */
  n = 0;
  frame: SendFrame | undefined = undefined;
  /** Transmissions on this connection that were not answered. */
  outstanding = 0;
  /** Transmitted since the outbox last went back. */
  onWire = false;
  /** An attempt may have reached a node's store. */
  mayHaveArrived = false;
  /** Refused for good: what is sent now is a `void` under its n. */
  voided = false;
  /** Out of the outbox: confirmed, filled or dropped. */
  done = false;
  outcome = NO_OUTCOME;
  after: Outgoing | undefined = undefined;

  constructor(
    log: OutboundLog,
    content: number,
    kind: MessageKind,
    bytes: number,
    intendedUs: number,
    deadlineMs: number,
    attachment: Attachment | undefined,
  ) {
    this.log = log;
    this.content = content;
    this.kind = kind;
    this.bytes = bytes;
    this.intendedUs = intendedUs;
    this.deadlineMs = deadlineMs;
    this.attachment = attachment;
  }
}

export class OutboundLog {
  readonly id: ChatId;
  /** Undefined until the roster has brought the chat. */
  chat: Chat | undefined = undefined;
  nextN = 1;
  /** Numbered and not confirmed, by n. What has become empty is replaced: a list keeps the room that it once needed. */
  queue: Outgoing[] = [];
  /** Nothing but n and the send are left to do. */
  ready: Outgoing[] = [];
  /** Only the lowest unconfirmed n is sent until it is confirmed. */
  probing = false;
  /** Nothing is sent before; 0: at once. */
  retryAtMs = 0;
  attempt = 0;

  constructor(id: ChatId) {
    this.id = id;
  }
}
