// Puts the friendships of a population into the stores before anybody signs in, through the messenger's own
// adapters in a process of their own.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { EnvironmentError } from "./environment-error.ts";

export interface FriendEdge {
  readonly low: number;
  readonly high: number;
  readonly chat: number;
}

const TAIL_CHARACTERS = 1_000;

export async function provisionFriends(
  program: string,
  environment: Readonly<Record<string, string>>,
  edges: Iterable<FriendEdge>,
): Promise<number> {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let lastLine = "";
  let complaints = "";
  createInterface({ input: child.stdout }).on("line", (line) => (lastLine = line));
  child.stderr.on("data", (text: Buffer) => {
    complaints = (complaints + text.toString()).slice(-TAIL_CHARACTERS);
  });
  // Its end is told by `exit`; a pipe that it closed early is part of that.
  child.stdin.on("error", () => undefined);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  let asked = 0;
  for (const { low, high, chat } of edges) {
    asked += 1;
    const line = JSON.stringify({ userLow: low, userHigh: high, chat });
    if (!child.stdin.write(`${line}\n`) && !child.stdin.destroyed) await drained(child.stdin);
  }
  child.stdin.end();
  const code = await ended;
  const written = code === 0 ? countIn(lastLine) : undefined;
  if (written !== asked)
    throw new EnvironmentError(
      `the friendships could not be written (${written ?? 0} of ${asked}, exit ${code}): ${complaints.trim()}`,
    );
  return written;
}

/** Or closed: nobody drains the pipe of a process that is gone. */
function drained(pipe: Writable): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      pipe.off("drain", end);
      pipe.off("close", end);
      resolve();
    };
    pipe.on("drain", end);
    pipe.on("close", end);
  });
}

function countIn(line: string): number | undefined {
  try {
    const told = JSON.parse(line) as { friendships?: unknown; count?: unknown };
    const count = told.friendships ?? told.count;
    return typeof count === "number" ? count : undefined;
  } catch {
    return undefined; // no JSON: it has not said how many
  }
}
