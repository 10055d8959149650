// What the virtual users of one worker live in: the live counterpart of the simulated world, with the same
// population and devices on it. Of the people it plays only its own; the others are absent.
import type { BlobId, ChatId, DeviceId, UserId } from "../../../../server/protocol/ids.ts";
import { createDevice, type Device, type DeviceIdentity } from "../../../device/device.ts";
import type { DeviceHost } from "../../../device/host.ts";
import type { DeviceParts } from "../../../device/parts.ts";
import type { DevicePorts } from "../../../device/ports.ts";
import type { History } from "../../../history/history.ts";
import { keyedUint32, type Streams } from "../../../kernel/random.ts";
import { EXPIRED_LIVE_USERS, expiredBlobName } from "../../../users/expired-blob.ts";
import type { UserWorld } from "../../../users/world.ts";
import { AbsentDevice, type AbsentCount } from "./absent-device.ts";
import type { IdentityProvider } from "./identity-provider.ts";
import type { Schedule } from "./schedule.ts";

const PURPOSE = 303;

/** Which worker plays a person: the same on every machine, and even over any number of workers. */
export function workerOf(seed32: number, user: UserId, workers: number): number {
  return workers === 1 ? 0 : keyedUint32(seed32, user, PURPOSE, 0) % workers;
}

export interface UserWorldOptions {
  readonly schedule: Schedule;
  readonly streams: Streams;
  readonly identity: IdentityProvider;
  readonly ports: Pick<DevicePorts, "transport" | "uploads" | "cipher">;
  readonly worker: number;
  readonly workers: number;
}

export class LiveUserWorld implements UserWorld {
  readonly ports: DevicePorts;
  readonly isDivided = true;
  readonly absent: AbsentCount = { online: 0 };
  readonly #schedule: Schedule;
  readonly #identity: IdentityProvider;
  readonly #seed32: number;
  readonly #worker: number;
  readonly #workers: number;
  #operation: number;

  constructor(options: UserWorldOptions) {
    const { schedule, streams, ports, worker, workers } = options;
    this.#schedule = schedule;
    this.#identity = options.identity;
    this.#seed32 = streams.seed32("workers");
    this.#worker = worker;
    this.#workers = workers;
    this.#operation = worker + 1 - workers;
    this.ports = {
      ...ports,
      nowUs: () => schedule.clock.nowUs(),
      clock: schedule,
      random: streams.stream("devices"),
    };
  }

  isMine(user: UserId): boolean {
    return workerOf(this.#seed32, user, this.#workers) === this.#worker;
  }

  nowUs(): number {
    return this.#schedule.nowUs();
  }

  atUs<A>(timeUs: number, handler: (arg: A) => void, arg: A): void {
    this.#schedule.atUs(timeUs, handler, arg);
  }

  issueToken(user: UserId, device: DeviceId): string {
    return this.isMine(user) ? this.#identity.issueToken(user, device) : "";
  }

  newDeviceId(user: UserId): DeviceId {
    return this.#identity.newDeviceId(user);
  }

  /** Written before the run by whoever owns the stores; a name that is not stored is refused as well. */
  expiredBlob(user: UserId, chat: ChatId): BlobId | undefined {
    return user <= EXPIRED_LIVE_USERS ? expiredBlobName(user, chat) : undefined;
  }

  nextOperation(): number {
    this.#operation += this.#workers;
    return this.#operation;
  }

  createDevice(
    identity: DeviceIdentity,
    host: DeviceHost,
    history: History,
    parts: DeviceParts,
  ): Device {
    return this.isMine(identity.user)
      ? createDevice(this.ports, identity, host, history, parts)
      : new AbsentDevice(this.absent, this.ports, identity, host, history, parts);
  }
}
