// How Redis is reached: one server, the master that sentinels name, or a cluster; and every setting of the client.
import { Cluster, Redis } from "ioredis";

export interface Sentinels {
  /** host:port. */
  readonly points: readonly string[];
  /** What they call the server that is meant. */
  readonly master: string;
}

export interface RedisServers {
  /** With sentinels only user, password and TLS of it count; with a cluster it names one of its nodes. */
  readonly url: string;
  readonly sentinel?: Sentinels | undefined;
  readonly cluster?: boolean;
  /** Over TLS: who signs the servers' certificates, as PEM; undefined: whom the system trusts. */
  readonly tlsCa?: string | undefined;
  readonly callDeadlineMs: number;
}

const RECONNECT_MS_MIN = 50;
const RECONNECT_MS_MAX = 1_000;
const KEEP_ALIVE_MS = 10_000;

export function redisClient(servers: RedisServers): Redis | Cluster {
  const { url, sentinel, cluster, callDeadlineMs } = servers;
  const { username, password, host } = new URL(url);
  const tls = tlsOf(servers);
  const options = {
    ...(tls && { tls }),
    ...(username !== "" && { username: decodeURIComponent(username) }),
    ...(password !== "" && { password: decodeURIComponent(password) }),
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: null,
    connectTimeout: callDeadlineMs,
    // No answer for so long: the far end is gone without a word, and the next connection may reach it.
    socketTimeout: callDeadlineMs,
    keepAlive: KEEP_ALIVE_MS,
    disableClientInfo: true,
    // What was the master is a replica now: the address leads to the new master, this connection does not.
    reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
    retryStrategy: retryMs,
  };
  if (sentinel !== undefined)
    return new Redis({
      ...options,
      sentinels: sentinel.points.map(pointOf),
      name: sentinel.master,
      sentinelRetryStrategy: retryMs,
      ...(tls && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    });
  if (cluster !== true) return new Redis(url, options);
  const { retryStrategy: _ofOneServer, ...ofANode } = options;
  return new Cluster([pointOf(host)], {
    redisOptions: ofANode,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryMs,
    slotsRefreshTimeout: callDeadlineMs,
    // A certificate names its server as the cluster does, not by its number.
    ...(tls && { dnsLookup: (address, found) => found(null, address) }),
  });
}

function tlsOf({ url, tlsCa }: RedisServers): { readonly ca?: string } | undefined {
  if (new URL(url).protocol !== "rediss:") return undefined;
  return tlsCa === undefined ? {} : { ca: tlsCa };
}

function retryMs(times: number): number {
  return Math.min(RECONNECT_MS_MIN * 2 ** (times - 1), RECONNECT_MS_MAX);
}

function pointOf(point: string): { readonly host: string; readonly port: number } {
  const found = /^(.*?)(?::(\d+))?$/.exec(point)!;
  return { host: found[1]!.replace(/^\[|\]$/g, ""), port: Number(found[2] ?? 6379) };
}
