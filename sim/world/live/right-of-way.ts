// Nodes share the machine with the users that load them. Where both want the processor the users go first: a late
// generator would measure itself. A system without priorities, or without autogroups, does without.
import { writeFileSync } from "node:fs";
import { setPriority } from "node:os";

/** As much less as `nice -n 5`: about a third of the share, and only where there is too little for all. */
const NICE = 5;

export function giveWay(pid: number): void {
  try {
    setPriority(pid, NICE);
    // Linux shares the processor among sessions first, and a node is a session of its own.
    writeFileSync(`/proc/${pid}/autogroup`, String(NICE));
  } catch {
    // Gone already, or the system knows no such thing.
  }
}
