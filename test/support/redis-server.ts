// A redis-server of a test's own: to be killed, paused, wiped. Nothing is kept on disk.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, createServer, type AddressInfo } from "node:net";

const READY_MS_MAX = 10_000;
const LOOK_AGAIN_MS = 20;

export class RedisServer {
  readonly port: number;
  #extra: readonly string[];
  #folder = mkdtempSync(join(tmpdir(), "chatquake-redis-"));
  #process: ChildProcess | undefined;

  private constructor(port: number, extra: readonly string[]) {
    this.port = port;
    this.#extra = extra;
  }

  /** `extra`: further arguments of redis-server. */
  static async start(...extra: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), extra);
    await server.start();
    return server;
  }

  /** In cluster mode, alone with all slots: it refuses every call whose keys lie in two slots. */
  static async startCluster(): Promise<RedisServer> {
    const bus = ["--cluster-port", String(await freePort())];
    // Alone it learns its own address from nobody, and tells clients none.
    const address = ["--cluster-announce-ip", "127.0.0.1"];
    const server = await RedisServer.start("--cluster-enabled", "yes", ...bus, ...address);
    const giveUpMs = performance.now() + READY_MS_MAX;
    await ask(server.port, "CLUSTER ADDSLOTSRANGE 0 16383");
    while (!(await ask(server.port, "CLUSTER INFO"))?.includes("cluster_state:ok")) {
      if (performance.now() > giveUpMs) throw new Error("the Redis cluster does not come up");
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const args = ["--port", String(this.port), "--bind", "127.0.0.1", "--save", ""];
    const child = spawn("redis-server", [...args, "--appendonly", "no", ...this.#extra], {
      cwd: this.#folder,
      stdio: "ignore",
    });
    this.#process = child;
    await once(child, "spawn");
    const giveUpMs = performance.now() + READY_MS_MAX;
    while (!/^(\+PONG|-NOAUTH)/.test((await ask(this.port, "PING")) ?? "")) {
      if (performance.now() > giveUpMs) throw new Error("redis-server does not answer");
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    this.#process = undefined;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  pause(): void {
    this.#process!.kill("SIGSTOP");
  }

  resume(): void {
    this.#process!.kill("SIGCONT");
  }
}

/** The first of what the server answers to one command; undefined where nobody does. */
function ask(port: number, command: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${command}\r\n`));
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once("error", () => resolve(undefined));
  });
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
