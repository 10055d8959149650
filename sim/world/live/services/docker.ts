// Redis, Cassandra and SeaweedFS in containers, through docker compose and the project's docker-compose.yml, of
// which only the stores are started. Ports are published on loopback.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cassandraAnswers, redisAnswers, s3Answers, type Address } from "./answers.ts";
import { cassandraHost } from "./cassandra-launch.ts";
import { Compose, noCompose } from "./compose.ts";
import {
  DATA_CENTER,
  S3_DEFAULTS,
  serviceNames,
  type CassandraCount,
  type Environment,
  type ServiceControl,
  type ServiceName,
} from "./endpoints.ts";
import { FreePorts } from "./free-ports.ts";
import { ServicesNotReady } from "./not-ready.ts";
import type { DockerState } from "./saved-state.ts";

const HOST = "127.0.0.1";

export async function planDocker(
  folder: string,
  cassandra: CassandraCount,
  standardPorts: boolean,
): Promise<DockerState> {
  const free = new FreePorts(process.pid * 97);
  const hosts = Array.from({ length: cassandra }, (_, index) => cassandraHost(index + 1));
  const near = (port: number): number | undefined => (standardPorts ? port : undefined);
  const redis = await free.take([HOST], near(6379));
  const cql = await free.take(hosts, near(9042));
  const s3 = await free.take([HOST], near(8333));
  return {
    mode: "docker",
    cassandra,
    // The same folder means the same containers, also when its state was lost.
    project: `chatquake-${createHash("sha256").update(folder).digest("hex").slice(0, 8)}`,
    variables: {
      CHATQUAKE_REDIS_PORT: String(redis),
      CHATQUAKE_CASSANDRA_PORT: String(cql),
      CHATQUAKE_S3_PORT: String(s3),
      CHATQUAKE_S3_ACCESS_KEY: S3_DEFAULTS.accessKey,
      CHATQUAKE_S3_SECRET_KEY: S3_DEFAULTS.secretKey,
      COMPOSE_PROFILES: cassandra === 3 ? "three" : "",
      // The node processes are outside, so drivers must be told addresses of this machine.
      ...Object.fromEntries(
        hosts.map((host, index) => [`CHATQUAKE_CASSANDRA_HOST_${index + 1}`, host]),
      ),
    },
    endpoints: {
      redisUrl: `redis://${HOST}:${redis}`,
      cassandra: { contactPoints: hosts.map((host) => `${host}:${cql}`), dataCenter: DATA_CENTER },
      s3: { url: `http://${HOST}:${s3}`, ...S3_DEFAULTS },
    },
  };
}

export class DockerServices implements ServiceControl {
  readonly mode = "docker";
  readonly endpoints: DockerState["endpoints"];
  readonly names: readonly ServiceName[];
  private readonly compose: Compose;
  private readonly state: DockerState;
  private readonly env: Environment;

  constructor(state: DockerState, env: Environment) {
    this.endpoints = state.endpoints;
    this.names = serviceNames(state.cassandra);
    this.compose = new Compose(state.project, state.variables, env);
    this.state = state;
    this.env = env;
  }

  /** Starts what does not run; ends when every container is healthy. */
  async start(say: (line: string) => void): Promise<void> {
    const why = await noCompose(this.env);
    if (why !== undefined) throw new ServicesNotReady(why);
    say(`starting ${this.names.join(", ")} in containers of ${this.state.project}`);
    await this.compose.run("up", "--detach", "--wait", ...this.names);
  }

  async kill(name: ServiceName): Promise<void> {
    await this.compose.run("kill", "--signal", "SIGKILL", name);
  }

  async pause(name: ServiceName): Promise<void> {
    await this.compose.run("pause", name);
  }

  async resume(name: ServiceName): Promise<void> {
    await this.compose.run("unpause", name);
  }

  async restart(name: ServiceName): Promise<void> {
    if (this.pid(name) !== undefined) await this.kill(name);
    await this.compose.run("up", "--detach", "--wait", "--no-recreate", "--no-deps", name);
  }

  /** Of the process inside, seen from here; undefined where the engine is on another machine. */
  pid(name: ServiceName): number | undefined {
    const format = "{{.State.Pid}} {{.Id}}";
    const container = `${this.state.project}-${name}-1`;
    let found: string;
    try {
      found = execFileSync("docker", ["inspect", "--format", format, container], {
        env: this.env,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch {
      return undefined; // there is no such container
    }
    const [pid = "0", id = ""] = found.trim().split(" ");
    return pid !== "0" && isInContainer(pid, id) ? Number(pid) : undefined;
  }

  answers(name: ServiceName): Promise<boolean> {
    const { redisUrl, cassandra, s3 } = this.endpoints;
    if (name === "s3") return s3Answers(s3.url, "/healthz");
    if (name === "redis") return redisAnswers(addressOf(new URL(redisUrl).host));
    const point = cassandra.contactPoints[Number(name.slice("cassandra-".length)) - 1];
    return cassandraAnswers(addressOf(point ?? ""));
  }

  async stop(): Promise<void> {
    if ((await noCompose(this.env)) === undefined) await this.end();
  }

  async end(): Promise<void> {
    await this.compose.run("down", "--volumes", "--timeout", "0");
  }
}

function isInContainer(pid: string, id: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8").includes(id);
  } catch {
    return false; // no such process here
  }
}

function addressOf(place: string): Address {
  const [host = "", port] = place.split(":");
  return { host, port: Number(port) };
}
