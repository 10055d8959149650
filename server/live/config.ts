// From the texts of environment and file to one checked configuration, or to every problem there is. The
// environment wins over the file, the file over the defaults.
import { readFileSync } from "node:fs";
import { parse, YAMLParseError } from "yaml";
import { DEFAULT_LIMITS, type Limits } from "../core/limits.ts";
import { base64Length } from "../protocol/size.ts";
import { FRAME_BYTES_MAX } from "../protocol/version.ts";
import type { Sentinels } from "./redis-servers.ts";
import { SETTINGS, type SettingKey, type SettingTexts } from "./settings.ts";

export interface LiveConfig {
  readonly nodeId: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** Undefined: the metrics are on the port of all else, for this machine alone. */
  readonly metricsListen: { readonly host: string; readonly port: number } | undefined;
  readonly clientsMax: number;
  /** Undefined: the address it listens on. */
  readonly address: string | undefined;
  /** Address by node id; this node is not among them. */
  readonly peers: ReadonlyMap<string, string>;
  readonly redis: {
    readonly url: string;
    readonly prefix: string;
    readonly sentinel: Sentinels | undefined;
    readonly cluster: boolean;
  };
  readonly cassandra: {
    readonly contactPoints: readonly string[];
    readonly dataCenter: string;
    readonly keyspace: string;
    readonly replication: number;
    /** What to dial instead, by host:port. */
    readonly translate: ReadonlyMap<string, string>;
    readonly login: { readonly user: string; readonly password: string } | undefined;
    readonly tls: boolean;
  };
  readonly s3: {
    readonly url: string;
    readonly bucket: string;
    readonly accessKey: string;
    readonly secretKey: string;
    readonly region: string;
  };
  /** Certificates of who signs those of the stores, as PEM; undefined: whom the system trusts. */
  readonly tlsCa: string | undefined;
  readonly tokenKeyHex: string;
  readonly linkKeyHex: string;
  readonly masterKeyFile: string;
  readonly storeDeadlineMs: number;
  readonly startPatienceMs: number;
  readonly startWithout: ReadonlySet<string>;
  readonly logLevel: string;
  /** What whoever asks for a fault must bring; undefined: fault injection is refused. */
  readonly testToken: string | undefined;
  readonly limits: Limits;
}

export interface ReadConfig {
  readonly texts: SettingTexts;
  /** Undefined where there are problems. */
  readonly config: LiveConfig | undefined;
  readonly problems: readonly string[];
  /** Settings that must be set and are not. */
  readonly missing: readonly string[];
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"];
const KEY_BYTES_MIN = 32;
const TEST_TOKEN_CHARS_MIN = 16;
const CLIENTS_MAX = 1_000_000;

export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  file: string | undefined,
): ReadConfig {
  const problems: string[] = [];
  const fromFile = file === undefined ? {} : readFile(file, problems);
  const texts = {} as SettingTexts;
  const missing: string[] = [];
  for (const { key, standard } of SETTINGS) {
    const given = environment[key];
    const text = given !== undefined && given !== "" ? given : (fromFile[key] ?? standard);
    texts[key] = text;
    if (text === undefined) missing.push(key);
  }
  const config = new Reader(texts, problems).read();
  for (const key of missing) problems.push(`${key} is not set`);
  return { texts, config: problems.length === 0 ? config : undefined, problems, missing };
}

/** The file's values as texts; limits may stand there as they are. */
function readFile(path: string, problems: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  let value: unknown;
  try {
    value = parse(readFileSync(path, "utf8"));
  } catch (error) {
    problems.push(`the config file ${path}: ${whyUnreadable(error)}`);
    return found;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push(`the config file ${path} holds no settings: write NAME: value, a line each`);
    return found;
  }
  const known = new Set<string>(SETTINGS.map(({ key }) => key));
  for (const [key, entry] of Object.entries(value as Record<string, unknown>)) {
    if (!known.has(key)) problems.push(`the config file ${path}: there is no setting ${key}`);
    else if (typeof entry === "string") found[key] = entry;
    else if (typeof entry === "number" || typeof entry === "boolean") found[key] = String(entry);
    else if (key === "CHATQUAKE_LIMITS_JSON") found[key] = JSON.stringify(entry);
    else problems.push(`the config file ${path}: ${key} must be one text or number`);
  }
  return found;
}

/** A parser's own words quote the text around the place, and with it perhaps a key. */
function whyUnreadable(error: unknown): string {
  if (!(error instanceof YAMLParseError))
    return error instanceof Error ? error.message : "unreadable";
  const place = error.linePos?.[0];
  const at = place === undefined ? "" : ` at line ${place.line}, column ${place.col}`;
  return `it is no YAML (${error.code}${at})`;
}

/** Reads each text; what is wrong goes to `problems`, and a harmless value stands in its place. */
class Reader {
  readonly #texts: SettingTexts;
  readonly #problems: string[];

  constructor(texts: SettingTexts, problems: string[]) {
    this.#texts = texts;
    this.#problems = problems;
  }

  read(): LiveConfig {
    const nodeId = this.#matching(
      "CHATQUAKE_NODE_ID",
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/,
      "a name",
    );
    const address = this.#text("CHATQUAKE_ADDRESS");
    if (address !== "") this.#hostPort("CHATQUAKE_ADDRESS", address, 1);
    const metricsListen = this.#text("CHATQUAKE_METRICS_LISTEN");
    return {
      nodeId,
      listen: this.#hostPort("CHATQUAKE_LISTEN", this.#text("CHATQUAKE_LISTEN"), 0),
      metricsListen:
        metricsListen === ""
          ? undefined
          : this.#hostPort("CHATQUAKE_METRICS_LISTEN", metricsListen, 0),
      clientsMax: this.#whole("CHATQUAKE_CLIENTS_MAX", 1, CLIENTS_MAX),
      address: address === "" ? undefined : address,
      peers: this.#peers(nodeId),
      redis: {
        url: this.#url("CHATQUAKE_REDIS_URL", ["redis:", "rediss:"]),
        prefix: this.#text("CHATQUAKE_REDIS_PREFIX"),
        ...this.#redisServers(),
      },
      cassandra: this.#cassandra(),
      s3: {
        url: this.#url("CHATQUAKE_S3_URL", ["http:", "https:"]),
        bucket: this.#matching(
          "CHATQUAKE_S3_BUCKET",
          /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
          "a bucket's name",
        ),
        accessKey: this.#text("CHATQUAKE_S3_ACCESS_KEY"),
        secretKey: this.#text("CHATQUAKE_S3_SECRET_KEY"),
        region: this.#matching("CHATQUAKE_S3_REGION", /^[a-z0-9-]{1,40}$/, "a region's name"),
      },
      tlsCa: this.#certificates("CHATQUAKE_TLS_CA_FILE"),
      tokenKeyHex: this.#hexKey("CHATQUAKE_TOKEN_KEY"),
      linkKeyHex: this.#hexKey("CHATQUAKE_LINK_KEY"),
      masterKeyFile: this.#text("CHATQUAKE_MASTER_KEY_FILE"),
      storeDeadlineMs: this.#whole("CHATQUAKE_STORE_DEADLINE_MS", 10, 60_000),
      startPatienceMs: this.#whole("CHATQUAKE_START_PATIENCE_MS", 0, 600_000),
      startWithout: this.#stores("CHATQUAKE_START_WITHOUT"),
      logLevel: this.#oneOf("CHATQUAKE_LOG_LEVEL", LOG_LEVELS),
      testToken: this.#testToken(),
      limits: this.#limits(),
    };
  }

  #text(key: SettingKey): string {
    return this.#texts[key] ?? "";
  }

  #wrong(key: SettingKey, why: string): void {
    if (this.#texts[key] !== undefined) this.#problems.push(`${key} ${why}`);
  }

  #matching(key: SettingKey, pattern: RegExp, what: string): string {
    const text = this.#text(key);
    if (!pattern.test(text)) this.#wrong(key, `must be ${what}, not "${text}"`);
    return text;
  }

  #oneOf(key: SettingKey, values: readonly string[]): string {
    const text = this.#text(key);
    if (!values.includes(text))
      this.#wrong(key, `must be one of ${values.join(", ")}, not "${text}"`);
    return text;
  }

  #whole(key: SettingKey, min: number, max: number): number {
    const text = this.#text(key);
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    this.#wrong(key, `must be a whole number from ${min} to ${max}, not "${text}"`);
    return min;
  }

  #url(key: SettingKey, schemes: readonly string[]): string {
    const text = this.#text(key);
    // The text itself may hold a password: it is not repeated.
    if (!URL.canParse(text) || !schemes.includes(new URL(text).protocol))
      this.#wrong(key, `must be a URL that begins with ${schemes.join("// or ")}//`);
    return text;
  }

  #hexKey(key: SettingKey): string {
    const text = this.#text(key);
    if (!/^([0-9a-fA-F]{2})+$/.test(text) || text.length < 2 * KEY_BYTES_MIN)
      this.#wrong(key, `must be at least ${KEY_BYTES_MIN} bytes in hex: openssl rand -hex 32`);
    return text;
  }

  #testToken(): string | undefined {
    if (this.#oneOf("CHATQUAKE_TEST_CONTROL", ["0", "1"]) !== "1") return undefined;
    const key = "CHATQUAKE_TEST_TOKEN";
    const text = this.#text(key);
    if (!/^[\w.-]+$/.test(text) || text.length < TEST_TOKEN_CHARS_MIN)
      this.#wrong(key, `must be at least ${TEST_TOKEN_CHARS_MIN} of A-Z, a-z, 0-9, _, . and -`);
    return text;
  }

  #hostPort(key: SettingKey, text: string, portMin: number): { host: string; port: number } {
    const match = /^(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})$/.exec(text);
    const port = Number(match?.[2] ?? NaN);
    if (match !== null && port >= portMin && port <= 65_535)
      return { host: match[1]!.replace(/^\[|\]$/g, ""), port };
    this.#wrong(key, `must be host:port, not "${text}"`);
    return { host: "127.0.0.1", port: 0 };
  }

  #list(key: SettingKey): readonly string[] {
    const text = this.#text(key).trim();
    return text === "" ? [] : text.split(",").map((entry) => entry.trim());
  }

  #pairs(key: SettingKey): Map<string, string> {
    const pairs = new Map<string, string>();
    for (const entry of this.#list(key)) {
      const at = entry.indexOf("=");
      const name = entry.slice(0, Math.max(at, 0));
      const value = entry.slice(at + 1);
      if (at <= 0) this.#wrong(key, `must be name=host:port,..., not "${entry}"`);
      else if (pairs.has(name)) this.#wrong(key, `names ${name} twice`);
      else {
        this.#hostPort(key, value, 1);
        pairs.set(name, value);
      }
    }
    return pairs;
  }

  #peers(nodeId: string): Map<string, string> {
    const peers = this.#pairs("CHATQUAKE_PEERS");
    // The same list may be given to every node.
    peers.delete(nodeId);
    return peers;
  }

  #stores(key: SettingKey): ReadonlySet<string> {
    const names = this.#list(key);
    for (const name of names)
      if (name !== "redis" && name !== "s3") this.#wrong(key, `knows redis and s3, not "${name}"`);
    return new Set(names);
  }

  #redisServers(): Pick<LiveConfig["redis"], "sentinel" | "cluster"> {
    const key = "CHATQUAKE_REDIS_SENTINEL";
    const cluster = this.#oneOf("CHATQUAKE_REDIS_CLUSTER", ["0", "1"]) === "1";
    if (this.#text(key).trim() === "") return { sentinel: undefined, cluster };
    if (cluster)
      this.#wrong(key, "and CHATQUAKE_REDIS_CLUSTER are two ways of one: set one of them");
    const { points, name } = this.#pointsAndName(key);
    if (!/^[\w.-]+$/.test(name))
      this.#wrong(key, "must end with the master's name: host:port/mymaster");
    return { sentinel: { points, master: name }, cluster: false };
  }

  /** host:port,host:port/name; the name is "" where there is none. */
  #pointsAndName(key: SettingKey): { readonly points: readonly string[]; readonly name: string } {
    const text = this.#text(key);
    const slash = text.indexOf("/");
    const points = text
      .slice(0, slash < 0 ? text.length : slash)
      .split(",")
      .map((entry) => entry.trim());
    for (const point of points) this.#hostPort(key, point, 1);
    return { points, name: slash < 0 ? "" : text.slice(slash + 1).trim() };
  }

  #cassandraLogin(): LiveConfig["cassandra"]["login"] {
    const user = this.#text("CHATQUAKE_CASSANDRA_USER");
    const password = this.#text("CHATQUAKE_CASSANDRA_PASSWORD");
    if (user === "" && password !== "")
      this.#wrong("CHATQUAKE_CASSANDRA_PASSWORD", "needs CHATQUAKE_CASSANDRA_USER");
    if (user !== "" && password === "")
      this.#wrong("CHATQUAKE_CASSANDRA_USER", "needs CHATQUAKE_CASSANDRA_PASSWORD");
    return user === "" ? undefined : { user, password };
  }

  #certificates(key: SettingKey): string | undefined {
    const path = this.#text(key);
    if (path === "") return undefined;
    let text = "";
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      this.#wrong(key, `names a file that cannot be read: ${whyUnreadable(error)}`);
      return undefined;
    }
    // A private key here is a mistake; what is read is not repeated.
    if (!text.includes("-----BEGIN CERTIFICATE-----") || text.includes("PRIVATE KEY-----"))
      this.#wrong(key, "must name a PEM file of certificates, without a key");
    return text;
  }

  #cassandra(): LiveConfig["cassandra"] {
    const key = "CHATQUAKE_CASSANDRA";
    const text = this.#text(key);
    const { points: contactPoints, name: dataCenter } = this.#pointsAndName(key);
    if (dataCenter === "") this.#wrong(key, `must end with its datacenter: ${text}/datacenter1`);
    const copies = "CHATQUAKE_CASSANDRA_REPLICATION";
    const standard = contactPoints.length >= 3 ? 3 : 1;
    return {
      contactPoints,
      dataCenter,
      keyspace: this.#matching(
        "CHATQUAKE_CASSANDRA_KEYSPACE",
        /^[a-z][a-z0-9_]{0,47}$/,
        "a keyspace's name (a-z, 0-9, _)",
      ),
      replication: this.#text(copies) === "" ? standard : this.#whole(copies, 1, 9),
      translate: this.#pairs("CHATQUAKE_CASSANDRA_TRANSLATE"),
      login: this.#cassandraLogin(),
      tls: this.#oneOf("CHATQUAKE_CASSANDRA_TLS", ["0", "1"]) === "1",
    };
  }

  #limits(): Limits {
    const key = "CHATQUAKE_LIMITS_JSON";
    let given: unknown;
    try {
      given = JSON.parse(this.#text(key));
    } catch {
      // Told below: it is not an object.
    }
    if (typeof given !== "object" || given === null || Array.isArray(given)) {
      this.#wrong(key, 'must be a JSON object: {"heartbeatMs":25000}');
      return DEFAULT_LIMITS;
    }
    for (const [name, value] of Object.entries(given)) {
      if (!Object.hasOwn(DEFAULT_LIMITS, name)) this.#wrong(key, `knows no limit "${name}"`);
      else if (!Number.isSafeInteger(value) || (value as number) < 1)
        this.#wrong(key, `${name} must be a whole number above 0`);
    }
    const limits: Limits = { ...DEFAULT_LIMITS, ...given };
    const largest = base64Length(limits.bodyBytesMax) + base64Length(limits.thumbnailBytesMax);
    if (largest + 1024 > FRAME_BYTES_MAX)
      this.#wrong(
        key,
        `bodyBytesMax and thumbnailBytesMax do not fit a frame of ${FRAME_BYTES_MAX} bytes`,
      );
    return limits;
  }
}
