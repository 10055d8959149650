#!/usr/bin/env node
// Starts the command line. It decides from what the program runs: built code in dist/ if that is
// current, else it builds once, else (no compiler, or the build fails) the sources through tsx. What
// the arguments mean is decided in main.ts.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUILT = join(ROOT, "dist/sim/cli/main.js");
const STAMP = join(ROOT, "dist/sources.stamp");
const LOCK = join(ROOT, "dist/build.lock");
const LOCK_WAIT_MS = 60_000;

/** A short text that changes whenever a source is changed, added or removed. */
function sourcesStamp() {
  let newestMs = 0;
  let files = 0;
  const visit = (folder) => {
    for (const name of readdirSync(folder).sort()) {
      const path = join(folder, name);
      const found = statSync(path);
      if (found.isDirectory()) visit(path);
      else if (/\.ts$|^tsconfig.*\.json$/.test(name)) {
        newestMs = Math.max(newestMs, found.mtimeMs);
        files += 1;
      }
    }
  };
  visit(join(ROOT, "server"));
  visit(join(ROOT, "sim"));
  return `${files} files, newest ${newestMs}\n`;
}

function exists(path) {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function builtIsCurrent(stamp) {
  return exists(BUILT) && exists(STAMP) && readFileSync(STAMP, "utf8") === stamp;
}

/** The holder's process id stands in the lock: a lock whose holder died is void. */
function lockIsHeld() {
  let pid;
  try {
    pid = Number(readFileSync(LOCK, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return false;
    throw error;
  }
  if (!(pid > 0)) return Date.now() - statSync(LOCK).mtimeMs < 1_000; // being written
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Two processes must not write dist/ at once; the second waits and finds it built. */
async function takeLock() {
  const giveUpAt = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: "wx" });
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") return false; // dist/ cannot be written: run from source
    }
    if (Date.now() > giveUpAt) return false;
    if (!lockIsHeld()) rmSync(LOCK, { force: true });
    else await sleep(100);
  }
}

function compilerPath() {
  try {
    return createRequire(import.meta.url).resolve("typescript/lib/tsc.js");
  } catch {
    return undefined; // installed without development packages
  }
}

function build(compiler, extra) {
  const args = [compiler, "-b", ...extra, join(ROOT, "sim/cli"), join(ROOT, "server/live")];
  return spawnSync(process.execPath, args, { cwd: ROOT, stdio: "ignore" }).status === 0;
}

/** True if dist/ holds the present sources, now or after building them. */
async function ensureBuilt() {
  if (builtIsCurrent(sourcesStamp())) return true;
  const compiler = compilerPath();
  if (compiler === undefined) return false;
  try {
    mkdirSync(join(ROOT, "dist"), { recursive: true });
  } catch {
    return false; // a read-only place: run from source
  }
  if (!(await takeLock())) return false;
  try {
    // Taken before the build, so a file changed meanwhile makes the next start build again.
    const stamp = sourcesStamp();
    if (builtIsCurrent(stamp)) return true;
    process.stderr.write("chatquake: building once…\n");
    rmSync(STAMP, { force: true });
    // The compiler trusts its own notes; where they outlived the output, it must be forced.
    const done = (build(compiler, []) && exists(BUILT)) || build(compiler, ["--force"]);
    if (!done || !exists(BUILT)) {
      process.stderr.write("chatquake: the build failed (npm run build says why)\n");
      return false;
    }
    writeFileSync(STAMP, stamp);
    return true;
  } finally {
    rmSync(LOCK, { force: true });
  }
}

async function loadMain() {
  if (await ensureBuilt()) {
    process.setSourceMapsEnabled(true); // call sites name the .ts file and line
    return import(pathToFileURL(BUILT).href);
  }
  process.stderr.write("chatquake: running from source, which starts slower\n");
  const { register } = await import("tsx/esm/api");
  register();
  return import(new URL("./main.ts", import.meta.url).href);
}

const { main } = await loadMain();
process.exitCode = await main(process.argv.slice(2));
