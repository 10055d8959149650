// Whether this system lets processes be killed and paused: tried on one that does nothing else.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 10;
const LOOKS_MAX = 200;

export async function canPauseAndKill(): Promise<boolean> {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  const ended = new Promise<boolean>((resolve) => {
    child.once("exit", (_code, signal) => resolve(signal === "SIGKILL"));
    child.once("error", () => resolve(false));
  });
  const { pid } = child;
  if (pid === undefined) return false;
  child.kill("SIGSTOP");
  const stopped = await until(() => stateOf(pid) === "T");
  child.kill("SIGCONT");
  const goesOn = await until(() => stateOf(pid) !== "T");
  child.kill("SIGKILL");
  return (await ended) && stopped && goesOn;
}

async function until(holds: () => boolean): Promise<boolean> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    if (holds()) return true;
    await sleep(LOOK_MS);
  }
  return false;
}

/** "T": stopped. */
function stateOf(pid: number): string {
  const line = readFileSync(`/proc/${pid}/stat`, "latin1");
  return line[line.lastIndexOf(")") + 2] ?? "";
}
