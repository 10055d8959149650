// The part of LIV1 that looks at drains: which sends a node had taken, unanswered, when it closed a
// connection on its way out. Follows single sends only where the scenario drains nodes at all.
import type { HistoryListener } from "../history/history.ts";
import { BOUNDS } from "./bounds.ts";
import type { CheckScenario, FaultFact } from "./context.ts";
import type { Facts } from "./facts.ts";
import { seconds, type Findings } from "./findings.ts";
import { ANSWER } from "./message-table.ts";
import { messageName } from "./subject.ts";

const DRAINING = 4503;
const BROKEN = 0;

function isDrain(fault: FaultFact): boolean {
  return fault.kind === "drain" || fault.kind === "rolling";
}

/** Of the drain of one node says nothing that another fences itself meanwhile. */
function isDrainOf(node: number): (fault: FaultFact) => boolean {
  const site = `node-${node + 1}`;
  return (fault) => isDrain(fault) && fault.sites.includes(site);
}

/** Faults under which an answer may be lost on its way, or the node may not get to it. */
function mayHideAnswer(fault: FaultFact): boolean {
  if (["half_open", "pause", "slow", "isolate", "slow_reader", "vanish"].includes(fault.kind))
    return true;
  return fault.sites.includes("users");
}

interface Taken {
  readonly session: number;
  readonly frameT: number;
}

export class Drains {
  readonly #facts: Facts;
  readonly #findings: Findings;
  /** By user, by row of the message table. */
  readonly #taken = new Map<number, Map<number, Taken>>();
  readonly #drainedT = new Map<number, number>();
  readonly #used: boolean;
  readonly listener: HistoryListener;

  constructor(facts: Facts, scenario: CheckScenario, findings: Findings) {
    this.#facts = facts;
    this.#findings = findings;
    this.#used = scenario.faults.some(isDrain);
    this.listener = this.#used
      ? {
          sendFrame: (t, user, _device, session) => {
            this.#take(t, user, session);
          },
          sendUnsure: () => {
            this.answered();
          },
          nodeDown: (t, node, planned) => {
            if (planned !== 0) this.#drainedT.set(node, t);
          },
          closed: (t, user, _device, session, code) => {
            this.#judge(t, user, session, code);
          },
        }
      : {};
  }

  answered(): void {
    this.#taken.get(this.#facts.log.sender)?.delete(this.#facts.row);
  }

  #take(t: number, user: number, session: number): void {
    const { row, messages } = this.#facts;
    // Behind a refusal comes the void that fills its n; of that the history tells no answer.
    if (row < 0 || messages.answer[row] === ANSWER.refused) return;
    let rows = this.#taken.get(user);
    if (!rows) {
      rows = new Map();
      this.#taken.set(user, rows);
    }
    rows.set(row, { session, frameT: t });
  }

  #judge(t: number, user: number, session: number, code: number): void {
    const { windows, user: person, messages, logs } = this.#facts;
    const rows = this.#taken.get(user);
    if (!rows) return;
    const drainedT = this.#drainedT.get(person.node) ?? -Infinity;
    const byDrain =
      (code === DRAINING && windows.overlaps(t, t, isDrainOf(person.node))) ||
      (code === BROKEN && t - drainedT <= BOUNDS.drainCloseUs);
    for (const [row, taken] of rows) {
      if (taken.session !== session) continue;
      rows.delete(row);
      if (!byDrain || t - taken.frameT <= BOUNDS.drainAnswerUs) continue;
      if (windows.overlaps(taken.frameT, t, mayHideAnswer)) continue;
      const log = logs[messages.log[row]!]!;
      const n = messages.n[row]!;
      this.#findings.violated(
        t,
        `${messageName(log, n)} went out at ${seconds(taken.frameT)} and had no answer when the ` +
          `draining node ${person.node} closed`,
        user,
        log.chat.chat,
        log.device,
        n,
      );
    }
  }
}
