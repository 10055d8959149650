// Redis, Cassandra and SeaweedFS as programs of this machine, on loopback. What each is started with is in the
// *-launch files; which programs there are, in programs.ts.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { cassandraAnswers, redisAnswers, s3Answers, untilAnswers } from "./answers.ts";
import { cassandraHost, cassandraLaunch, type CassandraTuning } from "./cassandra-launch.ts";
import { recordClasses } from "./class-archive.ts";
import {
  DATA_CENTER,
  S3_DEFAULTS,
  serviceNames,
  type CassandraCount,
  type CommitlogSync,
  type Environment,
  type ServiceControl,
  type ServiceName,
} from "./endpoints.ts";
import { FreePorts } from "./free-ports.ts";
import { ServicesNotReady } from "./not-ready.ts";
import { installedPrograms, nativePrograms, type Programs } from "./programs.ts";
import { redisLaunch } from "./redis-launch.ts";
import type { NativeState } from "./saved-state.ts";
import { SEAWEEDFS_PORTS, seaweedfsLaunch, type SeaweedfsPorts } from "./seaweedfs-launch.ts";
import { ServiceProcess, type Launch } from "./service-process.ts";

const HOST = "127.0.0.1";
const READY_MS = 120_000;

export interface NativeRequest {
  readonly cassandra: CassandraCount;
  readonly commitlogSync: CommitlogSync;
  readonly tuning: CassandraTuning;
  /** The public port of each kind where it is free; without, any free one. */
  readonly standardPorts: boolean;
}

export async function planNative(request: NativeRequest): Promise<NativeState> {
  const free = new FreePorts(process.pid * 97);
  const { cassandra, standardPorts } = request;
  const hosts = Array.from({ length: cassandra }, (_, index) => cassandraHost(index + 1));
  const near = (port: number): number | undefined => (standardPorts ? port : undefined);
  const redis = await free.take([HOST], near(6379));
  const cql = await free.take(hosts, near(9042));
  const storage = await free.take(hosts, near(7000));
  const s3: Record<string, number> = {};
  for (const name of SEAWEEDFS_PORTS)
    s3[name] = await free.take([HOST], name === "s3" ? near(8333) : undefined);
  return {
    mode: "native",
    cassandra,
    commitlogSync: request.commitlogSync,
    tuning: request.tuning,
    ports: { redis, cql, storage, s3: s3 as SeaweedfsPorts },
    endpoints: {
      redisUrl: `redis://${HOST}:${redis}`,
      cassandra: {
        contactPoints: hosts.map((host) => `${host}:${cql}`),
        dataCenter: DATA_CENTER,
      },
      s3: { url: `http://${HOST}:${s3["s3"]}`, ...S3_DEFAULTS },
    },
  };
}

export class NativeServices implements ServiceControl {
  readonly mode = "native";
  readonly endpoints: NativeState["endpoints"];
  readonly names: readonly ServiceName[];
  private readonly processes: ReadonlyMap<ServiceName, ServiceProcess>;
  private readonly state: NativeState;
  private readonly env: Environment;

  constructor(folder: string, state: NativeState, env: Environment) {
    this.endpoints = state.endpoints;
    this.names = serviceNames(state.cassandra);
    this.state = state;
    this.env = env;
    this.processes = new Map(
      this.names.map((name) => [name, new ServiceProcess(name, join(folder, name))]),
    );
  }

  /** Starts what does not run; ends when everything answers. */
  async start(say: (line: string) => void): Promise<void> {
    const began = performance.now();
    const dead = this.names.filter((name) => this.pid(name) === undefined);
    if (dead.length > 0) await this.launchAll(dead, say);
    await Promise.all(
      this.names.map(async (name) => {
        await this.untilAnswers(name);
        say(`${name} ready after ${((performance.now() - began) / 1000).toFixed(1)} s`);
      }),
    );
  }

  async kill(name: ServiceName): Promise<void> {
    await this.running(name).kill();
  }

  async pause(name: ServiceName): Promise<void> {
    this.running(name).signal("SIGSTOP");
  }

  async resume(name: ServiceName): Promise<void> {
    this.running(name).signal("SIGCONT");
  }

  async restart(name: ServiceName): Promise<void> {
    const process = this.process(name);
    await process.kill();
    await process.start(this.launch(name, installedPrograms(this.env)));
    await this.untilAnswers(name);
  }

  pid(name: ServiceName): number | undefined {
    return this.process(name).pid();
  }

  answers(name: ServiceName): Promise<boolean> {
    const { ports, endpoints } = this.state;
    switch (name) {
      case "redis":
        return redisAnswers({ host: HOST, port: ports.redis });
      case "s3":
        return s3Answers(endpoints.s3.url, "/healthz");
      default:
        return cassandraAnswers({ host: cassandraHost(numberOf(name)), port: ports.cql });
    }
  }

  /** Nothing is drained: what stays on disk is for reading only. */
  async stop(): Promise<void> {
    await Promise.all([...this.processes.values()].map((process) => process.kill()));
  }

  /** The data goes too. */
  async end(): Promise<void> {
    await this.stop();
    for (const { folder } of this.processes.values())
      rmSync(folder, { recursive: true, force: true });
  }

  private async launchAll(
    dead: readonly ServiceName[],
    say: (line: string) => void,
  ): Promise<void> {
    const programs = await nativePrograms(this.env, say);
    await recordClasses(programs, say);
    for (const name of dead)
      if (await this.answers(name))
        throw new ServicesNotReady(`${name}: another program listens on its port`);
    for (const name of dead) await this.process(name).start(this.launch(name, programs));
  }

  private launch(name: ServiceName, programs: Programs): Launch {
    const { ports, endpoints, cassandra, commitlogSync, tuning } = this.state;
    switch (name) {
      case "redis":
        return redisLaunch(programs.redisServer, HOST, ports.redis);
      case "s3":
        return seaweedfsLaunch(programs.weed, HOST, ports.s3, endpoints.s3);
      default:
        return cassandraLaunch(programs, {
          number: numberOf(name),
          total: cassandra,
          cqlPort: ports.cql,
          storagePort: ports.storage,
          commitlogSync,
          tuning,
          folder: this.process(name).folder,
        });
    }
  }

  private untilAnswers(name: ServiceName): Promise<void> {
    return untilAnswers({
      name,
      answers: () => this.answers(name),
      isAlive: () => this.pid(name) !== undefined,
      log: this.process(name).log,
      limitMs: READY_MS,
    });
  }

  private running(name: ServiceName): ServiceProcess {
    const process = this.process(name);
    if (process.pid() === undefined) throw new ServicesNotReady(`${name} does not run`);
    return process;
  }

  private process(name: ServiceName): ServiceProcess {
    const process = this.processes.get(name);
    if (process === undefined) throw new ServicesNotReady(`there is no ${name} among the services`);
    return process;
  }
}

function numberOf(name: ServiceName): number {
  return Number(name.slice("cassandra-".length));
}
