// The order of a run in either world: its phases under faults, then the quiet phase in two steps, until all have
// drained and read or the time is up.

const SECOND_US = 1_000_000;
/** Step 1 of the quiet phase: the bound of LIV2, and a second to see it missed. */
const RECOVERY_US = 61 * SECOND_US;
/** At rest = every tail was read again since the faults ended: every 2 minutes, spread over 10 s. */
const REST_US = 140 * SECOND_US;
/** Step 2: everybody signs in, drains, reads; retries of deadlines included. */
const DRAIN_MAX_US = 180 * SECOND_US;
/** What is still under way when all have settled: presence notices, last receipts. */
const SETTLE_US = 5 * SECOND_US;

export interface PhasedRun {
  /** When the last phase ends. */
  readonly endUs: number;
  nowUs(): number;
  /** Lets a step of time pass, at most until `untilUs`. */
  advance(untilUs: number, part: "phases" | "quiet"): Promise<void>;
  /** The text of the first threshold with abortOnFail that does not hold. */
  crossed(): string | undefined;
  abort(threshold: string): void;
  beginQuiet(step: 1 | 2): void | Promise<void>;
  /** Whether everybody has drained and read. */
  settled(): boolean;
  /** Asked after each step: true ends the run where it is. */
  mustStop(): boolean;
}

/** True where the run was stopped before its end. */
export async function runThroughPhases(run: PhasedRun): Promise<boolean> {
  return (await runPhases(run)) || (await quietPhase(run));
}

async function runPhases(run: PhasedRun): Promise<boolean> {
  while (run.nowUs() < run.endUs) {
    await run.advance(run.endUs, "phases");
    if (run.mustStop()) return true;
    const crossed = run.crossed();
    if (crossed === undefined) continue;
    // No more load: what was sent so far is still drained and judged.
    run.abort(crossed);
    break;
  }
  return false;
}

async function quietPhase(run: PhasedRun): Promise<boolean> {
  await run.beginQuiet(1);
  const quietUs = run.nowUs();
  while (run.nowUs() < quietUs + RECOVERY_US) {
    await run.advance(quietUs + RECOVERY_US, "quiet");
    if (run.mustStop()) return true;
  }
  await run.beginQuiet(2);
  return drain(run, quietUs + REST_US);
}

/** Until all have drained and read, and the rest has lasted long enough. */
async function drain(run: PhasedRun, restedUs: number): Promise<boolean> {
  const untilUs = run.nowUs() + DRAIN_MAX_US;
  let settledUs = -1;
  while (run.nowUs() < untilUs) {
    await run.advance(untilUs, "quiet");
    if (run.mustStop()) return true;
    const nowUs = run.nowUs();
    if (!run.settled()) settledUs = -1;
    else if (settledUs < 0) settledUs = nowUs;
    else if (nowUs >= restedUs && nowUs - settledUs >= SETTLE_US) return false;
  }
  return false;
}
