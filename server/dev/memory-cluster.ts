// A whole messenger in one process: nodes with real sockets and links, on stores in memory that they share. For trying
// the protocol out; what it holds is gone with it.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import { type FileKeyVault, fileKeyVault } from "../live/file-key-vault.ts";
import { jwtTokens } from "../live/jwt-tokens.ts";
import type { Log } from "../live/logging.ts";
import { type NodeProcess, startNodeProcess } from "../live/node-process.ts";
import { liveRandom } from "../live/random.ts";
import { seedFriendships } from "../live/seed-friendships.ts";
import { messageStorePort, presenceStorePort, rosterStorePort } from "../memory/memory-ports.ts";
import { MemoryMessageStore } from "../memory/message-store.ts";
import { MemoryPresenceStore } from "../memory/presence-store.ts";
import { MemoryRosterStore } from "../memory/roster-store.ts";
import { memoryBlobs } from "./memory-blobs.ts";
import { signedToken } from "./signed-token.ts";

const HOST = "127.0.0.1";
const CLIENTS_MAX = 1_000;

export interface Ticket {
  readonly user: number;
  /** New for each ticket: a program that keeps nothing is a new device each time it starts. */
  readonly device: number;
  readonly token: string;
}

export interface MemoryCluster {
  /** By node. */
  readonly addresses: ReadonlyMap<string, string>;
  ticket(user: number): Promise<Ticket>;
  stop(): Promise<void>;
}

export interface ClusterOf {
  /** A node on each. */
  readonly ports: readonly number[];
  /** Users 1 to N, each a friend of all others. */
  readonly people: number;
}

/** Rejects where a port is taken. */
export async function startMemoryCluster(
  { ports, people }: ClusterOf,
  log: (nodeId: string) => Log,
): Promise<MemoryCluster> {
  const random = liveRandom();
  const tokenKey = randomBytes(32);
  const linkKeyHex = randomBytes(32).toString("hex");
  const vault = temporaryVault();
  const roster = rosterStorePort(new MemoryRosterStore());
  const stores = {
    presence: presenceStorePort(new MemoryPresenceStore(() => Date.now())),
    messages: messageStorePort(new MemoryMessageStore()),
    roster,
    blobs: memoryBlobs(),
    vault: vault.port,
  };
  const outside = { stores, tokens: jwtTokens(tokenKey.toString("hex")), random };
  const addresses = new Map(ports.map((port, index) => [`node-${index + 1}`, `${HOST}:${port}`]));
  const running: NodeProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((node) => node.stop()));
    await vault.close();
  };
  try {
    await seedFriendships(
      pairsOf(people, () => random.id48()),
      roster,
      vault.port,
      1,
    );
    for (const [index, nodeId] of [...addresses.keys()].entries()) {
      const peers = new Map(addresses);
      peers.delete(nodeId);
      const settings = {
        nodeId,
        listen: { host: HOST, port: ports[index]! },
        metricsListen: undefined,
        clientsMax: CLIENTS_MAX,
        address: undefined,
        peers,
        linkKeyHex,
        testToken: undefined,
        limits: DEFAULT_LIMITS,
      };
      running.push(await startNodeProcess(settings, outside, log(nodeId)));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    addresses,
    ticket: async (user) => {
      const device = random.id48();
      const token = await signedToken(tokenKey, user, device, Date.now());
      return { user, device, token };
    },
    stop,
  };
}

/** A real vault. It reads its file once; the master key is on the disk for that moment alone. */
function temporaryVault(): FileKeyVault {
  const folder = mkdtempSync(join(tmpdir(), "chatquake-dev-"));
  try {
    const file = join(folder, "master-keys.json");
    const keys = { "kek-1": randomBytes(32).toString("base64") };
    writeFileSync(file, JSON.stringify({ current: "kek-1", keys }), { mode: 0o600 });
    return fileKeyVault(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Each a friend of all others, as lines for `seedFriendships`. */
async function* pairsOf(people: number, newChat: () => number): AsyncIterable<string> {
  for (let userLow = 1; userLow < people; userLow += 1)
    for (let userHigh = userLow + 1; userHigh <= people; userHigh += 1)
      yield JSON.stringify({ userLow, userHigh, chat: newChat() });
}
