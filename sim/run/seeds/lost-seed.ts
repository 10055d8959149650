// A seed whose process was killed or died gives no result of its own; its run directory then holds what is known: the
// scenario as it was drawn, and why there is nothing more.
import { join } from "node:path";
import { EXIT } from "../exit-codes.ts";
import type { RunResult } from "../result.ts";
import { takeRunDirectory, writeRunDirectory } from "../run-directory.ts";
import type { SeedOrder, SeedOutcome, SeedSetup } from "./seed-orders.ts";
import { seedScenario } from "./seed-scenario.ts";
import { runResolvedCommand } from "../shown-commands.ts";
import { VERSION } from "../version.ts";
import type { Loss } from "../worker-process.ts";

export function lostSeed(setup: SeedSetup, order: SeedOrder, loss: Loss): SeedOutcome {
  const { seed, keep, canary } = order;
  const isDefect = loss.kind === "defect";
  const causes = [`${isDefect ? "defect" : loss.kind}: ${loss.text}`];
  const exitCode = isDefect ? EXIT.defect : EXIT.rule;
  const path = join(setup.folder, `seed-${seed}`);
  const folder =
    keep && canary === undefined ? (takeRunDirectory("", path) ?? undefined) : undefined;
  if (folder !== undefined)
    writeRunDirectory(folder, emptyResult(setup, order, folder, causes), [], setup.profile);
  return {
    seed,
    exitCode,
    causes,
    broken: [],
    ...(loss.kind === "defect" ? {} : { lost: loss.kind }),
    ...(canary === undefined ? {} : { canary }),
    traceHash: "",
    wallMs: 0,
    events: 0,
    confirmed: 0,
    coverage: [],
    folder,
  };
}

function emptyResult(
  setup: SeedSetup,
  { seed }: SeedOrder,
  folder: string,
  causes: readonly string[],
): RunResult {
  return {
    version: VERSION,
    scenario: seedScenario(setup.scenario, setup.explore?.draw, seed),
    seed,
    mode: "simulated",
    traceHash: "",
    virtualMs: 0,
    wallMs: 0,
    events: 0,
    metrics: {},
    thresholds: [],
    rules: [],
    generator: { verdict: "valid", why: "virtual time: the generator is never late" },
    faults: [],
    runEvents: [],
    series: { secondUs: 1_000_000, columns: {} },
    lives: [],
    coverage: [],
    interrupted: true,
    command: runResolvedCommand(folder),
    exitCode: EXIT.rule,
    causes,
  };
}
