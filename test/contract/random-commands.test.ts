// Long random sequences of calls on the memory stores and on the simulated ones: without faults each call must
// answer the same. A failing sequence is shrunk and printed with its seed.
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  messageStorePort,
  presenceStorePort,
  rosterStorePort,
} from "../../server/memory/memory-ports.ts";
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import { MemoryRosterStore } from "../../server/memory/roster-store.ts";
import type { MessageStore } from "../../server/ports/message-store.ts";
import type { Outcome } from "../../server/ports/outcome.ts";
import type { PresenceStore } from "../../server/ports/presence-store.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import { row } from "./message-store-contract.ts";
import { claimOf, epochOf } from "./presence-store-contract.ts";
import { copy, friendship } from "./roster-store-contract.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

const COMMANDS = 500;
const RUNS = 12;

interface Both {
  readonly messages: MessageStore;
  readonly roster: RosterStore;
  readonly presence: PresenceStore;
}

interface Command {
  readonly text: string;
  readonly call: (ports: Both) => Promise<Outcome<unknown>>;
  /** Milliseconds of the store's clock that pass before it. */
  readonly afterMs?: number;
}

const small = fc.integer({ min: 1, max: 4 });
const n = fc.integer({ min: 1, max: 30 });

/** A command whose arguments are drawn together and shown when a sequence fails. */
function command<A extends unknown[]>(
  name: string,
  args: { [K in keyof A]: fc.Arbitrary<A[K]> },
  call: (ports: Both, ...args: A) => Promise<Outcome<unknown>>,
): fc.Arbitrary<Command> {
  return fc.tuple<A>(...args).map((drawn) => ({
    text: `${name}(${drawn.join(", ")})`,
    call: (ports) => call(ports, ...drawn),
  }));
}

const kind = fc.constantFrom("text", "image", "void");
const log = (chat: number, device: number) => ({ chat, user: device % 2, device });

const messageCommands = [
  command(
    "append",
    [small, small, n, fc.integer({ min: 1, max: 5 }), kind],
    ({ messages }, chat, device, first, count, of) => {
      const rows = [];
      for (let index = 0; index < count; index++)
        rows.push(row(log(chat, device), first + index, of === "void" ? undefined : "body", of));
      return messages.append(rows);
    },
  ),
  command("rows", [small, small, n, n, small], ({ messages }, chat, device, first, last, limit) =>
    messages.rows(log(chat, device), first, last, limit),
  ),
  command("registerLog", [small, small], ({ messages }, chat, device) =>
    messages.registerLog(log(chat, device)),
  ),
  command("logs", [small], ({ messages }, chat) => messages.logs(chat)),
  command("raiseSent", [small, small, small, n], ({ messages }, user, chat, device, sentN) =>
    messages.raiseSent(user, chat, device, 9, sentN),
  ),
  command("raiseRead", [small, small, small, n], ({ messages }, user, chat, device, readN) =>
    messages.raiseRead(user, chat, device, readN),
  ),
  command("unreadEntries", [small], ({ messages }, user) => messages.unreadEntries(user)),
  command("unreadEntry", [small, small, small], ({ messages }, user, chat, device) =>
    messages.unreadEntry(user, chat, device),
  ),
  command(
    "raiseReceipt",
    [small, small, small, n, n],
    ({ messages }, user, chat, device, readN, at) =>
      messages.raiseReceipt(user, chat, device, 9, readN, 1000 + at),
  ),
  command("raiseSeen", [small, small, small, n], ({ messages }, user, chat, device, seenN) =>
    messages.raiseSeen(user, chat, device, seenN),
  ),
  command("receiptEntries", [small], ({ messages }, user) => messages.receiptEntries(user)),
];

const friends = (a: number, b: number, chat: number) =>
  friendship(Math.min(a, b + 4), Math.max(a, b + 4), chat, `key-${chat}`);

const rosterCommands = [
  command("request", [small, small, n], ({ roster }, to, from, requestedAt) =>
    roster.request({ to, from, requestedAt }),
  ),
  command("requests", [small], ({ roster }, to) => roster.requests(to)),
  command("establish", [small, small, n], ({ roster }, a, b, chat) =>
    roster.establish(friends(a, b, chat)),
  ),
  command("friendship", [small, small], ({ roster }, a, b) => roster.friendship(a, b + 4)),
  command("putFriend", [small, small, n], ({ roster }, a, b, chat) =>
    roster.putFriend(copy(friends(a, b, chat), a)),
  ),
  command("friends", [small], ({ roster }, user) => roster.friends(user)),
  command("friend", [small, small], ({ roster }, a, b) => roster.friend(a, b + 4)),
  command("rewrap", [small, small, n], ({ roster }, a, b, chat) =>
    roster.rewrap(friends(a, b, chat)),
  ),
];

const presenceCommands = [
  command("hold", [small, small, small], ({ presence }, user, signedIn, counter) =>
    presence.hold([claimOf(user, epochOf(signedIn, counter), `node-${signedIn}`)]),
  ),
  command("release", [small, small, small], ({ presence }, user, signedIn, counter) =>
    presence.release(user, epochOf(signedIn, counter)),
  ),
  command("lookup", [small], ({ presence }, user) => presence.lookup(user)),
  command("renewLease", [small, small], ({ presence }, node, incarnation) =>
    presence.renewLease({
      node: `node-${node}`,
      incarnation: node === incarnation ? 6001 : incarnation,
      address: "",
      state: "up",
    }),
  ),
].map((drawn) =>
  fc
    .tuple(drawn, fc.constantFrom(0, 0, 0, 2_000, 9_000, 90_000))
    .map(([made, afterMs]) => ({ ...made, text: `+${afterMs} ms ${made.text}`, afterMs })),
);

const commands = fc.array(fc.oneof(...messageCommands, ...rosterCommands, ...presenceCommands), {
  minLength: 1,
  maxLength: COMMANDS,
  size: "max",
});

async function sameAnswers(
  sequence: readonly Command[],
  messages = new MemoryMessageStore(),
): Promise<void> {
  let nowMs = 1_000_000;
  const clock = (): number => nowMs;
  const world = new SimulatedWorld(1, {
    memory: { messages, presence: new MemoryPresenceStore(clock) },
  });
  const simulated: Both = {
    messages: world.driven(world.ports.messages),
    roster: world.driven(world.ports.roster),
    presence: world.driven(world.ports.presence),
  };
  const memory: Both = {
    messages: messageStorePort(new MemoryMessageStore()),
    roster: rosterStorePort(new MemoryRosterStore()),
    presence: presenceStorePort(new MemoryPresenceStore(clock)),
  };
  for (const { text, call, afterMs } of sequence) {
    nowMs += afterMs ?? 0;
    expect(await call(simulated), text).toEqual(await call(memory));
  }
}

it("answers as the memory stores do, over random sequences of 500 calls", async () => {
  await fc.assert(
    fc.asyncProperty(commands, (sequence) => sameAnswers(sequence)),
    { numRuns: RUNS, seed: 20_260_101 },
  );
}, 60_000);

it("UNR4 finds a store whose watermarks go back, and shrinks the sequence to a few calls", async () => {
  class LastWriteWins extends MemoryMessageStore {
    override raised(_standing: number, offered: number): number {
      return offered;
    }
  }
  const found = await fc.check(
    fc.asyncProperty(commands, (sequence) => sameAnswers(sequence, new LastWriteWins())),
    { numRuns: RUNS, seed: 20_260_101 },
  );
  expect(found.failed).toBe(true);
  expect(found.counterexample![0].length).toBeLessThanOrEqual(4);
}, 60_000);
