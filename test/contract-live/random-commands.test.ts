// Long random sequences of calls on the memory stores and on the real ones: each call must answer the same. A
// failing sequence is shrunk and printed with its seed. CHATQUAKE_COMMANDS says how many calls each port gets.
import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryBlobStore } from "../../server/memory/blob-store.ts";
import {
  blobStorePort,
  messageStorePort,
  presenceStorePort,
  rosterStorePort,
} from "../../server/memory/memory-ports.ts";
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import { MemoryRosterStore } from "../../server/memory/roster-store.ts";
import type { BlobBody, BlobStore } from "../../server/ports/blob-store.ts";
import { ok, type Outcome } from "../../server/ports/outcome.ts";
import {
  blobName,
  type Command,
  command,
  type Ids,
  messageCommands,
  presenceCommands,
  rosterCommands,
  sequencesOf,
} from "../contract/random-commands.ts";
import { sharedServices } from "../support/live-services.ts";
import { bodyOf, contentOf, openBlobArm, sha256Of } from "./blob-arm.ts";
import { CASSANDRA, type CassandraArm, openCassandraArm } from "./cassandra-arm.ts";
import { idBase } from "./live-ids.ts";
import { PresenceArm } from "./presence-arm.ts";

const COMMANDS = Number(process.env["CHATQUAKE_COMMANDS"] ?? (process.env["CI"] ? 5_000 : 400));
const SEQUENCE_MAX = 200;
const SEED = Number(process.env["CHATQUAKE_SEED"] ?? 20_260_101);
const TIMEOUT_MS = 30_000 + COMMANDS * 50;

interface Pair<P> {
  readonly real: P;
  readonly memory: P;
  /** Lets time pass for both. */
  readonly advance?: (ms: number) => Promise<void>;
  /** What may differ is taken out here. */
  readonly compared?: (outcome: Outcome<unknown>) => unknown;
  close?(): Promise<void>;
}

/** Sequence after sequence, each on a new pair, until every port has had its calls. */
async function sameAnswers<P>(
  commands: readonly fc.Arbitrary<Command<P>>[],
  pair: () => Promise<Pair<P>>,
): Promise<void> {
  let made = 0;
  for (let round = 0; made < COMMANDS; round++) {
    const sequences = sequencesOf(commands, Math.min(SEQUENCE_MAX, COMMANDS));
    const same = fc.asyncProperty(sequences, async (sequence) => {
      made += sequence.length;
      await runBoth(sequence, await pair());
    });
    await fc.assert(same, { numRuns: 1, seed: SEED + round });
  }
}

async function runBoth<P>(sequence: readonly Command<P>[], pair: Pair<P>): Promise<void> {
  const { real, memory, advance, compared = (outcome) => outcome } = pair;
  const base = idBase();
  const ids: Ids = { id: (small) => base + small, node: (small) => `node-${base}-${small}` };
  try {
    for (const { text, call, afterMs } of sequence) {
      if (afterMs !== undefined && afterMs > 0) await advance!(afterMs);
      const answer = compared(await call(real, ids));
      expect(answer, text).toEqual(compared(await call(memory, ids)));
    }
  } finally {
    await pair.close?.();
  }
}

describe(`${CASSANDRA}: ${COMMANDS} random calls`, () => {
  let arm: CassandraArm;

  beforeAll(async () => {
    arm = await openCassandraArm();
  });
  afterAll(() => arm.close());

  it("messages answer as the memory store does", { timeout: TIMEOUT_MS }, () =>
    sameAnswers(messageCommands, async () => ({
      real: arm.messages,
      memory: messageStorePort(new MemoryMessageStore()),
    })),
  );

  it("rosters answer as the memory store does", { timeout: TIMEOUT_MS }, () =>
    sameAnswers(rosterCommands, async () => ({
      real: arm.roster,
      memory: rosterStorePort(new MemoryRosterStore()),
    })),
  );

  it("UNR4 finds a memory whose watermarks go back, and shrinks the sequence to a few calls", async () => {
    class LastWriteWins extends MemoryMessageStore {
      override raised(_standing: number, offered: number): number {
        return offered;
      }
    }
    const found = await fc.check(
      fc.asyncProperty(sequencesOf(messageCommands, SEQUENCE_MAX), (sequence) =>
        runBoth(sequence, {
          real: arm.messages,
          memory: messageStorePort(new LastWriteWins()),
        }),
      ),
      { numRuns: 12, seed: SEED },
    );
    expect(found.failed).toBe(true);
    expect(found.counterexample![0].length).toBeLessThanOrEqual(4);
  });
});

describe(`redis: ${COMMANDS} random calls`, () => {
  /** Two machines' clocks: a heartbeat is compared by what look-ups make of it, after time has passed. */
  function withoutHeartbeats(outcome: Outcome<unknown>): unknown {
    return JSON.parse(
      JSON.stringify(outcome, (key, value: unknown) => (key === "heartbeatMs" ? 0 : value)),
    );
  }

  it("presence answers as the memory store does", { timeout: TIMEOUT_MS }, async () => {
    const { redisUrl } = (await sharedServices()).endpoints;
    await sameAnswers(presenceCommands([2_000, 9_100, 90_100]), async () => {
      const arm = await PresenceArm.open(redisUrl);
      let passedMs = 0;
      const memory = new MemoryPresenceStore(() => Date.now() + passedMs);
      return {
        real: arm.arm.port,
        memory: presenceStorePort(memory),
        compared: withoutHeartbeats,
        advance: async (ms) => {
          passedMs += ms;
          await arm.arm.advance!(ms);
        },
        close: () => arm.close(),
      };
    });
  });
});

/** A blob store with bodies as it takes them. */
interface Blobs {
  readonly port: BlobStore;
  body(content: number, bytes: number): BlobBody;
  sha256Of(body: BlobBody): Promise<string>;
}

interface Described extends BlobBody {
  readonly sha256: string;
}

function memoryBlobs(): Blobs {
  const sha256 = (body: BlobBody): string => (body as Described).sha256;
  return {
    port: blobStorePort(new MemoryBlobStore(sha256)),
    body: (content, bytes): Described => ({ bytes, sha256: sha256Of(content, bytes) }),
    sha256Of: async (body) => sha256(body),
  };
}

const small = fc.integer({ min: 1, max: 3 });
const length = fc.constantFrom(0, 1, 63, 65_536, 200_000);

const blobCommands = [
  command(
    "put",
    [small, small, length, fc.constantFrom(0, 0, 0, 1)],
    ({ port, body }: Blobs, { id }, blob, content, bytes, wrong) =>
      port.put(blobName(id(blob)), body(content, bytes), sha256Of(content + wrong, bytes + wrong)),
  ),
  command("get", [small], async ({ port, sha256Of: read }: Blobs, { id }, blob) => {
    const found = await port.get(blobName(id(blob)));
    if (found.kind !== "ok" || found.value === undefined) return found;
    const { stored, body } = found.value;
    return ok({ stored, bytes: body.bytes, content: await read(body) });
  }),
];

describe(`s3: ${COMMANDS} random calls`, () => {
  it("blobs answer as the memory store does", { timeout: TIMEOUT_MS }, async () => {
    const { arm, close } = await openBlobArm();
    await sameAnswers(blobCommands, async () => ({ real: arm, memory: memoryBlobs() }));
    await close();
  });

  it("draws different contents for different numbers", () => {
    const hash = createHash("sha256");
    for (const chunk of contentOf(1, 5000)) hash.update(chunk);
    expect(hash.digest("hex")).toBe(sha256Of(1, 5000));
    expect(sha256Of(1, 5000)).not.toBe(sha256Of(2, 5000));
    expect(bodyOf(1, 5000).bytes).toBe(5000);
  });
});
