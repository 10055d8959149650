// The real stores behind a node's ports, opened in the right order and closed in one place. A store that does
// not answer at the start is named, so that whoever starts the node knows what is missing.
import type { BlobStore } from "../ports/blob-store.ts";
import { UNAVAILABLE } from "../ports/outcome.ts";
import { openCassandra } from "./cassandra-client.ts";
import { cassandraMessages } from "./cassandra-messages.ts";
import { cassandraRoster } from "./cassandra-roster.ts";
import { migrate } from "./cassandra-schema.ts";
import type { LiveConfig } from "./config.ts";
import { type FileKeyVault, fileKeyVault } from "./file-key-vault.ts";
import { jwtTokens } from "./jwt-tokens.ts";
import { type Log, Seldom } from "./logging.ts";
import type { NodePorts } from "./node-process.ts";
import { liveRandom } from "./random.ts";
import { openRedisPresence } from "./redis-presence.ts";
import { openS3Blobs } from "./s3-blobs.ts";

/** A blob may be large: its calls have a deadline of their own. */
const BLOB_DEADLINE_MS = 60_000;
const RETRY_MS = 500;

/** A store is not there: exit code 115. */
export class StoreAway extends Error {}

/** The file of master keys is missing or not valid: exit code 104. */
export class BadMasterKeys extends Error {}

export interface OpenPorts {
  readonly ports: NodePorts;
  readonly vault: FileKeyVault;
  readonly close: () => Promise<void>;
}

export async function openPorts(config: LiveConfig, log: Log): Promise<OpenPorts> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const vault = openVault(config.masterKeyFile);
    closers.push(() => vault.close());
    const [cassandra, presence, blobs] = await Promise.all([
      openedCassandra(config, log, closers),
      openedRedis(config, log, closers),
      openedS3(config, log, closers),
    ]);
    const ports: NodePorts = {
      stores: {
        presence,
        messages: cassandraMessages(cassandra),
        roster: cassandraRoster(cassandra),
        blobs,
        vault: vault.port,
      },
      tokens: jwtTokens(config.tokenKeyHex),
      random: liveRandom(),
    };
    return { ports, vault, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function openVault(path: string): FileKeyVault {
  try {
    return fileKeyVault(path);
  } catch (error) {
    throw new BadMasterKeys(reasonOf(error), { cause: error });
  }
}

type Closers = (() => Promise<void>)[];

async function openedCassandra(config: LiveConfig, log: Log, closers: Closers) {
  const { cassandra, tlsCa, storeDeadlineMs, startPatienceMs } = config;
  const open = () => openCassandra({ ...cassandra, tlsCa, callDeadlineMs: storeDeadlineMs });
  const opened = await patiently("Cassandra", startPatienceMs, log, open);
  closers.push(opened.close);
  await patiently("Cassandra's schema", startPatienceMs, log, () => migrate(opened.client));
  return opened.client;
}

async function openedRedis(config: LiveConfig, log: Log, closers: Closers) {
  const { redis, tlsCa, storeDeadlineMs, startPatienceMs, startWithout } = config;
  const presence = openRedisPresence({
    ...redis,
    tlsCa,
    callDeadlineMs: storeDeadlineMs,
    onConnection: (up, why) => log[up ? "info" : "warn"]({ store: "redis", up, why }, "redis"),
  });
  closers.push(() => presence.close());
  if (!startWithout.has("redis") && !(await presence.connected(startPatienceMs)))
    throw new StoreAway("Redis does not answer at CHATQUAKE_REDIS_URL");
  return presence.port;
}

async function openedS3(config: LiveConfig, log: Log, closers: Closers): Promise<BlobStore> {
  const { s3, tlsCa, startPatienceMs, startWithout } = config;
  const open = async (): Promise<BlobStore> => {
    const opened = await openS3Blobs({ ...s3, tlsCa, callDeadlineMs: BLOB_DEADLINE_MS });
    closers.push(opened.close);
    return opened.port;
  };
  if (!startWithout.has("s3")) return patiently("S3", startPatienceMs, log, open);
  return lateBlobs(open, log);
}

/** A store of blobs that may come later than the node. */
async function lateBlobs(open: () => Promise<BlobStore>, log: Log): Promise<BlobStore> {
  let blobs: BlobStore | undefined;
  const away = new Seldom<string>((times, why) =>
    log.warn({ store: "s3", why, times }, "s3 does not answer yet"),
  );
  const tryOpen = async (): Promise<void> => {
    try {
      blobs = await open();
    } catch (error) {
      away.happened(reasonOf(error));
      setTimeout(() => void tryOpen(), RETRY_MS).unref();
    }
  };
  await tryOpen();
  return {
    put: (blob, body, sha256) =>
      blobs === undefined ? Promise.resolve(UNAVAILABLE) : blobs.put(blob, body, sha256),
    get: (blob) => (blobs === undefined ? Promise.resolve(UNAVAILABLE) : blobs.get(blob)),
  };
}

/** Tries until it works or the patience has ended. */
async function patiently<T>(
  store: string,
  patienceMs: number,
  log: Log,
  open: () => Promise<T>,
): Promise<T> {
  const endMs = performance.now() + patienceMs;
  for (;;) {
    try {
      return await open();
    } catch (error) {
      const why = reasonOf(error);
      if (performance.now() + RETRY_MS > endMs)
        throw new StoreAway(`${store} does not answer: ${why}`, { cause: error });
      log.warn({ store, why }, "not there yet");
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === "" ? error.name : error.message;
}
