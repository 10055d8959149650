// Things that people do at a rate of their own beside writing: make friends, look back, search, take another device.
import type { UserId } from "../../server/protocol/ids.ts";
import { Arrivals } from "./arrivals.ts";
import type { People } from "./people.ts";
import type { Stream, Streams } from "../kernel/random.ts";

const HISTORY_PAGES = 2;
const SEARCH_PAGES = 4;
const PAGE_ROWS = 50;
const SWITCHES_PER_S = 0.05;
const DRAWS_MAX = 12;
/** The plaintext of a message is a function of its content number: so is whether it holds the word. */
const WORD_EVERY = 7;

interface Errand {
  readonly arrivals: Arrivals;
  readonly run: () => void;
}

export class Errands {
  readonly #people: People;
  readonly #choices: Stream;
  readonly #errands: Errand[] = [];
  readonly #onErrand = (errand: Errand): void => this.#do(errand);
  #stopped = false;

  constructor(
    people: People,
    streams: Streams,
    befriend: () => void,
    switchDevice: (user: UserId) => void,
  ) {
    this.#people = people;
    this.#choices = streams.stream("errands");
    const { befriendPerS, historyPerS, searchPerS } = people.scenario.behaviour;
    this.#add(befriendPerS, streams.stream("befriend-arrivals"), befriend);
    if (people.scenario.behaviour.freshDevice > 0)
      this.#add(SWITCHES_PER_S, streams.stream("switch-arrivals"), () =>
        this.#switch(switchDevice),
      );
    this.#add(historyPerS, streams.stream("history-arrivals"), () => this.#look(false));
    this.#add(searchPerS, streams.stream("search-arrivals"), () => this.#look(true));
  }

  start(): void {
    for (const errand of this.#errands)
      this.#people.world.atUs(errand.arrivals.nextUs(), this.#onErrand, errand);
  }

  stop(): void {
    this.#stopped = true;
  }

  #add(ratePerS: number, draws: Stream, run: () => void): void {
    if (ratePerS <= 0) return;
    this.#errands.push({ arrivals: new Arrivals(ratePerS, "poisson", draws, 0), run });
  }

  #do(errand: Errand): void {
    if (this.#stopped) return;
    errand.run();
    this.#people.world.atUs(errand.arrivals.nextUs(), this.#onErrand, errand);
  }

  /** Rather somebody whose device has no connection: that is when people take another one. */
  #switch(switchDevice: (user: UserId) => void): void {
    const people = this.#people;
    let user = 0;
    for (let i = 0; i < DRAWS_MAX; i++) {
      user = people.online.pickOnline(this.#choices.next());
      if (user === 0) return;
      if (people.world.isDivided === true || !people.device(user)!.isOpen) break;
    }
    switchDevice(user);
  }

  #look(searching: boolean): void {
    const people = this.#people;
    const user = people.online.pickOnline(this.#choices.next());
    const friends = user === 0 ? 0 : people.friendCount(user);
    if (friends === 0) return;
    this.look(user, Math.floor(this.#choices.next() * friends), searching);
  }

  /** The person looks back in the chat with the friend at that place, or searches there. */
  look(user: UserId, place: number, searching: boolean): void {
    const people = this.#people;
    const device = people.device(user);
    if (device === undefined) return;
    const chat = people.chatAt(user, place);
    people.did(user, searching ? "search" : "history", people.friendAt(user, place));
    if (searching) device.search(chat, holdsWord, () => {}, SEARCH_PAGES, PAGE_ROWS);
    else device.readHistory(chat, HISTORY_PAGES, PAGE_ROWS);
  }
}

function holdsWord(content: number): boolean {
  return content > 0 && content % WORD_EVERY === 0;
}
