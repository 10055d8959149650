// LIV4 degraded: while only Redis or only S3 is away, text sends go on being confirmed within their
// deadline and no connection is closed 4503. Judged during the outage, which a quiet phase would heal.
import { KIND, OUTCOME } from "../history/history.ts";
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, seconds, onlineWhy } from "./findings.ts";
import { ANSWER } from "./message-table.ts";
import { isRedisAwayForAll, isS3AwayForAll } from "./outage.ts";
import { messageName } from "./subject.ts";

const FENCED = 4503;

export const liv4: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("LIV4");
  const { messages, windows } = facts;
  const { nodes } = scenario;
  /** The outage that is judged now; no other fault is active beside it. */
  let aloneFromT = Infinity;
  /** From when a node may not be fenced: never where a fault or a start beside the outage may have left one without
   * a lease, which it gets when Redis is back. */
  let leasedFromT = Infinity;
  let store = "";
  let otherEndedT = -Infinity;

  /** Called at each change of the faults; costs nothing between them. */
  function settle(t: number): void {
    aloneFromT = Infinity;
    leasedFromT = Infinity;
    const active = windows.activeAt(t).filter(({ ended }) => ended > t);
    const [only] = active;
    if (active.length !== 1 || !only) return;
    const redis = isRedisAwayForAll(only.fault, nodes);
    if (!redis && !isS3AwayForAll(only.fault, nodes)) return;
    store = redis ? "Redis" : "S3";
    const apartT = otherEndedT + BOUNDS.degradedApartUs;
    aloneFromT = Math.max(only.began + BOUNDS.degradedFromUs, apartT);
    if (!redis || apartT <= only.began) leasedFromT = aloneFromT;
  }

  return {
    id: "LIV4",
    listener: {
      faultBegan(t, fault) {
        const fact = scenario.faults[fault];
        const away = fact && (isRedisAwayForAll(fact, nodes) || isS3AwayForAll(fact, nodes));
        if (!away) otherEndedT = t;
        settle(t);
      },
      faultEnded(t) {
        otherEndedT = t;
        settle(t);
      },
      nodeUp(t) {
        if (t > 0) otherEndedT = t;
        settle(t);
      },
      nodeDown(t) {
        otherEndedT = t;
        settle(t);
      },
      quietBegan() {
        aloneFromT = Infinity;
        leasedFromT = Infinity;
      },
      sendEnded(t, user, device, chat, n, outcome) {
        if (t < aloneFromT || facts.row < 0 || facts.answerBefore !== ANSWER.open) return;
        if (messages.kind[facts.row] !== KIND.text) return;
        const invokedT = messages.invokedT[facts.row]!;
        if (invokedT < aloneFromT) return;
        findings.counted += 1;
        if (outcome !== OUTCOME.unknown) return;
        const person = facts.userOf(user);
        // Only who stayed connected all the while can blame the store.
        if (person.session === 0 || person.connectedT > invokedT || person.slow) return;
        if (person.slowEndedT > invokedT) return;
        const text = `${messageName(facts.log, n)}, taken ${seconds(t - invokedT)} ago, was not`;
        findings.violated(
          t,
          `${text} confirmed while only ${store} was away`,
          user,
          chat,
          device,
          n,
        );
      },
      closed(t, user, device, session, code) {
        if (t < leasedFromT) return;
        findings.counted += 1;
        if (code !== FENCED) return;
        const text = `session ${session} of user ${user} was closed 4503 while only ${store}`;
        findings.violated(t, `${text} was away`, user, 0, device);
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
