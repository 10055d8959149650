// Bugs that this messenger truly had, planted again as they were: each has a scenario in scenarios/regressions that
// must fail with it. They are not hunted: that scenario is where they are caught.
import type { NodeContext } from "../../server/core/context.ts";
import { roster } from "../../server/core/roster.ts";
import type { Double } from "./bug.ts";

/** The node as it would be if its lease had never failed. */
function withoutFailure(node: NodeContext): NodeContext {
  const lease = { ...node.lease, failedMs: undefined };
  return new Proxy(node, {
    get: (target, key) => (key === "lease" ? lease : (Reflect.get(target, key) as unknown)),
  });
}

const rosterGuesses: Double = {
  id: 0,
  name: "roster-guesses-offline",
  symptom: "a roster that is read while Redis is away says offline of whoever came since",
  plant: () => ({
    nodeParts: () => ({
      roster: (node, session) => roster(withoutFailure(node), session),
    }),
  }),
};

const UNBOUNDED = 1_000_000_000;

const noAdmissionControl: Double = {
  id: 0,
  name: "no-admission-control",
  symptom: "a node takes whatever it is asked: what timed out in an overload is repeated for ever",
  plant: () => ({ limits: { requestsAdmittedMin: UNBOUNDED, requestsAdmittedMax: UNBOUNDED } }),
};

export const FOUND_BUGS: readonly Double[] = [rosterGuesses, noAdmissionControl];
