// What a device tells whoever drives it, and asks of it: one object for all devices of a run.
import type { MessageFrame } from "../../server/protocol/frames.ts";
import type { BlobId, ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { OutcomeCode } from "../history/history.ts";
import type { InboundLog } from "./chat.ts";
import type { Device } from "./device.ts";
import type { Tally } from "./tally.ts";

export interface DeviceHost {
  readonly tally: Tally;
  /** For the history's operations: unique in the run. */
  nextOperation(): number;
  /** A new sign-in's token for this device; the right device never asks. */
  freshToken(device: Device): string;
  shown(device: Device, log: InboundLog, frame: MessageFrame): void;
  synced(device: Device): void;
  /** 4409 (byDevice: the winner) or 4401: the device stays away until a person signs in. */
  closedForGood(device: Device, code: number, byDevice: DeviceId): void;
  /** `forked`: this device id may not be used any more. */
  forked(device: Device): void;
  friendShown(device: Device, friend: UserId, chat: ChatId): void;
  requestShown(device: Device, from: UserId): void;
  uploaded(device: Device, chat: ChatId, blob: BlobId): void;
  /** A send's first outcome. */
  sendEnded(device: Device, chat: ChatId, content: number, outcome: OutcomeCode): void;
}
