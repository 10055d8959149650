// PRE3 last seen: monotone, and within heartbeat + flush of the truth. A release keeps the heartbeat, so a
// roster may lag behind a notice by as much; clocks and Redis must be sound for the time judged.
import { STATE } from "../history/history.ts";
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory, FaultFact } from "./context.ts";
import { Findings, seconds, onlineWhy } from "./findings.ts";
import type { UserFacts } from "./user-table.ts";

const MS_US = 1000;

function shiftsTime(fault: FaultFact): boolean {
  return fault.kind === "skew" || fault.kind === "lose_writes";
}

/** Whatever may keep a node from renewing, and from reading its friends. */
function keepsFromRedis(fault: FaultFact): boolean {
  if (fault.kind === "kill" || fault.kind === "crash") return fault.sites.includes("redis");
  return !fault.sites.every((site) => site === "users" || site === "s3");
}

export const pre3: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("PRE3");
  const { windows } = facts;
  const { epochMs } = scenario;

  function judgeTruth(t: number, person: UserFacts, observer: number, lastSeenMs: number): void {
    if (epochMs === undefined || person.session !== 0 || person.attemptOpen) return;
    if (person.heardT < 0) return;
    if (windows.overlaps(person.heardT - BOUNDS.lastSeenBehindUs, t, keepsFromRedis)) return;
    const seenT = (lastSeenMs - epochMs) * MS_US;
    const behindUs = person.heardT - seenT;
    const aheadUs = seenT - person.closedT;
    if (behindUs <= BOUNDS.lastSeenBehindUs && aheadUs <= BOUNDS.lastSeenAheadUs) return;
    findings.violated(
      t,
      `user ${observer} is told that user ${person.user} was last seen at ${seconds(seenT)}, but it ` +
        `was last heard at ${seconds(person.heardT)} and gone at ${seconds(person.closedT)}`,
      observer,
    );
  }

  return {
    id: "PRE3",
    listener: {
      presenceShown(t, observer, user, state, lastSeenMs) {
        if (facts.pair < 0 || lastSeenMs <= 0) return;
        findings.counted += 1;
        if (windows.overlaps(0, t, shiftsTime)) return;
        const before = facts.lastSeenBefore;
        // Whoever came within the last read of friends may still be shown as another node last read it; so may one
        // who left before he heard of his node, which had claimed him all the same.
        const { connectedT, attemptT } = facts.userOf(user);
        const cameT = Math.max(connectedT, attemptT);
        const mayBeStale = t <= windows.presenceDueT(cameT, BOUNDS.falseOfflineUs);
        const falls = lastSeenMs < before - BOUNDS.lastSeenBehindUs / MS_US;
        // A node that could not read its friends shows them as it read them before that.
        if (
          falls &&
          !mayBeStale &&
          !windows.overlaps(t - BOUNDS.falseOfflineUs, t, keepsFromRedis)
        ) {
          findings.violated(
            t,
            `user ${observer} is told that user ${user} was last seen at ${lastSeenMs} ms, after it ` +
              `was told ${before} ms`,
            observer,
          );
        }
        if (state === STATE.offline && !mayBeStale)
          judgeTruth(t, facts.userOf(user), observer, lastSeenMs);
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
