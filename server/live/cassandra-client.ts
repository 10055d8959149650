// The Cassandra driver with every setting written out, and how its errors become a port's three outcomes.
// What is asked is decided by the stores that stand on it.
import { auth, Client, errors, metrics, policies, type token, types } from "cassandra-driver";
import { ok, OK, UNAVAILABLE, UNKNOWN, type Outcome } from "../ports/outcome.ts";

export interface CassandraOptions {
  /** "host:port", as the cluster itself names its nodes; all nodes take clients on one port. */
  readonly contactPoints: readonly string[];
  readonly dataCenter: string;
  readonly keyspace: string;
  /** Copies of each row; used where the keyspace does not exist yet. */
  readonly replication: number;
  /** Where a node is really dialled: "host:port" to "host:port". Absent ones are dialled as they are. */
  readonly translate: ReadonlyMap<string, string>;
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  readonly tls?: boolean;
  /** Over TLS: who signs the nodes' certificates, as PEM; undefined: whom the system trusts. */
  readonly tlsCa?: string | undefined;
  readonly callDeadlineMs: number;
}

/** A row, or a value of a type. */
export type Columns = Readonly<Record<string, unknown>>;

/** A statement with its parameters in order; `undefined` leaves a column as it is, `null` is never given. */
export interface Statement {
  readonly query: string;
  readonly params: readonly unknown[];
}

const SPECULATE_AFTER_MS = 500;
const SPECULATIONS_MAX = 1;
const RECONNECT_BASE_MS = 250;
const RECONNECT_CAP_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const HEARTBEAT_MS = 5_000;
/** Timed-out calls after which a connection is given up: a paused node is left within a second or so. */
const TIMEOUTS_MAX = 4;
const REQUESTS_PER_CONNECTION_MAX = 2_048;
const PAGE_ROWS = 5_000;
const SCHEMA_AGREEMENT_S = 20;
/** Codes from here to 0x24ff say that the statement itself is wrong: a defect, not a failure. */
const FIRST_DEFECT = 0x2000;
const LAST_DEFECT = 0x24ff;

const { consistencies } = types;
const TOO_FEW_REPLICAS: number = types.responseErrorCodes.unavailableException;

/**
 * Reads may be repeated elsewhere by the driver. Writes are one attempt: not idempotent in the driver's eyes,
 * and a retry policy that never retries, so that an error says all that happened.
 */
const READ = {
  prepare: true,
  isIdempotent: true,
  consistency: consistencies.localQuorum,
  retry: new policies.retry.RetryPolicy(),
  fetchSize: PAGE_ROWS,
};
const WRITE = {
  prepare: true,
  isIdempotent: false,
  consistency: consistencies.localQuorum,
  serialConsistency: consistencies.localSerial,
  retry: new policies.retry.FallthroughRetryPolicy(),
};
/** By kind of request; the driver computes from each request's row which nodes hold it. */
const BY_ROW = {
  read: READ,
  write: WRITE,
  unlogged: { ...WRITE, logged: false },
  logged: { ...WRITE, logged: true },
};
type Settings = typeof BY_ROW;

/** The translator's base class is not in the driver's types; this child of it is, and only its type matters. */
class Translator extends policies.addressResolution.EC2MultiRegionTranslator {
  readonly #translate: ReadonlyMap<string, string>;

  constructor(translate: ReadonlyMap<string, string>) {
    super();
    this.#translate = translate;
  }

  override translate(address: string, port: number, answer: (endpoint: string) => void): void {
    answer(dialled(this.#translate, `${address}:${port}`));
  }
}

/** Two events for every answer, to which nobody listens: a node counts its calls itself. */
class QuietMetrics extends metrics.DefaultMetrics {
  override onResponse(): void {}
  override onSuccessfulResponse(): void {}
}

function dialled(translate: ReadonlyMap<string, string>, endpoint: string): string {
  return translate.get(endpoint) ?? endpoint;
}

export class CassandraClient {
  readonly driver: Client;
  readonly #callDeadlineMs: number;
  readonly #copies: number;
  readonly #anywhere: Settings;
  #lastMicros = 0;

  constructor(driver: Client, callDeadlineMs: number) {
    this.driver = driver;
    this.#callDeadlineMs = callDeadlineMs;
    const place = driver.metadata.newToken("0");
    const holders = driver.metadata.getReplicas(driver.keyspace, place) as unknown[] | null;
    this.#copies = holders?.length ?? 0;
    this.#anywhere = atOnePlace(place);
  }

  /** Where every node holds every row none is nearer than another, and the place of one row does for all. */
  get #settings(): Settings {
    return this.driver.hosts.length <= this.#copies ? this.#anywhere : BY_ROW;
  }

  /** The wall clock in microseconds, strictly rising: for cell timestamps. */
  nextMicros(): number {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Date.now() * 1000);
    return this.#lastMicros;
  }

  /** All rows of the answer, page by page, within one deadline; `endMs` is that of a call of several reads. */
  read(
    query: string,
    params: readonly unknown[],
    endMs = this.deadlineMs(),
  ): Promise<Outcome<readonly types.Row[]>> {
    return this.#withinDeadline(this.#readAll(query, params, endMs), UNAVAILABLE, endMs);
  }

  /** When a call that begins now must have ended, on the monotonic clock. */
  deadlineMs(): number {
    return performance.now() + this.#callDeadlineMs;
  }

  write(query: string, params: readonly unknown[]): Promise<Outcome<undefined>> {
    return this.#withinDeadline(
      this.driver.execute(query, params as unknown[], this.#settings.write).then(() => OK),
      UNAVAILABLE,
    );
  }

  /** Statements of one partition, applied as one mutation: all or none, and seen together. */
  writeTogether(statements: readonly Statement[]): Promise<Outcome<undefined>> {
    return this.#withinDeadline(this.#batch(statements, this.#settings.unlogged), UNAVAILABLE);
  }

  /** Statements of several partitions: once begun, all are applied in the end. */
  writeEverywhere(statements: readonly Statement[]): Promise<Outcome<undefined>> {
    return this.#withinDeadline(this.#batch(statements, this.#settings.logged), UNKNOWN);
  }

  /** A lightweight transaction `... IF NOT EXISTS`; answers with the row that kept it out, if one did. */
  decide(query: string, params: readonly unknown[]): Promise<Outcome<types.Row | undefined>> {
    const decided = this.driver
      .execute(query, params as unknown[], this.#settings.write)
      .then((result) => {
        return ok(result.wasApplied() ? undefined : result.first());
      });
    // Replicas that answered before others went away may carry the proposal on.
    return this.#withinDeadline(decided, UNKNOWN);
  }

  async #readAll(
    query: string,
    params: readonly unknown[],
    endMs: number,
  ): Promise<Outcome<types.Row[]>> {
    const rows: types.Row[] = [];
    const { read } = this.#settings;
    let pageState: string | undefined;
    // Behind its deadline nobody waits for the rest.
    while (performance.now() < endMs) {
      const from = pageState === undefined ? read : { ...read, pageState };
      const result = await this.driver.execute(query, params as unknown[], from);
      for (const row of result.rows) rows.push(row);
      pageState = result.pageState ?? undefined;
      if (pageState === undefined) return ok(rows);
    }
    return UNKNOWN;
  }

  #batch(
    statements: readonly Statement[],
    options: Settings["logged"],
  ): Promise<Outcome<undefined>> {
    const queries = statements.map(({ query, params }) => ({ query, params: params as unknown[] }));
    return this.driver.batch(queries, options).then(() => OK);
  }

  /** `tooFewReplicas` is the outcome where the coordinator says so before it asked any of them. */
  #withinDeadline<T>(
    answer: Promise<Outcome<T>>,
    tooFewReplicas: Outcome<T>,
    endMs = this.deadlineMs(),
  ): Promise<Outcome<T>> {
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => resolve(UNKNOWN), endMs - performance.now());
      answer.then(
        (outcome) => {
          clearTimeout(deadline);
          resolve(outcome);
        },
        (error: unknown) => {
          clearTimeout(deadline);
          if (isDefect(error)) reject(error);
          else resolve(outcomeOf(error, tooFewReplicas));
        },
      );
    });
  }
}

/** The types of the driver do not know that a place may be given as what is computed from a row. */
function atOnePlace(place: token.Token): Settings {
  const routing = { routingKey: place };
  const { read, write, unlogged, logged } = BY_ROW;
  return {
    read: { ...read, ...routing },
    write: { ...write, ...routing },
    unlogged: { ...unlogged, ...routing },
    logged: { ...logged, ...routing },
  };
}

/** A statement or an argument that can never be right. */
function isDefect(error: unknown): error is Error {
  if (error instanceof errors.ResponseError)
    return error.code >= FIRST_DEFECT && error.code <= LAST_DEFECT;
  return error instanceof TypeError || error instanceof errors.ArgumentError;
}

/**
 * No host available: no connection took the request, in any attempt. Everything else may have been applied, but
 * for a coordinator's own refusal where `tooFewReplicas` says so.
 */
function outcomeOf<T>(error: unknown, tooFewReplicas: Outcome<T>): Outcome<T> {
  if (error instanceof errors.NoHostAvailableError) return UNAVAILABLE;
  const tooFew = error instanceof errors.ResponseError && error.code === TOO_FEW_REPLICAS;
  return tooFew ? tooFewReplicas : UNKNOWN;
}

/** Connects, and creates the keyspace where there is none. Rejects where no node can be reached. */
export async function openCassandra(
  options: CassandraOptions,
): Promise<{ readonly client: CassandraClient; readonly close: () => Promise<void> }> {
  await createKeyspace(options);
  const driver = driverOf(options, options.keyspace);
  try {
    await driver.connect();
  } catch (error) {
    await driver.shutdown();
    throw error;
  }
  return {
    client: new CassandraClient(driver, options.callDeadlineMs),
    close: () => driver.shutdown(),
  };
}

async function createKeyspace(options: CassandraOptions): Promise<void> {
  const { keyspace, dataCenter, replication } = options;
  if (!/^[a-z][a-z0-9_]{0,47}$/.test(keyspace)) throw new Error(`keyspace name "${keyspace}"`);
  if (!/^[A-Za-z0-9_-]+$/.test(dataCenter)) throw new Error(`data centre name "${dataCenter}"`);
  const driver = driverOf(options, undefined);
  try {
    const found = await driver.execute(
      "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?",
      [keyspace],
      { prepare: true },
    );
    if (found.rowLength > 0) return;
    await driver.execute(
      `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = ` +
        `{'class': 'NetworkTopologyStrategy', '${dataCenter}': ${replication}}`,
    );
  } finally {
    await driver.shutdown();
  }
}

function driverOf(options: CassandraOptions, keyspace: string | undefined): Client {
  const { contactPoints, dataCenter, translate, login, tls, tlsCa, callDeadlineMs } = options;
  return new Client({
    ...(login && { authProvider: new auth.PlainTextAuthProvider(login.user, login.password) }),
    // The driver trusts everybody unless it is told not to.
    ...(tls === true && { sslOptions: { rejectUnauthorized: true, ...(tlsCa && { ca: tlsCa }) } }),
    contactPoints: contactPoints.map((endpoint) => dialled(translate, endpoint)),
    localDataCenter: dataCenter,
    ...(keyspace === undefined ? {} : { keyspace }),
    protocolOptions: {
      // What nodes say of each other names no port.
      port: portOf(contactPoints[0]),
      maxVersion: types.protocolVersion.v4,
      maxSchemaAgreementWaitSeconds: SCHEMA_AGREEMENT_S,
      noCompact: false,
    },
    policies: {
      addressResolution: new Translator(translate),
      // Token-aware; passes by a host that has stopped answering.
      loadBalancing: new policies.loadBalancing.DefaultLoadBalancingPolicy({ localDc: dataCenter }),
      reconnection: new policies.reconnection.ExponentialReconnectionPolicy(
        RECONNECT_BASE_MS,
        RECONNECT_CAP_MS,
        false,
      ),
      retry: new policies.retry.FallthroughRetryPolicy(),
      // Only for what is idempotent, that is the reads.
      speculativeExecution: new policies.speculativeExecution.ConstantSpeculativeExecutionPolicy(
        SPECULATE_AFTER_MS,
        SPECULATIONS_MAX,
      ),
      // A statement names its own where the order of its cells matters.
      timestampGeneration: null,
    },
    pooling: {
      coreConnectionsPerHost: { [types.distance.local]: 1, [types.distance.remote]: 0 },
      maxRequestsPerConnection: REQUESTS_PER_CONNECTION_MAX,
      heartBeatInterval: HEARTBEAT_MS,
      warmup: true,
    },
    socketOptions: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      readTimeout: callDeadlineMs,
      defunctReadTimeoutThreshold: TIMEOUTS_MAX,
      keepAlive: true,
      keepAliveDelay: 0,
      tcpNoDelay: true,
      coalescingThreshold: 65_536,
    },
    queryOptions: {
      prepare: true,
      isIdempotent: false,
      consistency: consistencies.localQuorum,
      serialConsistency: consistencies.localSerial,
      fetchSize: PAGE_ROWS,
      captureStackTrace: false,
    },
    encoding: { copyBuffer: true, useUndefinedAsUnset: true },
    prepareOnAllHosts: true,
    rePrepareOnUp: true,
    maxPrepared: 500,
    isMetadataSyncEnabled: true,
    refreshSchemaDelay: 1_000,
    monitorReporting: { enabled: false },
    metrics: new QuietMetrics(),
  } as unknown as ConstructorParameters<typeof Client>[0]);
}

function portOf(endpoint: string | undefined): number {
  const port = /:(\d{1,5})$/.exec(endpoint ?? "")?.[1];
  if (port === undefined) throw new Error(`contact point "${endpoint ?? ""}" is not host:port`);
  return Number(port);
}

/** A bigint column; 0 where it was never written. Ids and times fit a number exactly, or the row is not ours. */
export function numberOf(row: Columns, column: string): number {
  const value: unknown = row[column];
  if (value === null || value === undefined) return 0;
  const number = typeof value === "number" ? value : (value as types.Long).toNumber();
  if (!Number.isSafeInteger(number)) throw new Error(`column ${column} holds ${number}`);
  return number;
}
