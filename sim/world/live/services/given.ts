// Services that somebody else runs, named by the environment: they are asked whether they answer, and never
// started, ended or emptied.
import { cassandraAnswers, redisAnswers, s3Answers, type Address } from "./answers.ts";
import type { ServiceControl, ServiceEndpoints, ServiceName } from "./endpoints.ts";
import { ServiceCannot, ServicesNotReady } from "./not-ready.ts";

const REDIS_PORT = 6379;

export class GivenServices implements ServiceControl {
  readonly mode = "given";
  readonly endpoints: ServiceEndpoints;
  readonly names: readonly ServiceName[];

  constructor(endpoints: ServiceEndpoints) {
    this.endpoints = endpoints;
    const nodes = endpoints.cassandra.contactPoints.map(
      (_, index) => `cassandra-${index + 1}` as ServiceName,
    );
    this.names = ["redis", ...nodes, "s3"];
  }

  async check(): Promise<void> {
    const answers = await Promise.all(this.names.map((name) => this.answers(name)));
    const silent = this.names.filter((_, index) => answers[index] === false);
    if (silent.length > 0)
      throw new ServicesNotReady(
        `no answer from ${silent.map((name) => `${name} at ${this.place(name)}`).join(", ")}`,
      );
  }

  answers(name: ServiceName): Promise<boolean> {
    if (name === "s3") return s3Answers(this.endpoints.s3.url);
    if (name === "redis") return redisAnswers(addressOf(new URL(this.endpoints.redisUrl).host));
    return cassandraAnswers(addressOf(this.place(name)));
  }

  async kill(name: ServiceName): Promise<void> {
    throw this.cannot("killed", name);
  }

  async pause(name: ServiceName): Promise<void> {
    throw this.cannot("paused", name);
  }

  async resume(name: ServiceName): Promise<void> {
    throw this.cannot("resumed", name);
  }

  async restart(name: ServiceName): Promise<void> {
    throw this.cannot("restarted", name);
  }

  pid(): undefined {
    return undefined;
  }

  private place(name: ServiceName): string {
    if (name === "redis") return this.endpoints.redisUrl.replace(/\/\/[^@/]*@/, "//");
    if (name === "s3") return this.endpoints.s3.url;
    return (
      this.endpoints.cassandra.contactPoints[Number(name.slice("cassandra-".length)) - 1] ?? ""
    );
  }

  private cannot(what: string, name: ServiceName): ServiceCannot {
    return new ServiceCannot(
      `${name} was given by the environment and cannot be ${what}; start services with: npx chatquake services up`,
    );
  }
}

function addressOf(place: string): Address {
  const colon = place.lastIndexOf(":");
  return colon < 0
    ? { host: place, port: REDIS_PORT }
    : { host: place.slice(0, colon), port: Number(place.slice(colon + 1)) };
}
