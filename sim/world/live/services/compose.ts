// Docker compose as this project calls it: which file, which project, which variables. A call that fails says
// what docker said.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Environment } from "./endpoints.ts";
import { ServicesNotReady } from "./not-ready.ts";

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
const LINES_SHOWN = 4;

/** Why there is none; undefined if an engine and compose answer. */
export async function noCompose(env: Environment): Promise<string | undefined> {
  try {
    await run("docker", ["compose", "version"], { env });
  } catch {
    return "docker compose is missing (Docker's compose plugin, version 2.23 or later)";
  }
  try {
    await run("docker", ["info", "--format", "{{.ServerVersion}}"], { env });
  } catch {
    return "no Docker Engine answers";
  }
  return undefined;
}

/** The sources and the built files stand at different depths below it. */
export function composeFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(folder, "docker-compose.yml");
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new Error("docker-compose.yml was not found");
    folder = dirname(folder);
  }
}

export class Compose {
  private readonly project: string;
  private readonly env: Environment;

  constructor(project: string, variables: Readonly<Record<string, string>>, env: Environment) {
    this.project = project;
    this.env = { ...env, ...variables };
  }

  /** What it wrote to stdout. */
  async run(...args: readonly string[]): Promise<string> {
    const place = ["compose", "--project-name", this.project, "--file", composeFile()];
    return this.docker(...place, ...args);
  }

  async docker(...args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await run("docker", args, {
        env: this.env,
        maxBuffer: OUTPUT_BYTES_MAX,
      });
      return stdout;
    } catch (error) {
      const { stderr = "", message } = error as Error & { readonly stderr?: string };
      const lines = (stderr.trim() === "" ? message : stderr).trim().split("\n");
      throw new ServicesNotReady(`docker: ${lines.slice(-LINES_SHOWN).join(" ")}`);
    }
  }
}
