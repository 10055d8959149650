// Makes a live run ready, step by step: services answer, names and keys of the run's own, proxies, friends in the
// stores, nodes up. Whatever is missing ends it here, before the run starts.
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { EnvironmentError } from "../../world/live/environment-error.ts";
import { writeExpiredBlobs } from "../../world/live/expired-blobs.ts";
import { forgetRun } from "../../world/live/forget-run.ts";
import { LiveWorld } from "../../world/live/live-world.ts";
import { storeEnvironment, type Namespace } from "../../world/live/node-environment.ts";
import type { NodeEvents } from "../../world/live/node-process.ts";
import { proveFaults, proveTestControl } from "../../world/live/prove-faults.ts";
import { provisionFriends, type FriendEdge } from "../../world/live/provision-friends.ts";
import { liveRefusals, type Refusal } from "../../world/live/refusals.ts";
import { Secrets } from "../../world/live/secrets.ts";
import type { ServiceControl } from "../../world/live/services/endpoints.ts";
import { NOT_UP, servicesStatus } from "../../world/live/services/services.ts";
import { TestControl } from "../../world/live/test-control.ts";
import type { LiveNodeAddress } from "../../world/live/users/contract.ts";
import { isReady, remoteNode, type WatchedNode } from "../../world/live/watched-node.ts";
import { LiveRefused, type LiveRunRequest } from "./live-request.ts";
import { packageRoot } from "../package-root.ts";

export async function answeringServices(request: LiveRunRequest): Promise<ServiceControl> {
  // The client of S3 would warn of its own future on the run's stderr.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const status = await servicesStatus({ env: request.environment });
  if (status === undefined) throw new EnvironmentError(NOT_UP);
  const silent = status.services.filter(({ answers }) => !answers).map(({ name }) => name);
  if (silent.length > 0)
    throw new EnvironmentError(
      `${silent.join(", ")} does not answer; start it with: npx chatquake services up`,
    );
  return status.control;
}

/** 104 for what no live world can do, 115 for what these services cannot. */
export function refuseWhatCannotBe(request: LiveRunRequest, services: ServiceControl): void {
  const { scenario } = request;
  refuse(request, liveRefusals(scenario, services.mode));
  const replicas = services.endpoints.cassandra.contactPoints.length;
  const wanted = scenario.cluster.cassandra ?? 1;
  if (wanted > replicas)
    throw new EnvironmentError(
      `the scenario wants ${wanted} replicas of Cassandra, but ${replicas} node runs; ` +
        `start three: npx chatquake services up --cassandra 3`,
    );
  const missing = cassandraNodesNamed(scenario).filter((number) => number > replicas);
  if (missing.length > 0)
    throw new EnvironmentError(
      `the scenario faults cassandra-${missing[0]}, but ${replicas} Cassandra node runs; ` +
        `start three: npx chatquake services up --cassandra 3`,
    );
}

export function refuse(request: LiveRunRequest, refusals: readonly Refusal[]): void {
  if (refusals.length === 0) return;
  throw new LiveRefused(
    refusals.map(({ place = "1:1", message }) => {
      const [line = 1, column = 1] = place.split(":").map(Number);
      return { file: request.scenarioFile, line, column, message };
    }),
  );
}

function cassandraNodesNamed(scenario: ResolvedScenario): readonly number[] {
  const named: string[] = scenario.faults.flatMap((fault) =>
    "between" in fault ? [...fault.between] : "target" in fault ? [fault.target] : [],
  );
  return named
    .map((site) => Number(/^cassandra-(\d+)$/.exec(site)?.[1] ?? 0))
    .filter((number) => number > 0);
}

export function newNamespace(): Namespace {
  const id = randomBytes(5).toString("hex");
  return { keyspace: `cq_${id}`, redisPrefix: `cq_${id}:`, bucket: `cq-${id}` };
}

/** What the run itself started, and must end. */
export interface Own {
  readonly world: LiveWorld;
  readonly secrets: Secrets;
  readonly control: TestControl;
  /** By store, where the scenario slows it. */
  readonly usualCallMs: ReadonlyMap<string, number>;
}

export interface Made {
  /** What users dial. */
  readonly addresses: readonly LiveNodeAddress[];
  readonly nodes: readonly WatchedNode[];
  readonly tokenKey: string;
  /** Undefined with --target: nodes and stores are somebody else's. */
  readonly own: Own | undefined;
}

export async function makeWorld(
  request: LiveRunRequest,
  services: ServiceControl,
  edges: () => Iterable<FriendEdge>,
  events: NodeEvents,
): Promise<Made> {
  const { scenario, folder, say } = request;
  const secrets = new Secrets();
  const namespace = newNamespace();
  const program = builtProgram("main");
  const world = await LiveWorld.open({
    scenario,
    services,
    namespace,
    secrets,
    folder,
    program,
    events,
  }).catch((error: unknown) => {
    secrets.forget();
    throw error;
  });
  const stores = storeEnvironment(services.endpoints, namespace, secrets);
  const control = new TestControl();
  try {
    if (scenario.faults.length > 0) say?.("trying every fault on a probe");
    const usualCallMs = await proveFaults(world);
    say?.("writing friendships");
    await provisionFriends(builtProgram("provision"), stores, edges());
    await writeExpiredBlobs(services.endpoints, namespace, edges());
    say?.(`starting ${scenario.cluster.nodes} nodes`);
    await world.startNodes();
    await world.checkProxies();
    await proveTestControl(world, control);
    const own = { world, secrets, control, usualCallMs };
    const { addresses, nodes } = world;
    return { addresses, nodes, tokenKey: secrets.tokenKey, own };
  } catch (error) {
    await unmakeWorld({ world, secrets }, request);
    throw error;
  }
}

export async function unmakeWorld(
  { world, secrets }: Pick<Own, "world" | "secrets">,
  { say }: LiveRunRequest,
): Promise<void> {
  try {
    await world.close();
  } finally {
    secrets.forget();
    await forgetRun(world.services.endpoints, world.namespace, (line) => say?.(line));
  }
}

/** A deployment that runs already: its nodes are dialled, its friends written where its stores are named. */
export async function makeTarget(
  request: LiveRunRequest,
  edges: () => Iterable<FriendEdge>,
): Promise<Made> {
  const { environment, say, target = [] } = request;
  const missing = OF_A_TARGET.filter((name) => (environment[name] ?? "") === "");
  if (missing.length > 0)
    throw new EnvironmentError(
      `--target needs ${missing.join(", ")} of the deployment: tokens are issued and friendships are written before the run`,
    );
  const nodes = target.map(remoteNode);
  for (const node of nodes)
    if (!(await isReady(node)))
      throw new EnvironmentError(`${target[node.spec.index]} is not ready: GET /ready says no`);
  say?.("writing friendships");
  const given = Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.startsWith("CHATQUAKE_")),
  ) as Record<string, string>;
  // What writing friendships does not use must be set all the same.
  await provisionFriends(builtProgram("provision"), { ...NOT_USED, ...given }, edges());
  const addresses = nodes.map(({ spec: { id, host, port } }) => ({ id, host, port }));
  return { addresses, nodes, tokenKey: environment["CHATQUAKE_TOKEN_KEY"]!, own: undefined };
}

const OF_A_TARGET = ["CHATQUAKE_TOKEN_KEY", "CHATQUAKE_CASSANDRA", "CHATQUAKE_MASTER_KEY_FILE"];
const NOT_USED = {
  CHATQUAKE_LINK_KEY: "0".repeat(64),
  CHATQUAKE_S3_ACCESS_KEY: "unused",
  CHATQUAKE_S3_SECRET_KEY: "unused",
};

/** Nodes run from built code: what is measured is not a compiler. */
function builtProgram(name: string): string {
  const path = join(packageRoot(), "dist", "server", "live", `${name}.js`);
  if (!existsSync(path))
    throw new EnvironmentError(`${path} is missing; build it with: npm run build`);
  return path;
}
