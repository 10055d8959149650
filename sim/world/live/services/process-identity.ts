// Which process is meant: a process id is given anew after its owner died, so the time of its start goes with
// it, and the machine's boot. Read from /proc: native services are for Linux.
import { readFileSync } from "node:fs";

export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks after boot, and the boot: together never given twice. */
  readonly born: string;
}

/** Undefined if there is no such process, or only its unburied rest. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
  // The name before the last ")" may hold anything; state is the first field after it, start the 20th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  return { pid, born: `${fields[19]}@${bootId()}` };
}

export function isRunning(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.born === identity.born;
}

export function formatIdentity({ pid, born }: ProcessIdentity): string {
  return `${pid} ${born}\n`;
}

/** Undefined if the text is not whole. */
export function parseIdentity(text: string): ProcessIdentity | undefined {
  const [, pid, born] = /^(\d+) (\S+)\n$/.exec(text) ?? [];
  return pid === undefined || born === undefined ? undefined : { pid: Number(pid), born };
}

export function ownIdentity(): string {
  const own = identityOf(process.pid);
  if (own === undefined) throw new Error("this process is not in /proc");
  return formatIdentity(own);
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
