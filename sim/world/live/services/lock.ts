// One at a time across processes: a file that holds its owner's process id. A lock whose owner died is void.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, ownIdentity, parseIdentity } from "./process-identity.ts";

const POLL_MS = 100;

export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  while (!taken(path)) await sleep(POLL_MS);
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function taken(path: string): boolean {
  try {
    writeFileSync(path, ownIdentity(), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const holder = readHolder(path);
  if (holder === "gone" || (holder !== undefined && !isRunning(holder)))
    rmSync(path, { force: true });
  return false;
}

/** Undefined: it is being written at this moment. */
function readHolder(path: string) {
  try {
    return parseIdentity(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "gone";
    throw error;
  }
}
