// What was started and where, so that another program finds it: services.json in the run directory. Process ids
// are not in it: each process's folder holds its own, because a restart changes it.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CassandraTuning } from "./cassandra-launch.ts";
import type { CassandraCount, CommitlogSync, ServiceEndpoints } from "./endpoints.ts";
import type { SeaweedfsPorts } from "./seaweedfs-launch.ts";

export interface NativeState {
  readonly mode: "native";
  readonly cassandra: CassandraCount;
  readonly commitlogSync: CommitlogSync;
  readonly tuning: CassandraTuning;
  readonly ports: {
    readonly redis: number;
    readonly cql: number;
    readonly storage: number;
    readonly s3: SeaweedfsPorts;
  };
  readonly endpoints: ServiceEndpoints;
}

export interface DockerState {
  readonly mode: "docker";
  readonly cassandra: CassandraCount;
  readonly project: string;
  /** Ports on this machine, as the compose file's variables take them. */
  readonly variables: Readonly<Record<string, string>>;
  readonly endpoints: ServiceEndpoints;
}

export type SavedState = NativeState | DockerState;

export const RUN_DIR_DEFAULT = ".chatquake";

export function runFolder(runDir: string | undefined): string {
  return resolve(runDir ?? RUN_DIR_DEFAULT);
}

export function loadState(folder: string): SavedState | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "services.json"), "utf8")) as SavedState;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export function saveState(folder: string, state: SavedState): void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "services.json");
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

export function forgetState(folder: string): void {
  rmSync(join(folder, "services.json"), { force: true });
}
