// SEC2 canaries: unique plaintext, key and token markers occur in no store, trace, error, metric or report.
// The harness searches; this rule counts what it found.
import type { CheckerFactory } from "./context.ts";
import { Findings, WHY } from "./findings.ts";

const PLACES: readonly string[] = ["a store", "the trace", "an error", "a metric", "a report"];

export const sec2: CheckerFactory = () => {
  const findings = new Findings("SEC2");
  return {
    id: "SEC2",
    listener: {
      canarySearched(t, place, found) {
        findings.counted += 1;
        if (found !== 0) findings.violated(t, `a secret marker stands in ${PLACES[place]}`);
      },
    },
    result: (complete) => findings.result(complete ? undefined : WHY.interrupted),
  };
};
