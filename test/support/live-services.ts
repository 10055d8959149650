// Real Redis, Cassandra and S3 for tests. Started natively on free ports by the first test that asks, kept
// running between files, ended with the test run (stop-live-services.ts).
//
//   const services = await sharedServices();      one Cassandra node; sharedServices(3): three
//   services.endpoints                            ServiceEndpoints, for adapters
//   services.env                                  CHATQUAKE_*, for a node process
//   const keyspace = freshName("roster")          nothing is emptied between tests: take names and ids of your own
//
// Shared services are everybody's: never kill, pause, flush or reset them. A test that must do that takes its own:
//
//   const own = await ownServices({ cassandra: 3, commitlogSync: "batch" });
//   await own.control.kill("cassandra-2");  await own.control.restart("cassandra-2");
//   await own.stop();                             in afterAll; forgotten ones end with the test run
//
// With CHATQUAKE_REDIS_URL, CHATQUAKE_CASSANDRA and CHATQUAKE_S3_URL set, sharedServices() takes those. Where a
// program is missing both fail with one sentence that says what to install.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  endpointsFromEnvironment,
  environmentOf,
  type CassandraCount,
  type CommitlogSync,
  type ServiceControl,
  type ServiceEndpoints,
} from "../../sim/world/live/services/endpoints.ts";
import { servicesDown, servicesUp } from "../../sim/world/live/services/services.ts";

/** Set by stop-live-services.ts, so that all files of one test run mean the same folder. */
export const FOLDER_VARIABLE = "CHATQUAKE_TEST_SERVICES";

export interface LiveServices {
  readonly control: ServiceControl;
  readonly endpoints: ServiceEndpoints;
  readonly env: Readonly<Record<string, string>>;
}

export interface OwnServices extends LiveServices {
  readonly runDir: string;
  stop(): Promise<void>;
}

function folder(): string {
  const path = process.env[FOLDER_VARIABLE];
  if (path === undefined) throw new Error("live tests run in the projects contract-live and live");
  return path;
}

function asServices(control: ServiceControl): LiveServices {
  return { control, endpoints: control.endpoints, env: environmentOf(control.endpoints) };
}

export async function sharedServices(cassandra: CassandraCount = 1): Promise<LiveServices> {
  const runDir = join(folder(), `shared-${cassandra}`);
  const mode = endpointsFromEnvironment(process.env) === undefined ? "native" : "given";
  return asServices(await servicesUp({ mode, cassandra, runDir, env: process.env }));
}

export async function ownServices(request: {
  readonly cassandra?: CassandraCount;
  readonly commitlogSync?: CommitlogSync;
}): Promise<OwnServices> {
  const runDir = join(folder(), freshName("own"));
  const env = process.env;
  const control = await servicesUp({ mode: "native", ...request, runDir, env });
  return { ...asServices(control), runDir, stop: () => servicesDown({ runDir, env }) };
}

/** A name that no other test has: for keyspaces, key prefixes and buckets. */
export function freshName(of: string): string {
  return `${of}_${randomBytes(5).toString("hex")}`;
}
