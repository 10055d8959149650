// Any number of workers plays the same population: they plan alike whatever each one's own delay, and each
// person is played by exactly one of them.
import { describe, expect, it } from "vitest";
import { EVENTS, FIELDS } from "../../../sim/history/fields.ts";
import { loadScenario } from "../../../sim/scenario/load.ts";
import type { ResolvedScenario } from "../../../sim/scenario/types.ts";
import type { Order, Report } from "../../../sim/world/live/users/messages.ts";
import type { MakeWaker } from "../../../sim/world/live/users/schedule.ts";
import { SharedNodes } from "../../../sim/world/live/users/shared-nodes.ts";
import { UserWorker } from "../../../sim/world/live/users/user-worker.ts";

const SECOND_US = 1_000_000;

const COMING_AND_GOING = `
name: plan
title: people come and go, write, change devices, vanish
seed: 11
profile: lan
cluster: { nodes: 1, balancer: random }
population: { users: 60, friends: { per_user: { dist: uniform, min: 2, max: 5 } } }
phases:
  - { name: warmup, duration: 5s, online: { ramp: [0, 40] }, messages: { rate: 5/s }, warmup: true }
  - { name: steady, duration: 20s, online: 40, messages: { rate: 30/s, process: poisson } }
behaviour:
  body_bytes: { dist: lognormal, median: 80, p99: 2000 }
  read_after: { dist: exponential, mean: 300ms }
  stay_online: { dist: exponential, mean: 6s }
  fresh_device: 20%
  befriend: 2/s
`;

/** What a worker tells, by event, each as its numbers in text. */
class Told {
  readonly events = new Map<string, string[]>();

  chunk(numbers: Float64Array): void {
    for (let at = 0; at < numbers.length;) {
      const event = EVENTS[numbers[at]!]!;
      const count = FIELDS[event].length;
      const told = this.events.get(event) ?? [];
      told.push(Array.from(numbers.subarray(at + 1, at + 1 + count)).join(" "));
      this.events.set(event, told);
      at += 1 + count;
    }
  }
}

/** A worker in a time of its own, in which every wake-up comes so late. */
class Played {
  nowUs = 0;
  readonly #worker: UserWorker;
  readonly #lateUs: () => number;
  #wakesUs = Infinity;
  #wake: () => void = () => {};

  constructor(
    scenario: ResolvedScenario,
    worker: number,
    workers: number,
    lateUs: () => number,
    told: Told,
  ) {
    this.#lateUs = lateUs;
    const makeWaker: MakeWaker = (_clock, wake) => {
      this.#wake = wake;
      return {
        nappedUs: 0,
        wakeAt: (timeUs) => {
          this.#wakesUs = timeUs;
        },
        close: () => {
          this.#wakesUs = Infinity;
        },
      };
    };
    const clock = {
      nowUs: () => this.nowUs,
      wallMs: () => 1_764_000_000_000 + Math.floor(this.nowUs / 1000),
    };
    // Nobody listens: devices dial in vain, and the plan must not mind.
    const setup = {
      worker,
      workers,
      scenario,
      nodes: [],
      sharedNodes: new SharedNodes(0).memory,
      tokenKey: "00".repeat(32),
      startedNs: 0n,
      epochMs: 0,
    };
    const report = (each: Report): void => {
      if (each.type === "chunk") told.chunk(each.chunk);
    };
    this.#worker = new UserWorker(setup, report, { clock, makeWaker });
  }

  order(order: Order): void {
    this.#worker.obey(order);
  }

  runUntil(untilUs: number): void {
    while (this.#wakesUs <= untilUs) {
      this.nowUs = Math.max(this.nowUs, this.#wakesUs + this.#lateUs());
      this.#wakesUs = Infinity;
      this.#wake();
    }
    this.nowUs = Math.max(this.nowUs, untilUs);
  }
}

function scenarioOf(text: string): ResolvedScenario {
  const loaded = loadScenario(text, { file: "plan", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  return loaded.scenario;
}

/** All workers of one run, told together. Worker i is late by up to i x 7 ms. */
function play(workers: number): Told {
  const scenario = scenarioOf(COMING_AND_GOING);
  const told = new Told();
  for (let worker = 0; worker < workers; worker++) {
    let count = 0;
    const lateUs = (): number => (count++ * 2_311) % (worker * 7_000 + 50);
    const played = new Played(scenario, worker, workers, lateUs, told);
    played.order({ type: "begin" });
    played.order({ type: "vanish", atUs: 12 * SECOND_US, share: 0.3 });
    played.runUntil(26 * SECOND_US);
    played.order({ type: "quiet", atUs: 26 * SECOND_US + 200_000, step: 1 });
    played.order({ type: "quiet", atUs: 27 * SECOND_US, step: 2 });
    played.runUntil(30 * SECOND_US);
    played.order({ type: "stop" });
  }
  return told;
}

function sorted(told: Told, event: string): readonly string[] {
  return [...(told.events.get(event) ?? [])].sort();
}

/** Without t: a device that really dials and leaves does so at true times. */
function withoutTime(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.slice(line.indexOf(" "))).sort();
}

describe("any number of workers plays the same population", () => {
  const one = play(1);
  const three = play(3);

  it("intends exactly the same sends", () => {
    const sends = sorted(one, "sendIntended");
    expect(sends.length).toBeGreaterThan(400);
    expect(sorted(three, "sendIntended")).toEqual(sends);
  });

  it("signs the same people in and out on the same devices", () => {
    const signIns = withoutTime(sorted(one, "signedIn"));
    expect(signIns.length).toBeGreaterThan(80);
    expect(withoutTime(sorted(three, "signedIn"))).toEqual(signIns);
    expect(withoutTime(sorted(three, "signedOut"))).toEqual(withoutTime(sorted(one, "signedOut")));
    expect(withoutTime(sorted(one, "signedOut")).some((line) => line.endsWith(" 1"))).toBe(true);
  });

  it("tells each phase once", () => {
    expect(sorted(three, "phaseBegan")).toEqual(sorted(one, "phaseBegan"));
    expect(sorted(one, "phaseBegan")).toHaveLength(2);
  });

  it("numbers connections and operations so that none comes twice", () => {
    const sessions = (three.events.get("connecting") ?? []).map((line) => line.split(" ")[3]);
    expect(sessions.length).toBeGreaterThan(100);
    expect(new Set(sessions).size).toBe(sessions.length);
  });
});
