// The end of a live run's history: the stores as they stand, and a search for secrets in them, in the nodes' logs
// and in what the nodes said of themselves.
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import type { History } from "../../history/history.ts";
import { Streams } from "../../kernel/random.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { Canaries } from "../../world/live/canaries.ts";
import type { LiveWorld } from "../../world/live/live-world.ts";
import { ScannedBodies } from "../../world/live/scanned-bodies.ts";
import type { Secrets } from "../../world/live/secrets.ts";
import { scanStores } from "../../world/live/store-scan.ts";
import { plaintextSeed } from "../../world/live/users/user-worker.ts";

const LOG = 1;
const METRIC = 3;
/** How every token begins: the base64 of its header. */
const TOKEN_BEGINS = "eyJhbGciOiJI";
/** A secret may lie across two pieces of a log. */
const OVERLAP_BYTES = 64;

export interface LiveScanOptions {
  readonly world: LiveWorld;
  readonly secrets: Secrets;
  readonly scenario: ResolvedScenario;
  readonly history: History;
  /** The last /metrics of each node. */
  readonly pages: readonly string[];
  /** The run directory. */
  readonly folder: string;
  readonly t: number;
}

export async function scanLive(options: LiveScanOptions): Promise<Canaries> {
  const { world, secrets, scenario, history, pages, folder, t } = options;
  const canaries = new Canaries();
  canaries.addText(TOKEN_BEGINS);
  for (const secret of secrets.secrets()) canaries.add(secret);
  const { endpoints } = world.services;
  const bodies = new ScannedBodies(plaintextSeed(new Streams(scenario.seed)));
  await scanStores({
    endpoints,
    namespace: world.namespace,
    secrets,
    bodies,
    canaries,
    history,
    t,
  });
  for (const page of pages) history.canarySearched(t, METRIC, canaries.foundInText(page) ? 1 : 0);
  for (const node of world.nodes)
    await searchLog(join(folder, "nodes", `${node.spec.id}.log`), canaries, history, t);
  return canaries;
}

async function searchLog(
  path: string,
  canaries: Canaries,
  history: History,
  t: number,
): Promise<void> {
  if (!existsSync(path)) return;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of createReadStream(path)) {
    const bytes = Buffer.concat([rest, piece as Buffer]);
    history.canarySearched(t, LOG, canaries.foundIn(bytes) ? 1 : 0);
    rest = bytes.subarray(-OVERLAP_BYTES);
  }
}
