// What a node process is told: its place in the cluster, its stores, each through its proxy where the link has
// one, and the run's keys.
import type { Secrets } from "./secrets.ts";
import type { ServiceEndpoints } from "./services/endpoints.ts";
import { linkName } from "./links.ts";

/** Everything of one run lies under names of its own, so that runs may share stores. */
export interface Namespace {
  readonly keyspace: string;
  readonly redisPrefix: string;
  readonly bucket: string;
}

export interface NodePlace {
  readonly id: string;
  /** host:port of every node, by id. */
  readonly addresses: ReadonlyMap<string, string>;
}

/** Port on this machine by link name ("node-1>redis"). */
export type ProxyPorts = ReadonlyMap<string, number>;

export function nodeEnvironment(
  place: NodePlace,
  endpoints: ServiceEndpoints,
  namespace: Namespace,
  proxies: ProxyPorts,
  secrets: Secrets,
): Readonly<Record<string, string>> {
  const { id, addresses } = place;
  const own = addresses.get(id)!;
  const through = (to: string): string | undefined => {
    const port = proxies.get(linkName({ from: id, to }));
    return port === undefined ? undefined : `127.0.0.1:${port}`;
  };
  const peers = [...addresses]
    .filter(([peer]) => peer !== id)
    .map(([peer, address]) => `${peer}=${through(peer) ?? address}`);
  return {
    ...storeEnvironment(endpoints, namespace, secrets),
    CHATQUAKE_NODE_ID: id,
    CHATQUAKE_LISTEN: own,
    CHATQUAKE_ADDRESS: own,
    CHATQUAKE_PEERS: peers.join(","),
    CHATQUAKE_REDIS_URL: replaceHost(endpoints.redisUrl, through("redis")),
    CHATQUAKE_S3_URL: replaceHost(endpoints.s3.url, through("s3")),
    CHATQUAKE_CASSANDRA_TRANSLATE: translation(endpoints, through),
    CHATQUAKE_TEST_CONTROL: "1",
    CHATQUAKE_TEST_TOKEN: secrets.testToken,
    // A node that is started while Redis or S3 is away is there when they come back.
    CHATQUAKE_START_WITHOUT: "redis,s3",
  };
}

/** The stores alone, on their own addresses. */
export function storeEnvironment(
  { redisUrl, cassandra, s3 }: ServiceEndpoints,
  namespace: Namespace,
  secrets: Secrets,
): Readonly<Record<string, string>> {
  return {
    CHATQUAKE_REDIS_URL: redisUrl,
    CHATQUAKE_REDIS_PREFIX: namespace.redisPrefix,
    CHATQUAKE_CASSANDRA: `${cassandra.contactPoints.join(",")}/${cassandra.dataCenter}`,
    CHATQUAKE_CASSANDRA_KEYSPACE: namespace.keyspace,
    CHATQUAKE_S3_URL: s3.url,
    CHATQUAKE_S3_BUCKET: namespace.bucket,
    CHATQUAKE_S3_ACCESS_KEY: s3.accessKey,
    CHATQUAKE_S3_SECRET_KEY: s3.secretKey,
    CHATQUAKE_TOKEN_KEY: secrets.tokenKey,
    CHATQUAKE_LINK_KEY: secrets.linkKey,
    CHATQUAKE_MASTER_KEY_FILE: secrets.masterKeyFile,
  };
}

function translation(
  { cassandra }: ServiceEndpoints,
  through: (to: string) => string | undefined,
): string {
  return cassandra.contactPoints
    .map((point, index) => [point, through(`cassandra-${index + 1}`)] as const)
    .filter(([, proxy]) => proxy !== undefined)
    .map(([point, proxy]) => `${point}=${proxy}`)
    .join(",");
}

function replaceHost(url: string, host: string | undefined): string {
  if (host === undefined) return url;
  const parsed = new URL(url);
  parsed.host = host;
  return parsed.href.replace(/\/$/, "");
}
