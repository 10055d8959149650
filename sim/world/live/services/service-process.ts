// One service as a detached process with a folder of its own: identity, output, data. Another program finds it
// again by the folder alone, and never touches a process that is not the one that was started there.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ServicesNotReady } from "./not-ready.ts";
import { formatIdentity, identityOf, isRunning, parseIdentity } from "./process-identity.ts";

const POLL_MS = 20;

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class ServiceProcess {
  readonly name: string;
  readonly folder: string;

  constructor(name: string, folder: string) {
    this.name = name;
    this.folder = folder;
  }

  get log(): string {
    return join(this.folder, "out.log");
  }

  pid(): number | undefined {
    let text: string;
    try {
      text = readFileSync(join(this.folder, "pid"), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
    const identity = parseIdentity(text);
    return identity !== undefined && isRunning(identity) ? identity.pid : undefined;
  }

  async start({ command, args, env = {} }: Launch): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const output = openSync(this.log, "a");
    try {
      const child = spawn(command, args, {
        cwd: this.folder,
        detached: true,
        stdio: ["ignore", output, output],
        env: { ...process.env, ...env },
      });
      await new Promise<void>((resolve, reject) => {
        child.once("spawn", resolve);
        child.once("error", (error) =>
          reject(new ServicesNotReady(`${this.name}: ${error.message}`)),
        );
      });
      child.unref();
      const identity = child.pid === undefined ? undefined : identityOf(child.pid);
      if (identity === undefined)
        throw new ServicesNotReady(`${this.name} ended at once; see ${this.log}`);
      writeFileSync(join(this.folder, "pid"), formatIdentity(identity));
    } finally {
      closeSync(output);
    }
  }

  signal(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL" | "SIGTERM"): boolean {
    const pid = this.pid();
    if (pid === undefined) return false;
    process.kill(pid, signal);
    return true;
  }

  /** Ends when it is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    while (this.pid() !== undefined) await sleep(POLL_MS);
  }
}
