// Before the live tests: says where their services live. After them: ends whatever still runs there. Test runs
// that were killed left theirs behind; they are ended here too.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  isRunning,
  ownIdentity,
  parseIdentity,
} from "../../sim/world/live/services/process-identity.ts";
import { servicesDown } from "../../sim/world/live/services/services.ts";
import { FOLDER_VARIABLE } from "./live-services.ts";

const PREFIX = "chatquake-test-services-";

export async function setup(): Promise<() => Promise<void>> {
  if (process.platform !== "linux") return () => Promise.resolve(); // the tests say what is missing
  if (process.env[FOLDER_VARIABLE] === undefined) {
    await endAbandoned();
    const folder = mkdtempSync(join(tmpdir(), PREFIX));
    writeFileSync(join(folder, "owner"), ownIdentity());
    process.env[FOLDER_VARIABLE] = folder;
  }
  const folder = process.env[FOLDER_VARIABLE];
  return () => endAllIn(folder);
}

async function endAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).sort()) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(tmpdir(), name);
    const owner = ownerOf(folder);
    if (owner !== undefined && !isRunning(owner)) await endAllIn(folder);
  }
}

function ownerOf(folder: string) {
  try {
    return parseIdentity(readFileSync(join(folder, "owner"), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // just being made
    throw error;
  }
}

async function endAllIn(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const runDirs = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  for (const name of runDirs) await servicesDown({ runDir: join(folder, name), env: process.env });
  rmSync(folder, { recursive: true, force: true });
}
