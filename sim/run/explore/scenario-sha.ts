// The fingerprint of a scenario with all its defaults: the same for the same world, wherever its file lies.
import { createHash } from "node:crypto";
import { writeScenario } from "../../scenario/write.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";

export function scenarioSha(scenario: ResolvedScenario): string {
  // The seed is what a sweep varies.
  const text = writeScenario({ ...scenario, seed: 1 });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
