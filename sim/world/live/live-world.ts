// The live world: node processes, and proxies on the links that the scenario faults, on stores that run already.
// Faults are applied from outside (live-faults.ts); the run decides how long it lives.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ResolvedScenario } from "../../scenario/types.ts";
import type { LiveNodeAddress } from "./users/contract.ts";
import { EnvironmentError } from "./environment-error.ts";
import { FreePorts } from "./services/free-ports.ts";
import type { ServiceControl } from "./services/endpoints.ts";
import { linkName, proxiedLinks, type ProxiedLink, type Sites } from "./links.ts";
import { nodeEnvironment, type Namespace } from "./node-environment.ts";
import { NodeProcess, type NodeEvents } from "./node-process.ts";
import { ProxyControl } from "./proxies/proxy-control.ts";
import type { ProxySpec, Speech } from "./proxies/messages.ts";
import type { Secrets } from "./secrets.ts";

const HOST = "127.0.0.1";
/** Runs that start at once look for ports at different places. */
const RUNS_APART = 97;

export interface LiveWorldOptions {
  readonly scenario: ResolvedScenario;
  readonly services: ServiceControl;
  readonly namespace: Namespace;
  readonly secrets: Secrets;
  /** Logs of the nodes go here. */
  readonly folder: string;
  /** The built entry file of a node. */
  readonly program: string;
  readonly events: NodeEvents;
}

export class LiveWorld {
  readonly scenario: ResolvedScenario;
  readonly services: ServiceControl;
  readonly secrets: Secrets;
  readonly namespace: Namespace;
  readonly sites: Sites;
  readonly links: readonly ProxiedLink[];
  readonly nodes: readonly NodeProcess[];
  /** What users dial, through proxies where their links are faulted. */
  readonly addresses: readonly LiveNodeAddress[];
  readonly proxies: ProxyControl | undefined;

  private constructor(
    options: LiveWorldOptions,
    parts: Pick<LiveWorld, "sites" | "links" | "nodes" | "addresses" | "proxies">,
  ) {
    this.scenario = options.scenario;
    this.services = options.services;
    this.secrets = options.secrets;
    this.namespace = options.namespace;
    this.sites = parts.sites;
    this.links = parts.links;
    this.nodes = parts.nodes;
    this.addresses = parts.addresses;
    this.proxies = parts.proxies;
  }

  static async open(options: LiveWorldOptions): Promise<LiveWorld> {
    const { scenario, services } = options;
    const sites = sitesOfWorld(scenario, services);
    const links = proxiedLinks(scenario, sites);
    const free = new FreePorts(process.pid * RUNS_APART);
    const addresses = new Map<string, string>();
    for (const id of sites.nodes) addresses.set(id, `${HOST}:${await free.take([HOST])}`);
    const proxies = links.length === 0 ? undefined : new ProxyControl();
    const ports = new Map<string, number>();
    for (const link of links)
      ports.set(linkName(link), await proxies!.open(specOf(link, addresses, services)));
    const folder = join(options.folder, "nodes");
    mkdirSync(folder, { recursive: true });
    const nodes = sites.nodes.map((id, index) => {
      const environment = nodeEnvironment(
        { id, addresses },
        services.endpoints,
        options.namespace,
        ports,
        options.secrets,
      );
      const [host, port] = addresses.get(id)!.split(":") as [string, string];
      const logFile = join(folder, `${id}.log`);
      const { program } = options;
      const spec = { index, id, host, port: Number(port), program, environment, logFile };
      return new NodeProcess(spec, options.events);
    });
    const dialled = nodes.map(({ spec }) => ({
      id: spec.id,
      host: HOST,
      port: ports.get(linkName({ from: "users", to: spec.id })) ?? spec.port,
    }));
    return new LiveWorld(options, { sites, links, nodes, addresses: dialled, proxies });
  }

  async startNodes(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.start()));
  }

  /** Every proxy before a store or a peer must carry a connection by now: else its node goes another way. */
  async checkProxies(): Promise<void> {
    if (this.proxies === undefined) return;
    const counts = await this.proxies.counts();
    const unused = this.links
      .filter(({ from, to }) => from !== "users" && to !== "s3")
      .map(linkName)
      .filter((name) => (counts[name]?.connections ?? 0) === 0);
    if (unused.length > 0)
      throw new EnvironmentError(`no connection goes through the proxy of ${unused.join(", ")}`);
  }

  /** Every node reads the file anew; one that is starting reads it anyway, and might take the signal for its end. */
  changeMasterKey(how: "rotate" | "takeAway" | "bringBack"): void {
    this.secrets[how]();
    for (const node of this.nodes) if (node.ready) node.signal("SIGHUP");
  }

  /** The nodes drain; whoever does not is killed. */
  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => endNode(node)));
    this.proxies?.close();
  }
}

const DRAIN_PATIENCE_MS = 5_000;

async function endNode(node: NodeProcess): Promise<void> {
  node.resume();
  const late = setTimeout(() => void node.kill(), DRAIN_PATIENCE_MS);
  await node.drain();
  clearTimeout(late);
}

function sitesOfWorld(scenario: ResolvedScenario, services: ServiceControl): Sites {
  const points = services.endpoints.cassandra.contactPoints;
  return {
    nodes: Array.from({ length: scenario.cluster.nodes }, (_, index) => `node-${index + 1}`),
    cassandra: points.map((_, index) => `cassandra-${index + 1}`),
  };
}

function specOf(
  link: ProxiedLink,
  nodes: ReadonlyMap<string, string>,
  { endpoints }: ServiceControl,
): ProxySpec {
  const { to, calls } = link;
  const name = linkName(link);
  const node = nodes.get(to);
  if (node !== undefined) return { name, calls, speech: "plain", target: targetOf(node) };
  const speech: Speech = to === "redis" ? "redis" : to === "s3" ? "http" : "cassandra";
  return { name, calls, speech, target: storeTarget(to, endpoints) };
}

export function storeTarget(
  store: string,
  endpoints: ServiceControl["endpoints"],
): ProxySpec["target"] {
  if (store === "redis") return urlTarget(endpoints.redisUrl, 6379);
  if (store === "s3") return urlTarget(endpoints.s3.url, 80);
  const index = Number(store.slice("cassandra-".length)) - 1;
  return targetOf(endpoints.cassandra.contactPoints[index]!);
}

function urlTarget(url: string, standardPort: number): ProxySpec["target"] {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: port === "" ? standardPort : Number(port) };
}

function targetOf(address: string): ProxySpec["target"] {
  const colon = address.lastIndexOf(":");
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
