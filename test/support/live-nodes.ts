// Node processes for tests: the built program on real stores, each on a free port, with keys made up here.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { signedToken } from "../../server/dev/signed-token.ts";
import { freshName, type LiveServices } from "./live-services.ts";

const PROGRAM = "dist/server/live/main.js";
const READY_MS = 30_000;
/** Brought by whoever asks a node for a fault. */
export const TEST_TOKEN = randomBytes(16).toString("hex");

export interface LiveNode {
  readonly id: string;
  readonly address: string;
  readonly pid: number;
  /** What the node has logged so far. */
  readonly log: () => string;
  kill(signal: NodeJS.Signals): void;
  /** The exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** One deployment: nodes that share stores, keys and names. */
export class LiveCluster {
  readonly #environment: Record<string, string>;
  readonly #tokenKey = randomBytes(32);
  readonly #folder = mkdtempSync(join(tmpdir(), "chatquake-nodes-"));
  readonly #addresses: ReadonlyMap<string, string>;
  readonly #running = new Set<LiveNode>();

  private constructor(
    services: LiveServices,
    addresses: ReadonlyMap<string, string>,
    more: Readonly<Record<string, string>>,
  ) {
    this.#addresses = addresses;
    const masterKeyFile = join(this.#folder, "master-keys.json");
    const keys = { "kek-1": randomBytes(32).toString("base64") };
    writeFileSync(masterKeyFile, JSON.stringify({ current: "kek-1", keys }));
    const name = freshName("nodes");
    this.#environment = {
      PATH: process.env["PATH"] ?? "",
      ...services.env,
      CHATQUAKE_CASSANDRA_KEYSPACE: name,
      CHATQUAKE_REDIS_PREFIX: `${name}:`,
      CHATQUAKE_S3_BUCKET: name.replaceAll("_", "-"),
      CHATQUAKE_TOKEN_KEY: this.#tokenKey.toString("hex"),
      CHATQUAKE_LINK_KEY: randomBytes(32).toString("hex"),
      CHATQUAKE_MASTER_KEY_FILE: masterKeyFile,
      CHATQUAKE_PEERS: Array.from(addresses, ([id, at]) => `${id}=${at}`).join(","),
      CHATQUAKE_TEST_CONTROL: "1",
      CHATQUAKE_TEST_TOKEN: TEST_TOKEN,
      ...more,
    };
  }

  static async of(
    services: LiveServices,
    ids: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): Promise<LiveCluster> {
    buildOnce();
    const addresses = new Map<string, string>();
    for (const id of ids) addresses.set(id, `127.0.0.1:${await freePort()}`);
    return new LiveCluster(services, addresses, more);
  }

  address(id: string): string {
    return this.#addresses.get(id)!;
  }

  /** The environment of a node, for whoever starts one otherwise. */
  environment(id: string): Record<string, string> {
    const address = this.address(id);
    return { ...this.#environment, CHATQUAKE_NODE_ID: id, CHATQUAKE_LISTEN: address };
  }

  /** Settles when the node takes clients. */
  async start(id: string): Promise<LiveNode> {
    const child = spawn(process.execPath, ["--enable-source-maps", PROGRAM], {
      env: this.environment(id),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const node = liveNode(id, this.address(id), child);
    this.#running.add(node);
    void node.ended.then(() => this.#running.delete(node));
    await untilReady(child, node);
    return node;
  }

  /** Kills what still runs. */
  async stop(): Promise<void> {
    const running = Array.from(this.#running);
    for (const node of running) node.kill("SIGKILL");
    await Promise.all(running.map((node) => node.ended));
    rmSync(this.#folder, { recursive: true });
  }

  /** What the identity provider would hand out. */
  token(user: number, device: number, signedInMs = Date.now()): Promise<string> {
    return signedToken(this.#tokenKey, user, device, signedInMs);
  }
}

function liveNode(id: string, address: string, child: ChildProcess): LiveNode {
  let log = "";
  child.stderr!.on("data", (text: Buffer) => (log += text.toString()));
  return {
    id,
    address,
    pid: child.pid!,
    log: () => log,
    kill: (signal) => void child.kill(signal),
    ended: new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        // Nobody asked for it: whoever reads the failure that follows wants to know why.
        if (code !== null && code !== 0)
          process.stderr.write(`${id} ended with ${code}:\n${log}\n`);
        resolve(code ?? signal ?? -1);
      });
    }),
  };
}

function untilReady(child: ChildProcess, node: LiveNode): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${node.id} is not ready after ${READY_MS} ms: ${node.log()}`)),
      READY_MS,
    );
    createInterface({ input: child.stdout! }).once("line", (line) => {
      clearTimeout(late);
      if ((JSON.parse(line) as { ready: boolean }).ready) resolve();
      else reject(new Error(`${node.id} said ${line}`));
    });
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`${node.id} ended with ${code ?? "a signal"}: ${node.log()}`));
    });
  });
}

let built = false;

/** Live nodes are programs: what is tested must be what is written. */
function buildOnce(): void {
  if (built) return;
  const compiler = "node_modules/typescript/lib/tsc.js";
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-b", "server/live"], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`server/live does not compile: ${stdout}`);
  built = true;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" ? address!.port : 0));
    });
  });
}
