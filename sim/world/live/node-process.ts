// One messenger node as a process of its own: started, killed, paused, drained. When to do so is the faults'
// business; what it is told through its environment is node-environment.ts's.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { EnvironmentError } from "./environment-error.ts";
import { giveWay } from "./right-of-way.ts";

const READY_MS = 30_000;
const LOG_TAIL_CHARACTERS = 2_000;
const ENVIRONMENT_NOT_READY = 115;

export interface NodeSpec {
  readonly index: number;
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** The built entry file. */
  readonly program: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Its log, appended to over all its lives. */
  readonly logFile: string;
}

/** undefined: nobody asked for it. */
export type NodeEnd = "killed" | "drained" | "crashed" | undefined;

export interface NodeEvents {
  /** It takes clients. */
  up(node: NodeProcess): void;
  /** The process is gone. */
  down(node: NodeProcess, expected: NodeEnd): void;
}

export class NodeProcess {
  readonly spec: NodeSpec;
  readonly #events: NodeEvents;
  #child: ChildProcess | undefined;
  #expected: "killed" | "drained" | undefined;
  #exited: Promise<void> = Promise.resolve();
  #ready = false;
  lives = 0;
  /** A crash point is armed in this life: the node may end itself. */
  crashing = false;

  constructor(spec: NodeSpec, events: NodeEvents) {
    this.spec = spec;
    this.#events = events;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  get draining(): boolean {
    return this.#expected === "drained";
  }

  get ready(): boolean {
    return this.#ready;
  }

  /** Settles when the node says that it is ready; a second life may begin only when the first has ended. */
  async start(): Promise<void> {
    if (this.#child !== undefined) throw new Error(`${this.spec.id} runs already`);
    const { program, environment, logFile } = this.spec;
    const log = openSync(logFile, "a");
    const child = spawn(process.execPath, [program], {
      env: { PATH: process.env["PATH"] ?? "", ...environment },
      stdio: ["ignore", "pipe", log],
      // Ctrl-C is for the run, which then stops its nodes.
      detached: true,
    });
    closeSync(log);
    if (child.pid === undefined) {
      // There is no process, so none will exit.
      const [error] = (await once(child, "error")) as [Error];
      throw new EnvironmentError(`${this.spec.id} cannot be started: ${error.message}`);
    }
    giveWay(child.pid);
    this.#child = child;
    this.#expected = undefined;
    this.crashing = false;
    this.#ready = false;
    this.lives += 1;
    this.#exited = new Promise((resolve) => {
      child.once("exit", () => {
        this.#gone();
        resolve();
      });
    });
    await this.#untilReady(child);
  }

  #untilReady(child: ChildProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      const { id } = this.spec;
      const late = setTimeout(() => {
        reject(
          new EnvironmentError(`${id} was not ready within ${READY_MS / 1000} s${this.tail()}`),
        );
      }, READY_MS);
      child.once("exit", (code, signal) => {
        clearTimeout(late);
        if (this.#expected !== undefined) return resolve();
        const text = `${id} ended with ${code ?? signal} before it was ready${this.tail()}`;
        reject(code === ENVIRONMENT_NOT_READY ? new EnvironmentError(text) : new Error(text));
      });
      createInterface({ input: child.stdout! }).on("line", (line) => {
        if (!isReadyLine(line)) return;
        clearTimeout(late);
        this.#ready = true;
        this.#events.up(this);
        resolve();
      });
    });
  }

  #gone(): void {
    this.#child = undefined;
    this.#ready = false;
    this.#events.down(this, this.#expected ?? (this.crashing ? "crashed" : undefined));
  }

  async kill(): Promise<void> {
    if (this.#child === undefined) return;
    this.#expected = "killed";
    this.#child.kill("SIGKILL");
    await this.#exited;
  }

  /** Asks it to drain; settles when the process has ended. */
  async drain(): Promise<void> {
    if (this.#child === undefined) return;
    this.#expected = "drained";
    this.#child.kill("SIGTERM");
    await this.#exited;
  }

  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** The end of its log, for a message about its end. */
  tail(): string {
    const text = readFileSync(this.spec.logFile, "utf8").trimEnd();
    return text === "" ? "" : `; the end of its log: ${text.slice(-LOG_TAIL_CHARACTERS)}`;
  }
}

function isReadyLine(line: string): boolean {
  if (!line.startsWith("{")) return false;
  try {
    return (JSON.parse(line) as { ready?: unknown }).ready === true;
  } catch {
    return false; // not a line of JSON: not ours
  }
}
