// Who is signed in when: along a phase's online curve, with people taking each other's places, or each person
// by his own stays online and offline.
import type { UserId } from "../../server/protocol/ids.ts";
import type { DeviceHost } from "../device/host.ts";
import { type Distribution, Sampler } from "../kernel/distribution.ts";
import { keyed, type Stream } from "../kernel/random.ts";
import type { Phase } from "../scenario/types.ts";
import { PURPOSE } from "./draws.ts";
import { nextChangeUs, onlineAt } from "./online-curve.ts";
import type { People } from "./people.ts";

/** A person and one of his stays in one number: an event's argument without an object. */
const USERS_MAX = 16_777_216;

export class ComingAndGoing {
  readonly #people: People;
  readonly #host: DeviceHost;
  readonly #choices: Stream;
  readonly #stayOnline: Sampler | undefined;
  readonly #stayOffline: Sampler | undefined;
  #phase: Phase | undefined = undefined;
  #phaseOrdinal = 0;
  readonly #onCurve = (ordinal: number): void => this.#followCurve(ordinal);
  readonly #onStayEnded = (stay: number): void => this.#stayEnded(stay);
  readonly #onReturn = (stay: number): void => this.#returns(stay);

  constructor(people: People, host: DeviceHost, choices: Stream) {
    this.#people = people;
    this.#host = host;
    this.#choices = choices;
    const { stayOnlineUs, stayOfflineUs } = people.scenario.behaviour;
    this.#stayOnline = samplerOf(stayOnlineUs);
    this.#stayOffline = samplerOf(stayOfflineUs);
  }

  begin(phase: Phase): void {
    const before = this.#phase;
    this.#phase = phase;
    this.#phaseOrdinal += 1;
    if (phase.online !== undefined) this.#followCurve(this.#phaseOrdinal);
    else if (before === undefined || before.online !== undefined) this.#alternate();
  }

  /** From here on nobody comes or goes by himself. */
  stop(): void {
    this.#phase = undefined;
    this.#phaseOrdinal += 1;
  }

  /** A device vanished: along a curve somebody else takes the place, otherwise the person comes back. */
  vanish(user: UserId): void {
    this.#people.signOut(user, true);
    this.#left(user);
  }

  #followCurve(ordinal: number): void {
    if (ordinal !== this.#phaseOrdinal) return;
    const phase = this.#phase!;
    const curve = phase.online!;
    const { online, world } = this.#people;
    const atUs = world.nowUs() - phase.startUs;
    const target = Math.min(onlineAt(curve, atUs), this.#people.users);
    while (online.size < target) this.#signIn(online.pickOffline(this.#choices.next()));
    while (online.size > target)
      this.#people.signOut(online.pickOnline(this.#choices.next()), false);
    const nextUs = nextChangeUs(curve, atUs);
    if (nextUs !== Infinity) world.atUs(phase.startUs + nextUs, this.#onCurve, ordinal);
  }

  #signIn(user: UserId): void {
    const people = this.#people;
    people.signIn(user, this.#host);
    if (this.#stayOnline === undefined) return;
    const u = keyed(people.seed32, user, PURPOSE.stayOnline, people.stay(user));
    this.#later(this.#stayOnline.at(u), this.#onStayEnded, user);
  }

  #later(delayUs: number, handler: (stay: number) => void, user: UserId): void {
    const { world } = this.#people;
    const stay = this.#people.stay(user) * USERS_MAX + user;
    world.atUs(world.nowUs() + Math.max(0, Math.ceil(delayUs)), handler, stay);
  }

  #stayEnded(stay: number): void {
    const user = stay % USERS_MAX;
    const people = this.#people;
    if (this.#phase === undefined || people.stay(user) !== Math.floor(stay / USERS_MAX)) return;
    people.signOut(user, false);
    this.#left(user);
  }

  #left(user: UserId): void {
    const phase = this.#phase;
    if (phase === undefined) return;
    const people = this.#people;
    if (phase.online === undefined) {
      this.#comesBack(user);
      return;
    }
    const atUs = people.world.nowUs() - phase.startUs;
    if (people.online.size < Math.min(onlineAt(phase.online, atUs), people.users))
      this.#signIn(people.online.pickOffline(this.#choices.next()));
  }

  /** No curve: everyone who is offline now will come, each in his own time. */
  #alternate(): void {
    for (let user = 1; user <= this.#people.users; user++)
      if (!this.#people.online.has(user)) this.#comesBack(user);
  }

  #comesBack(user: UserId): void {
    if (this.#stayOffline === undefined) return;
    const people = this.#people;
    const u = keyed(people.seed32, user, PURPOSE.stayOffline, people.stay(user));
    this.#later(this.#stayOffline.at(u), this.#onReturn, user);
  }

  #returns(stay: number): void {
    const user = stay % USERS_MAX;
    if (this.#phase === undefined || this.#phase.online !== undefined) return;
    if (this.#people.stay(user) !== Math.floor(stay / USERS_MAX)) return;
    if (!this.#people.online.has(user)) this.#signIn(user);
  }
}

function samplerOf(distribution: Distribution | undefined): Sampler | undefined {
  return distribution === undefined ? undefined : new Sampler(distribution);
}
