// Every setting of a node process: its name in the environment and in a config file, its default, and what it
// is for. How the texts are read is decided in config.ts.

export interface Setting {
  readonly key: string;
  /** Undefined: it must be set. */
  readonly standard: string | undefined;
  /** Never printed and never logged. */
  readonly secret?: true;
  readonly text: string;
}

export const SETTINGS = [
  { key: "CHATQUAKE_NODE_ID", standard: "node-1", text: "this node's name, unique in the cluster" },
  {
    key: "CHATQUAKE_LISTEN",
    standard: "127.0.0.1:7420",
    text: "host:port for clients, peers and HTTP; port 0 takes a free one",
  },
  {
    key: "CHATQUAKE_METRICS_LISTEN",
    standard: "",
    text: "host:port for /metrics; empty: the port of CHATQUAKE_LISTEN, for this machine alone",
  },
  {
    key: "CHATQUAKE_CLIENTS_MAX",
    standard: "50000",
    text: "open sockets of clients; one more is refused with 503",
  },
  {
    key: "CHATQUAKE_ADDRESS",
    standard: "",
    text: "host:port under which others find this node; empty: the one it listens on",
  },
  {
    key: "CHATQUAKE_PEERS",
    standard: "",
    text: "the other nodes: node-2=host:port,node-3=host:port",
  },
  {
    key: "CHATQUAKE_REDIS_URL",
    standard: "redis://127.0.0.1:6379",
    text: "presence and leases: redis://user:password@host:port, rediss:// over TLS",
  },
  {
    key: "CHATQUAKE_REDIS_SENTINEL",
    standard: "",
    text: "host:port,host:port/master: sentinels say who is master; user, password and TLS come from the URL",
  },
  {
    key: "CHATQUAKE_REDIS_CLUSTER",
    standard: "0",
    text: "1: the URL is one node of a Redis Cluster, which names the others",
  },
  { key: "CHATQUAKE_REDIS_PREFIX", standard: "", text: "put in front of every key" },
  {
    key: "CHATQUAKE_CASSANDRA",
    standard: "127.0.0.1:9042/datacenter1",
    text: "messages and friends: host:port,host:port/datacenter",
  },
  { key: "CHATQUAKE_CASSANDRA_USER", standard: "", text: "who logs in; empty: nobody has to" },
  {
    key: "CHATQUAKE_CASSANDRA_PASSWORD",
    standard: "",
    secret: true,
    text: "of CHATQUAKE_CASSANDRA_USER",
  },
  { key: "CHATQUAKE_CASSANDRA_TLS", standard: "0", text: "1: Cassandra is spoken to over TLS" },
  { key: "CHATQUAKE_CASSANDRA_KEYSPACE", standard: "chatquake", text: "made if it is missing" },
  {
    key: "CHATQUAKE_CASSANDRA_REPLICATION",
    standard: "",
    text: "copies of each row; empty: 3 with at least three contact points, else 1",
  },
  {
    key: "CHATQUAKE_CASSANDRA_TRANSLATE",
    standard: "",
    text: "dial another address instead: 10.0.0.1:9042=127.0.0.1:19042,...",
  },
  {
    key: "CHATQUAKE_S3_URL",
    standard: "http://127.0.0.1:8333",
    text: "pictures, voice, files; https:// over TLS",
  },
  { key: "CHATQUAKE_S3_REGION", standard: "us-east-1", text: "what requests are signed for" },
  { key: "CHATQUAKE_S3_BUCKET", standard: "chatquake", text: "made if it is missing" },
  { key: "CHATQUAKE_S3_ACCESS_KEY", standard: undefined, secret: true, text: "of the bucket" },
  { key: "CHATQUAKE_S3_SECRET_KEY", standard: undefined, secret: true, text: "of the bucket" },
  {
    key: "CHATQUAKE_TLS_CA_FILE",
    standard: "",
    text: "PEM file: who signs the certificates of Redis, Cassandra and S3; empty: whom the system trusts",
  },
  {
    key: "CHATQUAKE_TOKEN_KEY",
    standard: undefined,
    secret: true,
    text: "checks sign-in tokens (HS256); hex, at least 32 bytes",
  },
  {
    key: "CHATQUAKE_LINK_KEY",
    standard: undefined,
    secret: true,
    text: "nodes prove to each other that they hold it; hex, at least 32 bytes",
  },
  {
    key: "CHATQUAKE_MASTER_KEY_FILE",
    standard: undefined,
    text: 'JSON {"current":"kek-2","keys":{"kek-1":"base64 of 32 bytes",...}}, oldest first; read again on SIGHUP',
  },
  {
    key: "CHATQUAKE_STORE_DEADLINE_MS",
    standard: "2000",
    text: "a store call that did not end within this is unknown",
  },
  {
    key: "CHATQUAKE_START_PATIENCE_MS",
    standard: "15000",
    text: "how long the stores may take to answer at the start; then exit 115",
  },
  {
    key: "CHATQUAKE_START_WITHOUT",
    standard: "",
    text: "stores that may be away at the start: redis,s3",
  },
  {
    key: "CHATQUAKE_LOG_LEVEL",
    standard: "info",
    text: "trace, debug (with the trace events), info, warn, error, fatal or silent",
  },
  {
    key: "CHATQUAKE_TEST_CONTROL",
    standard: "0",
    text: "1 opens POST /test/... for fault injection, on this machine alone: never in production",
  },
  {
    key: "CHATQUAKE_TEST_TOKEN",
    standard: "",
    secret: true,
    text: "needed with CHATQUAKE_TEST_CONTROL=1: who asks for a fault must bring it; at least 16 characters",
  },
  {
    key: "CHATQUAKE_LIMITS_JSON",
    standard: "{}",
    text: "numbers that replace the standard limits, by name",
  },
] as const satisfies readonly Setting[];

export type SettingKey = (typeof SETTINGS)[number]["key"];
/** Of each setting its text; undefined where one that must be set is not. */
export type SettingTexts = Record<SettingKey, string | undefined>;
