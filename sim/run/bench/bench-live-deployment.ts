// What the benchmarks of the live server stand on: native stores tuned for throughput, two node processes, and
// friends in the stores. Started once, taken down when the last benchmark has ended.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeEnvironment, storeEnvironment } from "../../world/live/node-environment.ts";
import { NodeProcess } from "../../world/live/node-process.ts";
import { provisionFriends, type FriendEdge } from "../../world/live/provision-friends.ts";
import { Secrets } from "../../world/live/secrets.ts";
import type { ServiceEndpoints } from "../../world/live/services/endpoints.ts";
import { FreePorts } from "../../world/live/services/free-ports.ts";
import { servicesDown, servicesUp } from "../../world/live/services/services.ts";
import { IdentityProvider } from "../../world/live/users/identity-provider.ts";
import { newNamespace } from "../live/live-setup.ts";
import { packageRoot } from "../package-root.ts";

const PATIENT_MS = "15000";
const HOST = "127.0.0.1";
const NODES = ["node-1", "node-2"] as const;

export interface Deployment {
  readonly nodes: readonly NodeProcess[];
  readonly identity: IdentityProvider;
  readonly endpoints: ServiceEndpoints;
  readonly bucket: string;
  /** CPU seconds that both nodes have used so far. */
  cpuSeconds(): Promise<number>;
  rssBytes(node: number): Promise<number>;
  close(): Promise<void>;
}

export async function deploy(edges: readonly FriendEdge[]): Promise<Deployment> {
  const folder = mkdtempSync(join(tmpdir(), "chatquake-bench-"));
  const services = { runDir: folder, env: process.env };
  const secrets = new Secrets();
  const nodes: NodeProcess[] = [];
  const close = async (): Promise<void> => {
    for (const node of nodes) await node.kill();
    await servicesDown(services);
    secrets.forget();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { endpoints } = await servicesUp({ ...services, mode: "native", tuning: "throughput" });
    const namespace = newNamespace();
    const built = (program: string) => join(packageRoot(), `dist/server/live/${program}.js`);
    // Tables are made on the way, which takes its time.
    const stores = {
      ...storeEnvironment(endpoints, namespace, secrets),
      CHATQUAKE_STORE_DEADLINE_MS: PATIENT_MS,
    };
    await provisionFriends(built("provision"), stores, edges);
    const free = new FreePorts(process.pid);
    const addresses = new Map<string, string>();
    for (const id of NODES) addresses.set(id, `${HOST}:${await free.take([HOST])}`);
    for (const [index, id] of NODES.entries()) {
      const environment = nodeEnvironment(
        { id, addresses },
        endpoints,
        namespace,
        new Map(),
        secrets,
      );
      const port = Number(addresses.get(id)!.split(":")[1]);
      const logFile = join(folder, `${id}.log`);
      const spec = { index, id, host: HOST, port, program: built("main"), environment, logFile };
      const node = new NodeProcess(spec, { up: () => undefined, down: () => undefined });
      nodes.push(node);
      await node.start();
    }
    const figure = async (node: NodeProcess, name: string): Promise<number> => {
      const answer = await fetch(`http://${HOST}:${node.spec.port}/metrics`);
      const text = await answer.text();
      const line = text.split("\n").find((one) => one.startsWith(`${name} `));
      if (line === undefined) throw new Error(`${node.spec.id} has no figure ${name}`);
      return Number(line.slice(name.length + 1));
    };
    return {
      nodes,
      identity: new IdentityProvider(secrets.tokenKey, 1, () => Date.now()),
      endpoints,
      bucket: namespace.bucket,
      cpuSeconds: async () => {
        let seconds = 0;
        for (const node of nodes) seconds += await figure(node, "process_cpu_seconds_total");
        return seconds;
      },
      rssBytes: (node) => figure(nodes[node]!, "process_resident_memory_bytes"),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
