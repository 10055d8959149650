// Which CHATQUAKE_* variables mean something: the twins of flags, those of nodes and services, those of the tests.
// Any other is a slip of the pen that would silently change nothing, so it ends a command before it starts.
import { nearest } from "../scenario/suggest.ts";
import { UsageError, type Command } from "./command.ts";

const PREFIX = "CHATQUAKE_";

/** Read by the node's program, by whoever starts nodes, and by the services. */
const OF_NODES_AND_SERVICES = [
  ...["NODE_ID", "LISTEN", "ADDRESS", "PEERS", "LOG_LEVEL", "LIMITS_JSON"],
  ...["METRICS_LISTEN", "CLIENTS_MAX", "TEST_CONTROL", "TEST_TOKEN"],
  ...["REDIS_URL", "REDIS_PREFIX", "REDIS_SERVER", "REDIS_SENTINEL", "REDIS_CLUSTER"],
  ...["CASSANDRA", "CASSANDRA_KEYSPACE", "CASSANDRA_REPLICATION", "CASSANDRA_TRANSLATE"],
  ...["CASSANDRA_USER", "CASSANDRA_PASSWORD", "CASSANDRA_TLS"],
  ...["S3_URL", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"],
  ...["TOKEN_KEY", "LINK_KEY", "MASTER_KEY_FILE", "TLS_CA_FILE"],
  ...["STORE_DEADLINE_MS", "START_PATIENCE_MS", "START_WITHOUT", "SERVICES_CACHE"],
];
/** Filled into docker-compose.yml. */
const OF_CONTAINERS = [
  ...["PORT", "REDIS_PORT", "CASSANDRA_PORT", "S3_PORT", "NODE_IMAGE", "MASTER_KEY"],
  ...["CASSANDRA_HOST_1", "CASSANDRA_HOST_2", "CASSANDRA_HOST_3"],
];
const OF_TESTS = [
  ...["NODE_22", "NODE_24", "CHROMIUM", "COMMANDS", "SCREENSHOTS"],
  ...["CASSANDRA_NODES", "TEST_SERVICES", "SHRINKS"],
];

/** The variable that stands for a flag where it is not typed. */
export function twinOf(flag: string): string {
  return PREFIX + flag.toUpperCase().replaceAll("-", "_");
}

export function knownVariables(commands: readonly Command[]): readonly string[] {
  const flags = commands.flatMap(({ options }) => Object.keys(options).map(twinOf));
  const others = [...OF_NODES_AND_SERVICES, ...OF_CONTAINERS, ...OF_TESTS].map(
    (name) => PREFIX + name,
  );
  return [...new Set([...flags, ...others])].sort();
}

export function refuseUnknownVariables(
  environment: Readonly<Record<string, string | undefined>>,
  commands: readonly Command[],
): void {
  const known = knownVariables(commands);
  const unknown = Object.keys(environment)
    .filter((name) => name.startsWith(PREFIX) && !known.includes(name))
    .sort();
  const [first] = unknown;
  if (first === undefined) return;
  const more = unknown.length > 1 ? ` (and ${unknown.slice(1).join(", ")})` : "";
  throw new UsageError(
    `unknown variable ${first} in the environment${more}; the nearest valid name is "${nearest(first, known)}"`,
  );
}
