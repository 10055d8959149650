// What virtual users need from the world they live in: the same few things simulated and live. Who implements
// it also seeds the stores with the friend graph before the first sign-in and reports phases, faults and nodes.
import type { Device, DeviceIdentity } from "../device/device.ts";
import type { DeviceHost } from "../device/host.ts";
import type { DeviceParts } from "../device/parts.ts";
import type { DevicePorts } from "../device/ports.ts";
import type { History } from "../history/history.ts";
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
  /**
   * True where several worlds play the people of one run, each some of them, after the same plan: then no draw may
   * depend on what a device has seen.
   */
  readonly isDivided?: boolean;
  /** A device in the place of the right one: of somebody whom another world plays. */
  createDevice?(
    identity: DeviceIdentity,
    host: DeviceHost,
    history: History,
    parts: DeviceParts,
  ): Device;
  /** A blob of this user in this chat that is older than 7 days, where the world has planted one. */
  expiredBlob?(user: UserId, chat: ChatId): BlobId | undefined;
}
