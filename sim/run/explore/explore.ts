// Explores a scenario: seed after seed over worker processes, each with faults, features and rates of its own, until
// the seeds or the time are used up. Failures are kept, coverage is added up, canaries prove that the rules see.
import { performance } from "node:perf_hooks";
import type { RuleId } from "../../history/checker.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { Canaries } from "./canaries.ts";
import { allWanted, coverageTables, gapsOfTables, wantedHits } from "./coverage-tables.ts";
import type { ExploreResult, FailedSeed } from "./explore-result.ts";
import { exploreCauses, exploreCode, failureOf, type ExploreVerdicts } from "./explore-verdict.ts";
import { lostSeed } from "../seeds/lost-seed.ts";
import { EXIT } from "../exit-codes.ts";
import { scenarioSha } from "./scenario-sha.ts";
import type { Draw, SeedOrder, SeedOutcome, SeedSetup } from "../seeds/seed-orders.ts";
import {
  joinRanges,
  rangesOf,
  seedCount,
  writeRanges,
  type SeedRange,
} from "../seeds/seed-ranges.ts";
import { boundsOf } from "../seeds/seed-scenario.ts";
import { withSeed } from "../shown-commands.ts";
import { CoverageSum } from "../seeds/sweep-coverage.ts";
import { VERSION } from "../version.ts";
import { runWorker } from "../worker-process.ts";

export interface Exploration {
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly scenarioFile: string;
  /** How a seed is run again, without its seed; and the exploration itself. */
  readonly seedCommand: string;
  readonly command: string;
  readonly draw: Draw;
  /** In this order; without an end where only time ends it. */
  readonly seeds: readonly SeedRange[];
  readonly asked: string;
  readonly forMs?: number;
  readonly workers: number;
  readonly folder: string;
  /** A seed that takes more of the processor has failed. */
  readonly seedMs: number;
  /** How often each cell must be met, instead of what the size of the exploration says. */
  readonly minHits?: number;
  /** A failure that was seen: the search ends when one of its rules breaks. */
  readonly search?: { readonly like: string; readonly rules: readonly RuleId[] };
  readonly onFailure: (failure: FailedSeed) => void;
  readonly onProgress: (progress: ExploreProgress) => void;
  readonly interrupted: () => boolean;
}

export interface ExploreProgress {
  readonly done: number;
  /** Of how many; undefined where time ends it. */
  readonly total: number | undefined;
  readonly failed: number;
  readonly wallMs: number;
  readonly forMs: number | undefined;
}

/** So many failures are written down and listed; a scenario that always fails would fill the disk. */
const KEPT_MAX = 20;
const LISTED_MAX = 1_000;
/** A worker that does not come back to ask is killed after so many times its seed's bound, whatever it waits for. */
const PATIENCE = 5;
const GRACE_MS = 30_000;

export async function explore(asked: Exploration): Promise<ExploreResult> {
  const exploring = new Exploring(asked);
  await exploring.run();
  return exploring.result();
}

class Exploring {
  readonly #asked: Exploration;
  readonly #setup: SeedSetup;
  readonly #canaries: Canaries;
  readonly #coverage = new CoverageSum();
  readonly #startedMs = performance.now();
  readonly #failures: FailedSeed[] = [];
  readonly #failedSeeds: number[] = [];
  readonly #inconclusive: { seed: number; causes: readonly string[] }[] = [];
  /** Ranges are joined now and then, or a long exploration would hold a list of all its seeds. */
  #ended: SeedRange[] = [];
  #range = 0;
  #nextSeed: number;
  #kept = 0;
  #events = 0;
  #confirmed = 0;
  #found: readonly RuleId[] = [];

  constructor(asked: Exploration) {
    this.#asked = asked;
    const { scenario, profile, scenarioFile, folder, draw, seedMs } = asked;
    const bounds = boundsOf(scenario, seedMs);
    const what = { scenario, profile, scenarioFile, folder, command: asked.seedCommand };
    this.#setup = { ...what, baselines: [], keepMetrics: false, explore: { draw, bounds } };
    this.#canaries = new Canaries(scenario.bug === undefined);
    this.#nextSeed = asked.seeds[0]?.first ?? 1;
  }

  async run(): Promise<void> {
    const { workers, seedMs } = this.#asked;
    const one = (): Promise<void> =>
      runWorker({
        worker: "seeds/seed-worker",
        setup: this.#setup,
        take: () => this.#take(),
        done: (outcome: SeedOutcome) => this.#done(outcome),
        nameOf: ({ seed }: SeedOrder) => `seed ${seed}`,
        deadlineMs: PATIENCE * seedMs + GRACE_MS,
        lost: (order, loss) => this.#done(lostSeed(this.#setup, order, loss)),
      });
    const ticking = setInterval(() => this.#tell(), 1_000);
    try {
      await Promise.all(Array.from({ length: workers }, one));
    } finally {
      clearInterval(ticking);
    }
    this.#tell();
  }

  #tell(): void {
    const { seeds, forMs, onProgress } = this.#asked;
    const endless = seeds.some(({ last }) => last === Infinity);
    onProgress({
      done: seedCount(this.#ended),
      total: endless ? undefined : seedCount(seeds),
      failed: this.#failedSeeds.length,
      wallMs: performance.now() - this.#startedMs,
      forMs,
    });
  }

  #isOver(): boolean {
    const { interrupted, forMs } = this.#asked;
    if (interrupted() || this.#found.length > 0) return true;
    return forMs !== undefined && performance.now() - this.#startedMs >= forMs;
  }

  #take(): SeedOrder | undefined {
    const range = this.#asked.seeds[this.#range];
    if (range === undefined || this.#isOver()) return undefined;
    const canary = this.#canaries.due(this.#nextSeed);
    if (canary !== undefined) return canary;
    const order = { seed: this.#nextSeed, keep: this.#kept < KEPT_MAX };
    if (this.#nextSeed < range.last) this.#nextSeed += 1;
    else {
      this.#range += 1;
      this.#nextSeed = this.#asked.seeds[this.#range]?.first ?? 0;
    }
    return order;
  }

  #done(outcome: SeedOutcome): void {
    const { seed, canary, broken } = outcome;
    if (canary !== undefined) {
      const { bug, rule } = canary;
      this.#canaries.ended({ bug, rule, seed, caught: broken.includes(rule) });
      return;
    }
    this.#ended.push({ first: seed, last: seed });
    if (this.#ended.length > LISTED_MAX) this.#ended = [...joinRanges(this.#ended)];
    this.#coverage.add(outcome.coverage);
    this.#events += outcome.events;
    this.#confirmed += outcome.confirmed;
    if (outcome.folder !== undefined) this.#kept += 1;
    const failure = failureOf(outcome, withSeed(this.#asked.seedCommand, seed));
    if (failure !== undefined) {
      this.#failedSeeds.push(seed);
      if (this.#failures.length < LISTED_MAX) this.#failures.push(failure);
      this.#asked.onFailure(failure);
    } else if (outcome.exitCode === EXIT.inconclusive)
      this.#inconclusive.push({ seed, causes: outcome.causes });
    const { search } = this.#asked;
    if (search !== undefined && this.#found.length === 0)
      this.#found = search.rules.filter((rule) => broken.includes(rule));
  }

  result(): ExploreResult {
    const { scenario, search, draw } = this.#asked;
    const wallMs = performance.now() - this.#startedMs;
    const ended = joinRanges(this.#ended);
    const done = seedCount(ended);
    const { minHits } = this.#asked;
    const wanted = minHits === undefined ? wantedHits(done, wallMs) : allWanted(minHits);
    const coverageRows = this.#coverage.rows();
    const everything = draw === "swarm" && scenario.swarm;
    const coverage = coverageTables(coverageRows, { scenario, wanted, everything });
    const interrupted = this.#asked.interrupted();
    const verdicts: ExploreVerdicts = {
      failures: this.#failures,
      interrupted,
      blind: this.#canaries.blindness(interrupted),
      gaps: interrupted || search !== undefined ? [] : gapsOfTables(coverage),
      inconclusive: this.#inconclusive.length,
      ...(search === undefined ? {} : { found: this.#found.length > 0 }),
    };
    const seeds = writeRanges(ended);
    const rules = this.#found.length > 0 ? this.#found : (search?.rules ?? []);
    return {
      version: VERSION,
      scenario: scenario.name,
      title: scenario.title,
      sha: scenarioSha(scenario),
      ...(scenario.bug === undefined ? {} : { bug: scenario.bug }),
      ...(search === undefined ? {} : { like: search.like }),
      command: this.#asked.command,
      asked: this.#asked.asked,
      seeds,
      seedCount: done,
      workers: this.#asked.workers,
      wallMs: Math.round(wallMs),
      seedsPerHour: wallMs > 0 ? Math.round((done / wallMs) * 3_600_000) : 0,
      events: this.#events,
      confirmed: this.#confirmed,
      failedCount: this.#failedSeeds.length,
      failures: this.#failures.toSorted((a, b) => a.seed - b.seed),
      failedSeeds: writeRanges(rangesOf(this.#failedSeeds)),
      inconclusive: this.#inconclusive,
      canaries: this.#canaries.runs,
      wanted: wanted.pairs,
      coverage,
      coverageRows,
      gaps: verdicts.gaps,
      interrupted,
      exitCode: exploreCode(verdicts),
      causes: exploreCauses(verdicts, { seeds, rules }),
    };
  }
}
