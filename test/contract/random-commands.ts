// Calls of each store port with drawn arguments, to be made on two implementations that must answer the same.
// Small numbers collide often; `Ids` moves them to where a store that forgets nothing has none yet.
import fc from "fast-check";
import type { MessageStore } from "../../server/ports/message-store.ts";
import type { Outcome } from "../../server/ports/outcome.ts";
import type { PresenceStore } from "../../server/ports/presence-store.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import { row } from "./message-store-contract.ts";
import { claimOf, epochOf } from "./presence-store-contract.ts";
import { copy, friendship } from "./roster-store-contract.ts";

export interface Ids {
  id(small: number): number;
  node(small: number): string;
}

export const SMALL_IDS: Ids = { id: (small) => small, node: (small) => `node-${small}` };

export interface Command<P> {
  readonly text: string;
  readonly call: (port: P, ids: Ids) => Promise<Outcome<unknown>>;
  /** Milliseconds of the store's clock that pass before it. */
  readonly afterMs?: number;
}

const small = fc.integer({ min: 1, max: 4 });
const n = fc.integer({ min: 1, max: 30 });
const SOMEBODY = 9;

/** A command whose arguments are drawn together and shown when a sequence fails. */
export function command<P, A extends unknown[]>(
  name: string,
  args: { [K in keyof A]: fc.Arbitrary<A[K]> },
  call: (port: P, ids: Ids, ...args: A) => Promise<Outcome<unknown>>,
): fc.Arbitrary<Command<P>> {
  return fc.tuple<A>(...args).map((drawn) => ({
    text: `${name}(${drawn.join(", ")})`,
    call: (port, ids) => call(port, ids, ...drawn),
  }));
}

/** At most so many, most often about half of it. */
export function sequencesOf<P>(
  commands: readonly fc.Arbitrary<Command<P>>[],
  maxLength: number,
): fc.Arbitrary<Command<P>[]> {
  return fc.array(fc.oneof(...commands), { minLength: 1, maxLength, size: "max" });
}

const kind = fc.constantFrom("text", "image", "void");
const logOf = ({ id }: Ids, chat: number, device: number) => ({
  chat: id(chat),
  user: id(device % 2),
  device: id(device),
});

const onMessages: typeof command<MessageStore, number[]> = command;

export const messageCommands: readonly fc.Arbitrary<Command<MessageStore>>[] = [
  command(
    "append",
    [small, small, n, fc.integer({ min: 1, max: 5 }), kind],
    (port: MessageStore, ids, chat, device, first, count, of) => {
      const rows = [];
      const log = logOf(ids, chat, device);
      for (let index = 0; index < count; index++)
        rows.push(row(log, first + index, of === "void" ? undefined : "body", of));
      return port.append(rows);
    },
  ),
  onMessages("rows", [small, small, n, n, small], (port, ids, chat, device, first, last, limit) =>
    port.rows(logOf(ids, chat!, device!), first!, last!, limit!),
  ),
  onMessages("registerLog", [small, small], (port, ids, chat, device) =>
    port.registerLog(logOf(ids, chat!, device!)),
  ),
  onMessages("logs", [small], (port, { id }, chat) => port.logs(id(chat!))),
  onMessages("raiseSent", [small, small, small, n], (port, { id }, user, chat, device, sentN) =>
    port.raiseSent(id(user!), id(chat!), id(device!), id(SOMEBODY), sentN!),
  ),
  onMessages("raiseRead", [small, small, small, n], (port, { id }, user, chat, device, readN) =>
    port.raiseRead(id(user!), id(chat!), id(device!), readN!),
  ),
  onMessages("unreadEntries", [small], (port, { id }, user) => port.unreadEntries(id(user!))),
  onMessages("unreadEntry", [small, small, small], (port, { id }, user, chat, device) =>
    port.unreadEntry(id(user!), id(chat!), id(device!)),
  ),
  onMessages(
    "raiseReceipt",
    [small, small, small, n, n],
    (port, { id }, user, chat, device, readN, at) =>
      port.raiseReceipt(id(user!), id(chat!), id(device!), id(SOMEBODY), readN!, 1000 + at!),
  ),
  onMessages("raiseSeen", [small, small, small, n], (port, { id }, user, chat, device, seenN) =>
    port.raiseSeen(id(user!), id(chat!), id(device!), seenN!),
  ),
  onMessages("receiptEntries", [small], (port, { id }, user) => port.receiptEntries(id(user!))),
  onMessages("recordBlob", [small, small, n], (port, { id }, blob, owner, createdAt) =>
    port.recordBlob({
      blob: blobName(id(blob!)),
      chat: id(owner!),
      owner: id(owner!),
      bytes: 10 * createdAt!,
      sha256: "ab".repeat(32),
      createdAt: createdAt! * 8 + owner!,
    }),
  ),
  onMessages("blob", [small], (port, { id }, blob) => port.blob(blobName(id(blob!)))),
];

export function blobName(id: number): string {
  return id.toString(16).padStart(32, "0");
}

const friends = ({ id }: Ids, a: number, b: number, chat: number) =>
  friendship(Math.min(id(a), id(b + 4)), Math.max(id(a), id(b + 4)), id(chat), `key-${chat}`);

const onRoster: typeof command<RosterStore, number[]> = command;

export const rosterCommands: readonly fc.Arbitrary<Command<RosterStore>>[] = [
  onRoster("request", [small, small, n], (port, { id }, to, from, requestedAt) =>
    port.request({ to: id(to!), from: id(from!), requestedAt: requestedAt! }),
  ),
  onRoster("requests", [small], (port, { id }, to) => port.requests(id(to!))),
  onRoster("establish", [small, small, n], (port, ids, a, b, chat) =>
    port.establish(friends(ids, a!, b!, chat!)),
  ),
  onRoster("friendship", [small, small], (port, { id }, a, b) =>
    port.friendship(id(a!), id(b! + 4)),
  ),
  onRoster("putFriend", [small, small, n], (port, ids, a, b, chat) =>
    port.putFriend(copy(friends(ids, a!, b!, chat!), ids.id(a!))),
  ),
  onRoster("friends", [small], (port, { id }, user) => port.friends(id(user!))),
  onRoster("friend", [small, small], (port, { id }, a, b) => port.friend(id(a!), id(b! + 4))),
  onRoster("rewrap", [small, small, n], (port, ids, a, b, chat) =>
    port.rewrap(friends(ids, a!, b!, chat!)),
  ),
];

const onPresence: typeof command<PresenceStore, number[]> = command;

const presenceCalls = [
  onPresence("hold", [small, small, small], (port, { id, node }, user, signedIn, counter) =>
    port.hold([claimOf(id(user!), epochOf(signedIn!, counter!), node(signedIn!))]),
  ),
  onPresence("release", [small, small, small], (port, { id }, user, signedIn, counter) =>
    port.release(id(user!), epochOf(signedIn!, counter!)),
  ),
  onPresence("lookup", [small], (port, { id }, user) => port.lookup(id(user!))),
  onPresence("renewLease", [small, small], (port, { node }, of, incarnation) => {
    const name = node(of!);
    return port.renewLease({
      node: name,
      incarnation: of === incarnation ? claimOf(0, "", name).incarnation : incarnation!,
      address: "",
      state: "up",
    });
  }),
];

/** Each some time after the one before it; `afterMs` are those times. */
export function presenceCommands(
  afterMs: readonly number[],
): readonly fc.Arbitrary<Command<PresenceStore>>[] {
  return presenceCalls.map((drawn) =>
    fc
      .tuple(drawn, fc.constantFrom(0, 0, 0, ...afterMs))
      .map(([made, passed]) => ({ ...made, text: `+${passed} ms ${made.text}`, afterMs: passed })),
  );
}
