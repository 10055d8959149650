// A worker process of a shrink: told the rule, then one candidate after the other; answers whether each breaks it.
import type { RuleId } from "../../history/checker.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import { tryScenario, type Trial, type Tried } from "./shrink-trial.ts";
import type { WorkerAnswer } from "../worker-process.ts";

export interface TrialSetup {
  readonly rule: RuleId;
  readonly profile: Profile;
}

export interface TrialOrder {
  readonly id: number;
  readonly trial: Trial;
}

export interface TrialAnswer {
  readonly id: number;
  readonly tried: Tried;
}

let setup: TrialSetup | undefined;

// The parent decides when a shrink ends; a candidate under way is finished.
process.on("SIGINT", () => undefined);
process.on("message", (told: TrialSetup | TrialOrder) => {
  if ("rule" in told) {
    setup = told;
    return;
  }
  void tell(told).catch((error: unknown) =>
    answer({ defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});

async function tell({ id, trial }: TrialOrder): Promise<void> {
  if (setup === undefined) throw new Error("a candidate was told before the rule");
  answer({ answer: { id, tried: await tryScenario(trial, setup.profile, setup.rule) } });
}

function answer(message: WorkerAnswer<TrialAnswer>): void {
  process.send?.(message);
}
