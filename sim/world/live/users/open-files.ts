// How many files and sockets this process has open, and how many it may have.
import { readdirSync, readFileSync } from "node:fs";

export function openFiles(): number {
  try {
    return readdirSync("/proc/self/fd").sort().length;
  } catch {
    // Only Linux lists them there; elsewhere nothing is known, and 0 is above no bound.
    return 0;
  }
}

/** Infinity where it is not known. */
export function openFilesMax(): number {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const soft = /^Max open files +(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? Infinity : Number(soft);
  } catch {
    return Infinity;
  }
}
