// What virtual users need from the world they live in: the same few things simulated and live. Who implements
// it also seeds the stores with the friend graph before the first sign-in and reports phases, faults and nodes.
import type { DevicePorts } from "../device/ports.ts";
import type { BlobId, ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";

export interface UserWorld {
  /** Shared by all devices; `random` is used only by a device without draws of its own. */
  readonly ports: DevicePorts;
  /** Microseconds since the start of the run. */
  nowUs(): number;
  /** Calls `handler(arg)` at that time (label userAction); it is never cancelled. */
  atUs<A>(timeUs: number, handler: (arg: A) => void, arg: A): void;
  /** The identity provider: stamps the sign-in time. */
  issueToken(user: UserId, device: DeviceId): string;
  /** 48 bits, never given twice in a run. */
  newDeviceId(user: UserId): DeviceId;
  /** For the history's operations: unique in the run, from 1. */
  nextOperation(): number;
  /** A blob of this user in this chat that is older than 7 days, where the world has planted one. */
  expiredBlob?(user: UserId, chat: ChatId): BlobId | undefined;
}
