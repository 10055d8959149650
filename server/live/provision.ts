// A program beside the node: reads friendships from its standard input, one JSON object {userLow, userHigh, chat}
// a line, and writes them into the stores that its environment names (the same as a node's). Its last line of
// output counts them. Exit codes: 0, 1 a defect, 104 bad configuration or input, 115 a store is away.
import { createInterface } from "node:readline";
import { openCassandra } from "./cassandra-client.ts";
import { cassandraRoster } from "./cassandra-roster.ts";
import { migrate } from "./cassandra-schema.ts";
import { type LiveConfig, readConfig } from "./config.ts";
import { fileKeyVault } from "./file-key-vault.ts";
import { CannotSeed, seedFriendships, StoreSilent } from "./seed-friendships.ts";

const IN_FLIGHT = 128;
const EXIT = { ok: 0, defect: 1, badConfig: 104, storeAway: 115 } as const;

function end(code: number, why: string): never {
  process.stderr.write(`error: ${why}\n`);
  process.exit(code);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function provision(config: LiveConfig): Promise<void> {
  const vault = fileKeyVault(config.masterKeyFile);
  const { cassandra, tlsCa, storeDeadlineMs } = config;
  const { client, close } = await openCassandra({
    ...cassandra,
    tlsCa,
    callDeadlineMs: storeDeadlineMs,
  }).catch((error: unknown) => end(EXIT.storeAway, `Cassandra does not answer: ${textOf(error)}`));
  await migrate(client);
  const startMs = performance.now();
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity });
  const seeded = await seedFriendships(lines, cassandraRoster(client), vault.port, IN_FLIGHT);
  const ms = Math.round(performance.now() - startMs);
  await close();
  process.stdout.write(`${JSON.stringify({ ...seeded, ms })}\n`);
}

const { config, problems } = readConfig(process.env, undefined);
if (config === undefined) end(EXIT.badConfig, problems.join("\nerror: "));
await provision(config).catch((error: unknown) => {
  if (error instanceof CannotSeed) end(EXIT.badConfig, error.message);
  if (error instanceof StoreSilent) end(EXIT.storeAway, error.message);
  end(EXIT.defect, textOf(error));
});
process.exit(EXIT.ok);
