// Services as a whole: given by the environment, in containers, or as programs of this machine; found again from
// the run directory. Which of them and where is decided here; how is native.ts's and docker.ts's.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { CassandraTuning } from "./cassandra-launch.ts";
import { noCompose } from "./compose.ts";
import { DockerServices, planDocker } from "./docker.ts";
import {
  endpointsFromEnvironment,
  type CassandraCount,
  type CommitlogSync,
  type Environment,
  type ServiceControl,
  type ServiceMode,
  type ServiceName,
} from "./endpoints.ts";
import { GivenServices } from "./given.ts";
import { withLock } from "./lock.ts";
import { NativeServices, planNative } from "./native.ts";
import { ServiceCannot, ServicesNotReady } from "./not-ready.ts";
import { makeBucket } from "./s3-bucket.ts";
import { resetStores } from "./store-reset.ts";
import { forgetState, loadState, runFolder, saveState, type SavedState } from "./saved-state.ts";

export interface ServicesRequest {
  /** Without: given if the environment names them, else containers, else programs of this machine. */
  readonly mode?: ServiceMode;
  readonly cassandra?: CassandraCount;
  readonly commitlogSync?: CommitlogSync;
  readonly tuning?: CassandraTuning;
  /** Holds data, output and what is needed to find them again; `.chatquake` without. */
  readonly runDir?: string;
  /** The public ports where they are free; without, any free ones. */
  readonly standardPorts?: boolean;
  readonly env: Environment;
  /** Progress, a line each. */
  readonly say?: (line: string) => void;
}

export const NOT_UP = "services are not up; start them with: npx chatquake services up";

interface Managed extends ServiceControl {
  readonly names: readonly ServiceName[];
  answers(name: ServiceName): Promise<boolean>;
}

interface Started extends Managed {
  /** Starts what does not run; ends when everything answers. */
  start(say: (line: string) => void): Promise<void>;
  /** What stays is for reading only. */
  stop(): Promise<void>;
  /** The data goes too. */
  end(): Promise<void>;
}

const silent = (): void => undefined;

function attach(folder: string, state: SavedState, env: Environment): Started {
  return state.mode === "docker"
    ? new DockerServices(state, env)
    : new NativeServices(folder, state, env);
}

function plan(mode: "docker" | "native", folder: string, request: ServicesRequest) {
  const { cassandra = 1, standardPorts = false } = request;
  if (mode === "docker") return planDocker(folder, cassandra, standardPorts);
  const { commitlogSync = "periodic", tuning = "boot" } = request;
  return planNative({ cassandra, commitlogSync, tuning, standardPorts });
}

/** The first that can be had. What only one of the two can do decides as well. */
async function chosenMode(request: ServicesRequest): Promise<"docker" | "native"> {
  if (request.mode === "docker" || request.mode === "native") return request.mode;
  if (request.commitlogSync !== undefined || request.tuning !== undefined) return "native";
  return (await noCompose(request.env)) === undefined ? "docker" : "native";
}

/** Tokens and seeds are in the data, so a cluster of one never becomes one of three. */
function refuseIfOther(state: SavedState, request: ServicesRequest): void {
  const wanted = [
    ["mode", request.mode, state.mode],
    ["Cassandra nodes", request.cassandra, state.cassandra],
    ...(state.mode === "native"
      ? ([
          ["commit-log sync", request.commitlogSync, state.commitlogSync],
          ["tuning", request.tuning, state.tuning],
        ] as const)
      : []),
  ] as const;
  if (state.mode === "docker" && (request.commitlogSync ?? request.tuning) !== undefined)
    throw new ServiceCannot("services are up in containers, which keep their own settings");
  for (const [what, asked, is] of wanted)
    if (asked !== undefined && asked !== is)
      throw new ServiceCannot(
        `services are up with ${what} ${is}, not ${asked}; end them first: npx chatquake services down`,
      );
}

/** Everything answers when this ends. What runs already in the run directory is kept, if it is what is asked for. */
export async function servicesUp(request: ServicesRequest): Promise<ServiceControl> {
  const { env, say = silent } = request;
  const given = endpointsFromEnvironment(env);
  if (request.mode === "given" || (request.mode === undefined && given !== undefined)) {
    if (given === undefined)
      throw new ServicesNotReady(
        "set CHATQUAKE_REDIS_URL, CHATQUAKE_CASSANDRA and CHATQUAKE_S3_URL",
      );
    const services = new GivenServices(given);
    await services.check();
    return services;
  }
  const folder = runFolder(request.runDir);
  mkdirSync(folder, { recursive: true });
  return withLock(join(folder, "services.lock"), async () => {
    const before = loadState(folder);
    if (before === undefined) return firstUp(folder, request, say);
    refuseIfOther(before, request);
    const services = attach(folder, before, env);
    await services.start(say);
    await makeBucket(before.endpoints.s3);
    return services;
  });
}

async function firstUp(
  folder: string,
  request: ServicesRequest,
  say: (line: string) => void,
): Promise<Started> {
  const mode = await chosenMode(request);
  const state = await plan(mode, folder, request);
  const services = attach(folder, state, request.env);
  // Data without its state is of services that are forgotten: nothing fits it.
  if (mode === "native") await services.end();
  saveState(folder, state);
  try {
    await services.start(say);
    await makeBucket(state.endpoints.s3);
    return services;
  } catch (error) {
    await abandon(folder, services);
    if (!(error instanceof ServicesNotReady) || mode === "native" || request.mode === "docker")
      throw error;
    say(`containers cannot be started (${error.message}); trying programs of this machine`);
    return firstUp(folder, { ...request, mode: "native" }, say);
  }
}

/** What was half started is stopped; its output stays to be read. */
async function abandon(folder: string, services: Started): Promise<void> {
  await services.stop();
  forgetState(folder);
}

/** What servicesUp started, or the environment gives; undefined if there is neither. */
export function findServices(request: {
  readonly runDir?: string;
  readonly env: Environment;
}): ServiceControl | undefined {
  return managed(request);
}

function managed({
  runDir,
  env,
}: {
  readonly runDir?: string;
  readonly env: Environment;
}): Managed | undefined {
  const given = endpointsFromEnvironment(env);
  if (given !== undefined) return new GivenServices(given);
  const folder = runFolder(runDir);
  const state = loadState(folder);
  return state === undefined ? undefined : attach(folder, state, env);
}

export async function servicesDown(request: {
  readonly runDir?: string;
  readonly env: Environment;
}): Promise<void> {
  const folder = runFolder(request.runDir);
  const state = loadState(folder);
  if (state === undefined) return;
  await withLock(join(folder, "services.lock"), async () => {
    await attach(folder, state, request.env).end();
    forgetState(folder);
  });
}

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly pid: number | undefined;
  readonly answers: boolean;
}

export interface ServicesStatus {
  readonly mode: ServiceMode;
  readonly control: ServiceControl;
  readonly services: readonly ServiceStatus[];
}

/** Undefined if nothing is given and nothing was started. */
export async function servicesStatus(request: {
  readonly runDir?: string;
  readonly env: Environment;
}): Promise<ServicesStatus | undefined> {
  const services = managed(request);
  if (services === undefined) return undefined;
  const each = services.names.map(async (name) => ({
    name,
    pid: services.pid(name),
    answers: await services.answers(name),
  }));
  return { mode: services.mode, control: services, services: await Promise.all(each) };
}

/** Empties what servicesUp started. What was given is somebody's, and stays. */
export async function servicesReset(request: {
  readonly runDir?: string;
  readonly env: Environment;
}): Promise<void> {
  const services = managed(request);
  if (services === undefined) throw new ServicesNotReady(NOT_UP);
  if (services.mode === "given")
    throw new ServiceCannot(
      "only what `chatquake services up` started is emptied, not what is given",
    );
  await resetStores(services.endpoints);
}
