// Where Redis, Cassandra and S3 are, and what can be done to them: the one thing that live runs and live
// tests know of services, however they were started. How that is done is native.ts's and docker.ts's.
import { ServicesNotReady } from "./not-ready.ts";

export interface ServiceEndpoints {
  readonly redisUrl: string;
  readonly cassandra: {
    /** host:port, one for each node. */
    readonly contactPoints: readonly string[];
    readonly dataCenter: string;
  };
  readonly s3: {
    readonly url: string;
    readonly bucket: string;
    readonly accessKey: string;
    readonly secretKey: string;
  };
}

export type ServiceMode = "given" | "docker" | "native";
export type CassandraCount = 1 | 3;
/** Periodic is Cassandra's own default: what was acknowledged may wait 10 s for its fsync. */
export type CommitlogSync = "periodic" | "batch";
export type ServiceName = "redis" | "s3" | "cassandra-1" | "cassandra-2" | "cassandra-3";

/** Every method but pid() settles only when the thing has happened; in mode "given" all of them reject. */
export interface ServiceControl {
  readonly mode: ServiceMode;
  readonly endpoints: ServiceEndpoints;
  /** SIGKILL. */
  kill(name: ServiceName): Promise<void>;
  /** SIGSTOP: its sockets stay open and say nothing. */
  pause(name: ServiceName): Promise<void>;
  resume(name: ServiceName): Promise<void>;
  /** Starts it on the same address and data, after a SIGKILL if it still runs; ends when it answers. */
  restart(name: ServiceName): Promise<void>;
  /** Undefined if it does not run, or runs elsewhere. */
  pid(name: ServiceName): number | undefined;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function serviceNames(cassandra: CassandraCount): readonly ServiceName[] {
  const nodes: readonly ServiceName[] =
    cassandra === 3 ? ["cassandra-1", "cassandra-2", "cassandra-3"] : ["cassandra-1"];
  return ["redis", ...nodes, "s3"];
}

export const S3_DEFAULTS = {
  bucket: "chatquake",
  accessKey: "chatquake",
  secretKey: "chatquake-secret",
} as const;
export const DATA_CENTER = "datacenter1";

const NEEDED = ["CHATQUAKE_REDIS_URL", "CHATQUAKE_CASSANDRA", "CHATQUAKE_S3_URL"] as const;

/** What the environment gives; undefined if it gives nothing. Half of it is a mistake, not a wish. */
export function endpointsFromEnvironment(env: Environment): ServiceEndpoints | undefined {
  const missing = NEEDED.filter((name) => (env[name] ?? "") === "");
  if (missing.length === NEEDED.length) return undefined;
  const [redisUrl, cassandra, url] = NEEDED.map((name) => env[name] ?? "") as [
    string,
    string,
    string,
  ];
  if (missing.length > 0) {
    const given = NEEDED.filter((name) => !missing.includes(name));
    throw new ServicesNotReady(`${given.join(" and ")} given without ${missing.join(" and ")}`);
  }
  const [points, dataCenter] = cassandra.split("/");
  return {
    redisUrl,
    cassandra: {
      contactPoints: (points ?? "").split(",").filter((point) => point !== ""),
      dataCenter: dataCenter ?? DATA_CENTER,
    },
    s3: {
      url,
      bucket: env["CHATQUAKE_S3_BUCKET"] ?? S3_DEFAULTS.bucket,
      accessKey: env["CHATQUAKE_S3_ACCESS_KEY"] ?? S3_DEFAULTS.accessKey,
      secretKey: env["CHATQUAKE_S3_SECRET_KEY"] ?? S3_DEFAULTS.secretKey,
    },
  };
}

/** The same as variables: what a node process, or a shell, is given. */
export function environmentOf({ redisUrl, cassandra, s3 }: ServiceEndpoints): {
  readonly [name: string]: string;
} {
  return {
    CHATQUAKE_REDIS_URL: redisUrl,
    CHATQUAKE_CASSANDRA: `${cassandra.contactPoints.join(",")}/${cassandra.dataCenter}`,
    CHATQUAKE_S3_URL: s3.url,
    CHATQUAKE_S3_BUCKET: s3.bucket,
    CHATQUAKE_S3_ACCESS_KEY: s3.accessKey,
    CHATQUAKE_S3_SECRET_KEY: s3.secretKey,
  };
}
