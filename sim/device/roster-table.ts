// A device's friends in parallel arrays: a hundred thousand devices hold one each, so a friend costs 24 bytes.
import type { RosterFriend } from "../../server/protocol/frames.ts";
import type { ChatId, UserId } from "../../server/protocol/ids.ts";

/** What a presence frame said, as the history has it. */
export interface PresenceNotice {
  readonly state: number;
  readonly lastSeenMs: number;
  readonly signedInMs: number;
}

export class Roster {
  /** user, chat, user, chat, ... */
  #pairs: number[] = [];
  /** The texts are those of the roster frame, not copies. */
  #keys: string[] = [];
  /** Only where a version is not 1. */
  #versions: number[] | undefined = undefined;
  /** Rank of the highest presence epoch seen; only once there was a notice. */
  #ranks: number[] | undefined = undefined;
  /** Of whom a notice came during this login: it beats the roster. */
  #noticed: Map<UserId, PresenceNotice> | undefined = undefined;

  get size(): number {
    return this.#keys.length;
  }

  indexOfChat(chat: ChatId): number {
    const pairs = this.#pairs;
    for (let i = 1; i < pairs.length; i += 2) if (pairs[i] === chat) return i >> 1;
    return -1;
  }

  indexOfUser(user: UserId): number {
    const pairs = this.#pairs;
    for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === user) return i >> 1;
    return -1;
  }

  user(at: number): UserId {
    return this.#pairs[at * 2]!;
  }

  chat(at: number): ChatId {
    return this.#pairs[at * 2 + 1]!;
  }

  key(at: number): string {
    return this.#keys[at]!;
  }

  keyVersion(at: number): number {
    return this.#versions === undefined ? 1 : this.#versions[at]!;
  }

  /** Adds friends that are not here yet; the arrays keep their exact size. */
  add(friends: readonly RosterFriend[]): void {
    const before = this.size;
    const size = before + friends.length;
    const pairs = new Array<number>(size * 2);
    const keys = new Array<string>(size);
    for (let i = 0; i < before; i++) {
      pairs[i * 2] = this.user(i);
      pairs[i * 2 + 1] = this.chat(i);
      keys[i] = this.key(i);
    }
    const versions = this.#versions?.slice();
    for (let i = before; i < size; i++) {
      const friend = friends[i - before]!;
      pairs[i * 2] = friend.user;
      pairs[i * 2 + 1] = friend.chat;
      keys[i] = friend.key;
      versions?.push(friend.keyVersion);
    }
    this.#pairs = pairs;
    this.#keys = keys;
    this.#versions = versions;
    for (let i = before; i < size; i++) this.#setVersion(i, friends[i - before]!.keyVersion);
    if (this.#ranks !== undefined) while (this.#ranks.length < size) this.#ranks.push(0);
  }

  /** True if this changed anything. */
  change(at: number, friend: RosterFriend): boolean {
    if (
      this.chat(at) === friend.chat &&
      this.key(at) === friend.key &&
      this.keyVersion(at) === friend.keyVersion
    )
      return false;
    this.#pairs[at * 2 + 1] = friend.chat;
    this.#keys[at] = friend.key;
    this.#setVersion(at, friend.keyVersion);
    return true;
  }

  #setVersion(at: number, version: number): void {
    if (this.#versions === undefined) {
      if (version === 1) return;
      this.#versions = new Array<number>(this.size).fill(1);
    }
    this.#versions[at] = version;
  }

  /** False where a higher epoch was seen before. */
  accepts(at: number, rank: number): boolean {
    this.#ranks ??= new Array<number>(this.size).fill(0);
    if (rank < this.#ranks[at]!) return false;
    this.#ranks[at] = rank;
    return true;
  }

  notice(user: UserId, notice: PresenceNotice): void {
    (this.#noticed ??= new Map()).set(user, notice);
  }

  noticeOf(user: UserId): PresenceNotice | undefined {
    return this.#noticed?.get(user);
  }

  forgetNotices(): void {
    this.#noticed = undefined;
  }
}
