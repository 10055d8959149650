// Starts the command line as a person would, and gives what it printed.
import { spawnSync } from "node:child_process";

export interface Answer {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Colours and progress are off: the answer is read by a test. */
export function chatquake(
  args: readonly string[],
  options: { readonly node?: string; readonly timeoutMs?: number } = {},
): Answer {
  const done = spawnSync(options.node ?? process.execPath, ["sim/cli/chatquake.mjs", ...args], {
    encoding: "utf8",
    timeout: options.timeoutMs ?? 110_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, NO_COLOR: "1", CI: "true" },
  });
  if (done.error) throw done.error;
  return { exitCode: done.status, stdout: done.stdout, stderr: done.stderr };
}
