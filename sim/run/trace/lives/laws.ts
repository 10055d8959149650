// The orders that the messenger's specification demands, asked of the facts of one life: each place where what was
// done leaves them. The first is where expectation and fact part.
import type { Departure } from "../../result.ts";
import type { Fact } from "./fact.ts";
import { LOGIN_LAWS } from "./laws-login.ts";
import { OWNER_LAWS } from "./laws-owner.ts";
import { PRESENCE_LAWS } from "./laws-presence.ts";
import { READ_LAWS } from "./laws-read.ts";
import { SEND_LAWS } from "./laws-send.ts";
import type { Subject } from "./subject.ts";

export interface Case {
  readonly facts: readonly Fact[];
  readonly subject: Subject;
  readonly n: number;
  readonly sender: number;
  readonly recipient: number;
}

/** lasting: it spoils every message of the log from then on, not the one that was under way. */
export interface FoundDeparture extends Departure {
  readonly lasting?: true;
}

export type Law = (of: Case) => readonly FoundDeparture[];

const LAWS: readonly Law[] = [
  ...SEND_LAWS,
  ...OWNER_LAWS,
  ...LOGIN_LAWS,
  ...READ_LAWS,
  ...PRESENCE_LAWS,
];

/** In the order of time. */
export function departuresIn(facts: readonly Fact[], subject: Subject): readonly FoundDeparture[] {
  const { sender, recipient, violation } = subject;
  const found = LAWS.flatMap((law) => law({ facts, subject, n: violation.n, sender, recipient }));
  return found.sort((a, b) => a.t - b.t);
}
