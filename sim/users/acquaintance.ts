// People who make friends during a run: requests at a rate, each answered by its recipient after a while.
import type { ChatId, UserId } from "../../server/protocol/ids.ts";
import type { Device } from "../device/device.ts";
import { keyed, type Stream } from "../kernel/random.ts";
import { PURPOSE } from "./draws.ts";
import type { People } from "./people.ts";

const ANSWER_US_MAX = 4_000_000;
const EAGER_US_MAX = 10_000;
const MUTUAL_SHARE = 0.3;
const DRAWS_MAX = 8;

interface Answer {
  readonly user: UserId;
  readonly from: UserId;
}

export class Acquaintance {
  readonly #people: People;
  readonly #choices: Stream;
  /** Requests that were answered, by (from, to) as one number. */
  readonly #answered = new Set<number>();
  /** Acceptances that people here gave, by (from, to) as one number: no other friendship is a right one. */
  readonly #accepted = new Set<number>();
  readonly #known = new Set<ChatId>();
  /** Requests that people here made, by (from, to) as one number. */
  readonly #asked = new Set<number>();
  readonly #onAnswer = (answer: Answer): void => this.#answer(answer);

  constructor(people: People, choices: Stream) {
    this.#people = people;
    this.#choices = choices;
  }

  /** Somebody online asks somebody who is no friend yet. */
  befriend(): void {
    const people = this.#people;
    const user = people.online.pickOnline(this.#choices.next());
    if (user === 0) return;
    for (let i = 0; i < DRAWS_MAX; i++) {
      const other = 1 + Math.floor(this.#choices.next() * people.users);
      if (other === user || this.#isPassedOver(user, other)) continue;
      this.ask(user, other);
      // Two who want each other ask at once, and neither waits for the other.
      if (this.#choices.next() < MUTUAL_SHARE && people.online.has(other)) this.ask(other, user);
      return;
    }
  }

  /** Friends are not asked again; what is known here alone must not decide how often is drawn. */
  #isPassedOver(user: UserId, other: UserId): boolean {
    if (this.#people.world.isDivided === true) return this.#people.graph.chatOf(user, other) !== 0;
    return this.#areFriends(user, other);
  }

  ask(user: UserId, other: UserId): void {
    const device = this.#people.device(user);
    if (device === undefined || this.#areFriends(user, other)) return;
    this.#asked.add(this.#key(user, other));
    this.#people.did(user, "befriend", other);
    device.befriend(other);
  }

  accept(device: Device, from: UserId): void {
    this.#accepted.add(this.#key(from, device.user));
    this.#people.did(device.user, "accept", from);
    device.accept(from);
  }

  requestShown(device: Device, from: UserId): void {
    if (this.#people.isScripted) return;
    const key = this.#key(from, device.user);
    if (this.#answered.has(key)) return;
    this.#answered.add(key);
    const { world, seed32 } = this.#people;
    const u = keyed(seed32, device.user, PURPOSE.accept, from);
    // Who asked as well has made up his mind.
    const withinUs = this.#asked.has(this.#key(device.user, from)) ? EAGER_US_MAX : ANSWER_US_MAX;
    const atUs = world.nowUs() + Math.ceil(u * withinUs);
    world.atUs(atUs, this.#onAnswer, { user: device.user, from });
  }

  /** A device shows a friend: if it is a new one, both may now be written to. */
  friendShown(device: Device, friend: UserId, chat: ChatId): void {
    const people = this.#people;
    const { user } = device;
    if (people.graph.chatOf(user, friend) === chat) return;
    let friends = people.newFriends.get(user);
    if (friends === undefined) people.newFriends.set(user, (friends = []));
    if (friends.some((known) => known.chat === chat)) return;
    friends.push({ friend, chat });
    if (this.#known.has(chat)) return;
    if (
      !this.#accepted.has(this.#key(user, friend)) &&
      !this.#accepted.has(this.#key(friend, user))
    )
      return;
    this.#known.add(chat);
    const low = Math.min(user, friend);
    const high = Math.max(user, friend);
    people.history.friendship(people.world.nowUs(), low, high, chat);
  }

  #answer(answer: Answer): void {
    const people = this.#people;
    const device = people.device(answer.user);
    const key = this.#key(answer.from, answer.user);
    if (device !== undefined && people.online.has(answer.user)) this.accept(device, answer.from);
    // Who has left meanwhile answers when the request is shown again.
    else this.#answered.delete(key);
  }

  #key(from: UserId, to: UserId): number {
    return from * (this.#people.users + 1) + to;
  }

  #areFriends(user: UserId, other: UserId): boolean {
    if (this.#people.graph.chatOf(user, other) !== 0) return true;
    const friends = this.#people.newFriends.get(user);
    return friends !== undefined && friends.some(({ friend }) => friend === other);
  }
}
