// One audit table: entries of a user by (chat, device), each a row of numbers. Finds and orders them; what
// the columns mean and how they rise is decided in message-store.ts.
import type { ChatId, DeviceId, UserId } from "../protocol/ids.ts";
import { NumberTable } from "./number-table.ts";

const CHAT = 0;
const DEVICE = 1;
/** The first column that belongs to the table's user. */
export const FIRST_COLUMN = 2;

const NO_IDS: readonly number[] = Object.freeze([]);

export class AuditTable {
  readonly numbers: NumberTable;
  /** Row ids of each user, by (chat, device); each list exactly as long as needed, for there are very many. */
  #users = new Map<UserId, readonly number[]>();

  /** `columns` besides chat and device. */
  constructor(columns: number) {
    this.numbers = new NumberTable(FIRST_COLUMN + columns);
  }

  chat(id: number): ChatId {
    return this.numbers.get(id, CHAT);
  }

  device(id: number): DeviceId {
    return this.numbers.get(id, DEVICE);
  }

  /** The entry's row id, or -1. */
  find(user: UserId, chat: ChatId, device: DeviceId): number {
    const ids = this.#users.get(user);
    if (ids === undefined) return -1;
    const place = this.#place(ids, chat, device);
    const id = ids[place];
    return id !== undefined && this.#order(id, chat, device) === 0 ? id : -1;
  }

  /** The entry's row id; a new row of zeros where there was none. */
  findOrAdd(user: UserId, chat: ChatId, device: DeviceId): number {
    const ids = this.ofUser(user);
    const place = this.#place(ids, chat, device);
    const standing = ids[place];
    if (standing !== undefined && this.#order(standing, chat, device) === 0) return standing;
    const id = this.numbers.add();
    this.numbers.set(id, CHAT, chat);
    this.numbers.set(id, DEVICE, device);
    this.#users.set(user, ids.toSpliced(place, 0, id));
    return id;
  }

  /** Row ids of a user, by (chat, device). */
  ofUser(user: UserId): readonly number[] {
    return this.#users.get(user) ?? NO_IDS;
  }

  scan(visit: (user: UserId, id: number) => void): void {
    for (const [user, ids] of this.#users) for (const id of ids) visit(user, id);
  }

  /** Where (chat, device) stands or would stand. */
  #place(ids: readonly number[], chat: ChatId, device: DeviceId): number {
    let low = 0;
    let high = ids.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#order(ids[middle]!, chat, device) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #order(id: number, chat: ChatId, device: DeviceId): number {
    return this.numbers.get(id, CHAT) - chat || this.numbers.get(id, DEVICE) - device;
  }
}
