// Who means to be online: a permutation of all users with those online in front, so that coming, going and a
// uniform choice among either side take one step each.
import type { UserId } from "../../server/protocol/ids.ts";

export class OnlineSet {
  readonly users: number;
  #count = 0;
  readonly #order: Int32Array;
  readonly #place: Int32Array;

  constructor(users: number) {
    this.users = users;
    this.#order = new Int32Array(users);
    this.#place = new Int32Array(users + 1);
    for (let i = 0; i < users; i++) {
      this.#order[i] = i + 1;
      this.#place[i + 1] = i;
    }
  }

  get size(): number {
    return this.#count;
  }

  has(user: UserId): boolean {
    return this.#place[user]! < this.#count;
  }

  add(user: UserId): void {
    if (this.has(user)) return;
    this.#swap(this.#place[user]!, this.#count);
    this.#count += 1;
  }

  remove(user: UserId): void {
    if (!this.has(user)) return;
    this.#count -= 1;
    this.#swap(this.#place[user]!, this.#count);
  }

  /** Uniform among those online; u in [0, 1). 0 where there is nobody. */
  pickOnline(u: number): UserId {
    return this.#count === 0 ? 0 : this.#order[Math.floor(u * this.#count)]!;
  }

  pickOffline(u: number): UserId {
    const offline = this.users - this.#count;
    return offline === 0 ? 0 : this.#order[this.#count + Math.floor(u * offline)]!;
  }

  /** In the order of the permutation: deterministic, otherwise without meaning. */
  online(at: number): UserId {
    return this.#order[at]!;
  }

  #swap(a: number, b: number): void {
    const atA = this.#order[a]!;
    const atB = this.#order[b]!;
    this.#order[a] = atB;
    this.#order[b] = atA;
    this.#place[atB] = a;
    this.#place[atA] = b;
  }
}
