// A live run by the command line, as a user starts it, on the services of the test run; and what it left.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import type { RunResult } from "../../sim/run/result.ts";

const CLI = resolve("sim/cli/chatquake.mjs");

export interface CliEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** In a folder of its own, with nothing of ours in the environment but what is given. */
export function cli(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  folder = newFolder(),
): Promise<CliEnd> {
  const own = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("CHATQUAKE_")),
  );
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [CLI, ...words], {
      cwd: folder,
      env: { ...own, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
    child.once("error", fail);
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "chatquake-live-run-"));
}

export interface LiveEnd extends CliEnd {
  readonly summary: RunResult;
  /** The run directory. */
  readonly folder: string;
}

export async function runLiveScenario(
  name: string,
  yaml: string,
  environment: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): Promise<LiveEnd> {
  const folder = newFolder();
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, yaml);
  const out = join(folder, "run");
  const end = await cli(["run", file, "--live", "--out", out, ...words], environment, folder);
  const text = ((): string => {
    try {
      return readFileSync(join(out, "summary.json"), "utf8");
    } catch {
      throw new Error(`no summary, exit ${end.code}: ${end.stderr.slice(-2_000)}`);
    }
  })();
  return { ...end, summary: JSON.parse(text) as RunResult, folder: out };
}

/**
 * Every rule valid, every threshold met. A machine that stalls makes the generator invalid, and the run says so
 * (113): its times are void then, its counts and rules are not.
 */
export function expectWell({ summary, code, stderr }: LiveEnd): void {
  const broken = summary.rules.filter(({ verdict }) => verdict !== "valid");
  expect(broken).toEqual([]);
  expect(summary.rules).toHaveLength(31);
  const { verdict } = summary.generator;
  const crossed = summary.causes.filter((cause) => !cause.startsWith("load generator invalid"));
  expect(crossed, stderr.slice(-2_000)).toEqual([]);
  expect(code).toBe(verdict === "invalid" ? 113 : 0);
}

export function counted(summary: RunResult, name: string): number {
  const metric = summary.metrics[name];
  if (metric?.type !== "counter") throw new Error(`no counter ${name}`);
  return metric.values.count;
}
