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
import type { PresenceStore } from "../../server/ports/presence-store.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import {
  type Command,
  messageCommands,
  presenceCommands,
  rosterCommands,
  sequencesOf,
  SMALL_IDS,
} from "./random-commands.ts";
import type { SimulatedStoresOptions } from "../../sim/stores/simulated-stores.ts";
import { SimulatedWorld } from "./simulated-arm.ts";

const COMMANDS = 500;
const RUNS = 12;

interface Ports {
  readonly messages: MessageStore;
  readonly roster: RosterStore;
  readonly presence: PresenceStore;
}

/** The commands of one port as commands of all. */
function on<K extends keyof Ports>(
  name: K,
  commands: readonly fc.Arbitrary<Command<Ports[K]>>[],
): fc.Arbitrary<Command<Ports>>[] {
  return commands.map((drawn) =>
    drawn.map((made) => ({ ...made, call: (ports, ids) => made.call(ports[name], ids) })),
  );
}

const commands = sequencesOf(
  [
    ...on("messages", messageCommands),
    ...on("roster", rosterCommands),
    ...on("presence", presenceCommands([2_000, 9_000, 90_000])),
  ],
  COMMANDS,
);

async function sameAnswers(
  sequence: readonly Command<Ports>[],
  options: Partial<SimulatedStoresOptions> = {},
): Promise<void> {
  let nowMs = 1_000_000;
  const clock = (): number => nowMs;
  const world = new SimulatedWorld(1, {
    ...options,
    memory: { ...options.memory, presence: new MemoryPresenceStore(clock) },
  });
  const simulated: Ports = {
    messages: world.driven(world.ports.messages),
    roster: world.driven(world.ports.roster),
    presence: world.driven(world.ports.presence),
  };
  const memory: Ports = {
    messages: messageStorePort(new MemoryMessageStore()),
    roster: rosterStorePort(new MemoryRosterStore()),
    presence: presenceStorePort(new MemoryPresenceStore(clock)),
  };
  for (const { text, call, afterMs } of sequence) {
    nowMs += afterMs ?? 0;
    expect(await call(simulated, SMALL_IDS), text).toEqual(await call(memory, SMALL_IDS));
  }
}

it("answers as the memory stores do, over random sequences of 500 calls", async () => {
  await fc.assert(
    fc.asyncProperty(commands, (sequence) => sameAnswers(sequence)),
    { numRuns: RUNS, seed: 20_260_101 },
  );
}, 60_000);

it("answers the same where Cassandra is three replicas", async () => {
  await fc.assert(
    fc.asyncProperty(commands, (sequence) => sameAnswers(sequence, { replicated: {} })),
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
    fc.asyncProperty(commands, (sequence) =>
      sameAnswers(sequence, { memory: { messages: new LastWriteWins() } }),
    ),
    { numRuns: RUNS, seed: 20_260_101 },
  );
  expect(found.failed).toBe(true);
  expect(found.counterexample![0].length).toBeLessThanOrEqual(4);
}, 60_000);
