// What a device keeps of a chat once something happened in it: the key, the friend's logs and its own.
import type { ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { Device } from "./device.ts";

export class InboundLog {
  readonly owner: Device;
  readonly chat: Chat;
  readonly device: DeviceId;
  /** Highest n received (and shown: nothing waits in between). */
  n = 0;
  /** Highest n that the node was told to be received. */
  acknowledgedN = 0;
  /** Highest n that the person has read here. */
  readN = 0;
  /** The session in which the node announced the log. */
  announcedIn = 0;
  /** Whoever drives the device has a read of this log under way. */
  readScheduled = false;

  constructor(owner: Device, chat: Chat, device: DeviceId) {
    this.owner = owner;
    this.chat = chat;
    this.device = device;
  }
}

/** Highest n of one of this user's own logs whose receipt was shown. */
export interface ShownReceipt {
  readonly device: DeviceId;
  n: number;
}

const NO_LOGS: readonly InboundLog[] = Object.freeze([]);
const NO_RECEIPTS: readonly ShownReceipt[] = Object.freeze([]);

export class Chat {
  readonly chat: ChatId;
  readonly friend: UserId;
  key: string;
  keyVersion: number;
  /** The key's number in the history. */
  keyNumber: number;
  /** Both lists are exactly as long as needed: there are very many of them, and they change seldom. */
  logs: readonly InboundLog[] = NO_LOGS;
  receipts: readonly ShownReceipt[] = NO_RECEIPTS;
  /** Keys of lower versions, where there are any. */
  #earlierKeys: Map<number, string> | undefined = undefined;

  constructor(chat: ChatId, friend: UserId, key: string, keyVersion: number, keyNumber: number) {
    this.chat = chat;
    this.friend = friend;
    this.key = key;
    this.keyVersion = keyVersion;
    this.keyNumber = keyNumber;
  }

  keyOf(version: number): string | undefined {
    return version === this.keyVersion ? this.key : this.#earlierKeys?.get(version);
  }

  setKey(key: string, version: number, keyNumber: number): void {
    if (version < this.keyVersion || key === this.key) return;
    if (version > this.keyVersion) (this.#earlierKeys ??= new Map()).set(this.keyVersion, this.key);
    this.key = key;
    this.keyVersion = version;
    this.keyNumber = keyNumber;
  }

  /** True where this receipt is news. */
  showReceipt(device: DeviceId, n: number): boolean {
    for (const shown of this.receipts)
      if (shown.device === device) {
        if (n <= shown.n) return false;
        shown.n = n;
        return true;
      }
    this.receipts = this.receipts.concat({ device, n });
    return true;
  }

  log(device: DeviceId): InboundLog | undefined {
    const logs = this.logs;
    for (let i = 0; i < logs.length; i++) if (logs[i]!.device === device) return logs[i];
    return undefined;
  }
}
