// What is pending when the faults have ended and recovery is demanded: who means to be online and is not connected,
// not synced or not drained, and which operations are open. It listens to a run that is repeated because a liveness
// rule broke, and says it in words, for "did not recover" alone sends nobody anywhere.
import { OPERATION, OUTCOME, type HistoryListener } from "../history/history.ts";

const LISTED_MAX = 6;
const OPERATION_NAMES = Object.fromEntries(
  Object.entries(OPERATION).map(([name, type]) => [type, name]),
) as Readonly<Record<number, string>>;

interface Person {
  meansOnline: boolean;
  sinceT: number;
  session: number;
  synced: boolean;
  /** "chat/device/n" of confirmed messages that no device of theirs has shown. */
  readonly unseen: Set<string>;
}

interface OpenOperation {
  readonly what: string;
  readonly user: number;
  readonly sinceT: number;
}

export class Pending {
  readonly listener: HistoryListener;
  /** Once recovery has been demanded: a line, or undefined where nothing was pending. */
  atRecovery: string | undefined;
  /** At the very end. */
  atEnd: string | undefined;
  readonly #people = new Map<number, Person>();
  readonly #members = new Map<number, readonly [number, number]>();
  readonly #open = new Map<string, OpenOperation>();
  #quietT = -1;

  constructor() {
    this.listener = { ...this.#ofPeople(), ...this.#ofMessages(), ...this.#ofOperations() };
  }

  #ofPeople(): HistoryListener {
    return {
      friendship: (_t, low, high, chat) => void this.#members.set(chat, [low, high]),
      signedIn: (t, user) => {
        const person = this.#person(user);
        person.meansOnline = true;
        person.sinceT = t;
      },
      signedOut: (t, user) => {
        const person = this.#person(user);
        person.meansOnline = false;
        person.sinceT = t;
      },
      connected: (t, user, _device, session) => {
        const person = this.#person(user);
        person.session = session;
        person.synced = false;
        person.sinceT = t;
      },
      synced: (_t, user, _device, session) => {
        const person = this.#person(user);
        if (person.session === session) person.synced = true;
      },
      closed: (t, user, _device, session) => {
        const person = this.#person(user);
        if (person.session !== session) return;
        person.session = 0;
        person.sinceT = t;
      },
      quietBegan: (t, step) => {
        if (step === 1) this.#quietT = t;
        else this.atRecovery = this.#told(t);
      },
      ended: (t) => void (this.atEnd = this.#told(t)),
    };
  }

  #ofMessages(): HistoryListener {
    return {
      sendInvoked: (t, user, device, chat, n) => {
        const message = `${chat}/${device}/${n}`;
        this.#open.set(`send ${message}`, { what: `send ${message}`, user, sinceT: t });
      },
      sendEnded: (_t, user, device, chat, n, outcome) => {
        // Unknown is an end for the person; the outbox goes on until it is settled.
        if (outcome === OUTCOME.unknown) return;
        this.#open.delete(`send ${chat}/${device}/${n}`);
        const members = this.#members.get(chat);
        if (outcome !== OUTCOME.ok || members === undefined) return;
        const recipient = members[0] === user ? members[1] : members[0];
        this.#person(recipient).unseen.add(`${chat}/${device}/${n}`);
      },
      shown: (_t, user, _device, _session, chat, _from, logDevice, n) =>
        void this.#person(user).unseen.delete(`${chat}/${logDevice}/${n}`),
      readInvoked: (t, user, _device, chat, logDevice, n) => {
        const what = `read ${chat}/${logDevice}/${n}`;
        this.#open.set(`${what} ${user}`, { what, user, sinceT: t });
      },
      readEnded: (_t, user, _device, chat, logDevice, n) =>
        void this.#open.delete(`read ${chat}/${logDevice}/${n} ${user}`),
    };
  }

  #ofOperations(): HistoryListener {
    return {
      operationBegan: (t, operation, type, user) =>
        void this.#open.set(`operation ${operation}`, {
          what: OPERATION_NAMES[type] ?? "operation",
          user,
          sinceT: t,
        }),
      operationEnded: (_t, operation) => void this.#open.delete(`operation ${operation}`),
    };
  }

  #person(user: number): Person {
    let person = this.#people.get(user);
    if (person === undefined) {
      const unseen = new Set<string>();
      person = { meansOnline: false, sinceT: 0, session: 0, synced: false, unseen };
      this.#people.set(user, person);
    }
    return person;
  }

  #told(t: number): string | undefined {
    const online = [...this.#people].filter(([, person]) => person.meansOnline);
    const lists = [
      listed("not connected", online, ([user, person]) =>
        person.session === 0 ? `user ${user} since ${clock(person.sinceT)}` : undefined,
      ),
      listed("not synced", online, ([user, person]) =>
        person.session !== 0 && !person.synced
          ? `user ${user} since ${clock(person.sinceT)}`
          : undefined,
      ),
      listed("not drained", online, ([user, person]) =>
        person.synced && person.session !== 0 && person.unseen.size > 0
          ? `user ${user}: ${person.unseen.size}, first ${[...person.unseen][0]}`
          : undefined,
      ),
      listed(
        "operations open",
        [...this.#open.values()],
        ({ what, user, sinceT }) => `${what} of user ${user} since ${clock(sinceT)}`,
      ),
    ].filter((text) => text !== "");
    if (lists.length === 0) return undefined;
    const after = Math.round((t - Math.max(0, this.#quietT)) / 1_000_000);
    return `pending ${after} s after the faults ended: ${lists.join("; ")}`;
  }
}

/** "2 not connected (user 5 since 3:10, user 9 since 3:12)", or nothing. */
function listed<T>(
  what: string,
  items: readonly T[],
  name: (item: T) => string | undefined,
): string {
  const names = items.flatMap((item) => name(item) ?? []);
  if (names.length === 0) return "";
  const more = names.length > LISTED_MAX ? `, and ${names.length - LISTED_MAX} more` : "";
  return `${names.length} ${what} (${names.slice(0, LISTED_MAX).join(", ")}${more})`;
}

function clock(us: number): string {
  const seconds = Math.floor(us / 1_000_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
