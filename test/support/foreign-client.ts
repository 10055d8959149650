// The Python client as a process: commands in, events out, one JSON line each.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const PATIENCE_MS = 30_000;

export type ForeignEvent = Readonly<Record<string, unknown>> & { readonly type: string };

/** Python with the client's packages, made at its first use and kept for later runs. */
export function python(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(cache, "chatquake-python");
  execFileSync("bash", [join(".ci", "python-client"), folder], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  return join(folder, "bin", "python");
}

export class ForeignClient {
  readonly #process: ChildProcess;
  readonly #events: ForeignEvent[] = [];
  #errors = "";
  #wake: (() => void) | undefined;

  constructor(interpreter: string, address: string, token: string) {
    const program = ["test/live/foreign/client.py", `ws://${address}/v1/ws`, token];
    this.#process = spawn(interpreter, program);
    this.#process.stderr!.on("data", (text: Buffer) => (this.#errors += text.toString()));
    createInterface({ input: this.#process.stdout! }).on("line", (line) => {
      this.#events.push(JSON.parse(line) as ForeignEvent);
      this.#wake?.();
    });
    this.#process.on("exit", () => this.#wake?.());
  }

  tell(command: object): void {
    this.#process.stdin!.write(`${JSON.stringify(command)}\n`);
  }

  /** Takes the first such event, told already or still to come. */
  async next(type: string, fits: (event: ForeignEvent) => boolean = () => true) {
    const endMs = performance.now() + PATIENCE_MS;
    for (;;) {
      const at = this.#events.findIndex((event) => event.type === type && fits(event));
      if (at >= 0) return this.#events.splice(at, 1)[0]!;
      const leftMs = endMs - performance.now();
      if (leftMs <= 0 || this.#process.exitCode !== null)
        throw new Error(
          `no ${type}; ended: ${this.#process.exitCode}; told: ` +
            `${JSON.stringify(this.#events)}; ${this.#errors}`,
        );
      await new Promise<void>((resolve) => {
        const late = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(late);
          resolve();
        };
      });
    }
  }

  /** What was told and not taken. */
  left(type: string): readonly ForeignEvent[] {
    return this.#events.filter((event) => event.type === type);
  }

  get errors(): string {
    return this.#errors;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    this.#process.kill("SIGKILL");
    await ended;
  }
}
