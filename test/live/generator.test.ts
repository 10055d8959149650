// Is the generator honest? It is held against a stand-in whose delay is known, one that stands still, and a
// host that stands still. The machine may be shared with others, who can only make times longer: of a known delay
// the quietest quarter second counts, and a run that was disturbed is repeated a few times.
import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import {
  generatorScenario,
  runGenerator,
  until,
  type GeneratorOutcome,
  type GeneratorRun,
} from "../../sim/run/bench/generator-run.ts";
import type { HistoryListener } from "../../sim/history/history.ts";
import type { ResolvedScenario } from "../../sim/scenario/types.ts";

const SECOND_US = 1_000_000;
const TRIES_MAX = 6;
const QUARTER_US = 250_000;
const PER_QUARTER = 75;
const STEADY = "message_delivery{phase:steady}";

function scenarioOf(ratePerS: number, seconds: number, users = 60): ResolvedScenario {
  return generatorScenario(`
name: generator
title: known delays
seed: 1
profile: lan
cluster: { nodes: 1, balancer: least-connections }
population: { users: ${users}, friends: { per_user: { dist: uniform, min: 2, max: 4 } } }
phases:
  - { name: warmup, duration: 4s, online: { ramp: [0, ${users}] }, messages: { rate: 1000/s }, warmup: true }
  - { name: steady, duration: ${seconds}s, online: ${users}, messages: { rate: ${ratePerS}/s, process: constant } }
behaviour:
  body_bytes: { dist: lognormal, median: 80, p99: 2000 }
  read_after: { dist: exponential, mean: 300ms }
`);
}

function trend(outcome: GeneratorOutcome, metric: string, value: string): number {
  const found = outcome.measured.metrics[metric];
  if (found?.type !== "trend") throw new Error(`${metric} was not measured`);
  return found.values[value]!;
}

/** Until the figures agree; every disagreement must have been disturbed, or it stands. */
async function agree(
  request: GeneratorRun,
  misses: (outcome: GeneratorOutcome) => readonly string[],
): Promise<void> {
  const seen: string[] = [];
  for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
    const outcome = await runGenerator(request);
    const broken = outcome.rules.filter(({ verdict }) => verdict === "invalid");
    expect(broken.map(({ id, violations }) => `${id}: ${violations[0]?.text}`)).toEqual([]);
    const missed = misses(outcome);
    if (missed.length === 0) return;
    seen.push(`${outcome.health.verdict} (${outcome.health.why}): ${missed.join(", ")}`);
  }
  expect(seen, "no run out of several agreed with the theory").toEqual([]);
}

/** Delivery times of the steady phase, a list for each quarter of a second of intended times. */
class Quarters {
  readonly lists = new Map<number, number[]>();
  readonly #steadyUs: number;
  readonly #intendedUs = new Map<string, number>();

  constructor(scenario: ResolvedScenario) {
    this.#steadyUs = scenario.phases[1]!.startUs;
  }

  readonly listener: HistoryListener = {
    sendInvoked: (_t, _user, device, chat, n, _content, _kind, _sentAt, intendedUs) => {
      this.#intendedUs.set(`${chat}/${device}/${n}`, intendedUs);
    },
    shown: (t, _user, _device, _session, chat, _from, logDevice, n) => {
      const intendedUs = this.#intendedUs.get(`${chat}/${logDevice}/${n}`);
      if (intendedUs === undefined || intendedUs < this.#steadyUs) return;
      const quarter = Math.floor(intendedUs / QUARTER_US);
      const list = this.lists.get(quarter);
      if (list === undefined) this.lists.set(quarter, [t - intendedUs]);
      else list.push(t - intendedUs);
    },
  };

  /** Others on the machine can only make times longer: the quietest quarter second says what the generator adds. */
  quietestP50Ms(): number {
    const full = [...this.lists.values()].filter((list) => list.length >= PER_QUARTER / 2);
    return Math.min(...full.map((list) => list.sort((x, y) => x - y)[list.length >> 1]!)) / 1000;
  }
}

// Half a millisecond can only be held on a machine that does nothing else: not among other tests in CI.
const busy = process.env["CI"] !== undefined;

describe.skipIf(busy)("a server with a known delay", () => {
  for (const delayMs of [5, 20, 100, 500])
    it(`of ${delayMs} ms is measured to within half a millisecond or 1 %`, async () => {
      const scenario = scenarioOf(4 * PER_QUARTER, 8);
      const seen: number[] = [];
      const allowedMs = Math.max(0.5, delayMs / 100);
      for (let attempt = 0; attempt < TRIES_MAX; attempt++) {
        const times = new Quarters(scenario);
        const { listener } = times;
        const { rules } = await runGenerator({ scenario, workers: 1, delayMs, listener });
        expect(rules.filter(({ verdict }) => verdict === "invalid")).toEqual([]);
        const p50Ms = times.quietestP50Ms();
        expect(p50Ms).toBeGreaterThanOrEqual(delayMs);
        seen.push(p50Ms);
        if (p50Ms - delayMs <= allowedMs) break;
      }
      expect(
        Math.min(...seen),
        `p50 of the quietest quarter second, each try: ${seen.join(", ")}`,
      ).toBeLessThan(delayMs + allowedMs);
    });
});

describe.skipIf(busy)("a server that stands still", () => {
  it("shows in p99 and maximum as the theory of an open model says", async () => {
    const frozenMs = 2_000;
    const steadyMs = 8_000;
    const request: GeneratorRun = {
      scenario: scenarioOf(100, steadyMs / 1000),
      workers: 1,
      delayMs: 0,
      meanwhile: async ({ clock, stubPid }) => {
        await until(clock, 7 * SECOND_US);
        process.kill(stubPid, "SIGSTOP");
        const stoppedUs = clock.nowUs();
        await until(clock, stoppedUs + frozenMs * 1000);
        process.kill(stubPid, "SIGCONT");
      },
    };
    // Whoever acts while it stands waits for the rest of the time: a uniform share of frozen / steady.
    const p99Ms = frozenMs - steadyMs / 100;
    await agree(request, (outcome) => {
      const figures = [
        ["p99", trend(outcome, STEADY, "p(99)"), p99Ms],
        ["max", trend(outcome, STEADY, "max"), frozenMs],
      ] as const;
      return figures
        .filter(([, found, theory]) => Math.abs(found / theory - 1) > 0.05)
        .map(([name, found, theory]) => `${name} ${found} where theory says ${theory}`);
    });
  });
});

describe("a host that stands still", () => {
  it("makes the generator's verdict invalid, with the figure", async () => {
    const outcome = await runGenerator({
      scenario: scenarioOf(100, 4),
      workers: 1,
      delayMs: 0,
      meanwhile: async ({ clock }) => {
        await until(clock, 5 * SECOND_US);
        // Everything of this process stops, its workers too, and is woken from outside.
        const { pid } = process;
        spawn("sh", ["-c", `kill -STOP ${pid}; sleep 1.5; kill -CONT ${pid}`]);
      },
    });
    expect(outcome.health.verdict).toBe("invalid");
    expect(outcome.health.why).toMatch(/late|delay/);
    expect(outcome.health.workers[0]!.slipMaxMs).toBeGreaterThan(1_000);
  });
});

describe("workers", () => {
  it("three of them send over real sockets what one intends", async () => {
    const scenario = scenarioOf(100, 3);
    const intended = async (workers: number): Promise<readonly string[]> => {
      const sends: string[] = [];
      let lastT = 0;
      const { rules } = await runGenerator({
        scenario,
        workers,
        delayMs: 0,
        listener: {
          sendIntended: (t, user, recipient, chat, content) => {
            expect(t).toBeGreaterThanOrEqual(lastT);
            sends.push([t, user, recipient, chat, content].join(" "));
          },
          shown: (t) => {
            lastT = t;
          },
        },
      });
      expect(rules.filter(({ verdict }) => verdict === "invalid")).toEqual([]);
      return sends.sort();
    };
    const one = await intended(1);
    expect(one.length).toBeGreaterThan(250);
    expect(await intended(3)).toEqual(one);
  });
});
