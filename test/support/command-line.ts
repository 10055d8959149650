// The command as a person calls it, in a process of its own and a folder of the test's.
import { execFile } from "node:child_process";
import { resolve } from "node:path";

const CLI = resolve("sim/cli/chatquake.mjs");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function chatquakeIn(folder: string): (...words: string[]) => Promise<Ended> {
  return (...words) =>
    new Promise((done) => {
      execFile(process.execPath, [CLI, ...words], { cwd: folder }, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      );
    });
}
