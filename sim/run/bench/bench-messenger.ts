// How fast the whole simulated messenger is, all rules and the hash on, on one core: messages that ran their
// whole life, a population of 100,000, and seeds of the swarm.
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { HistoryListener } from "../../history/history.ts";
import { loadScenario } from "../../scenario/load.ts";
import type { Bench } from "./bench-kernel.ts";
import { packageRoot } from "../package-root.ts";
import { forSeed, readProfile, readScenario } from "../read-scenario.ts";
import { runScenario } from "../run-sim.ts";
import { buildSimulation, type Simulation } from "../simulation.ts";

const now = performance.now.bind(performance);
const SECOND_US = 1_000_000;
const SPEED_RATE = 8_000;
const CROWD = 100_000;

const SPEED = `
name: speed
title: many messages
seed: 1
profile: lan
cluster: { nodes: 3, balancer: least-connections }
population: { users: 5500, friends: { per_user: { dist: uniform, min: 2, max: 4 } } }
phases:
  - { name: warmup, duration: 15s, online: { ramp: [0, 5000] }, warmup: true }
  - { name: steady, duration: 60s, online: 5000, messages: { rate: ${SPEED_RATE}/s, process: poisson } }
behaviour:
  body_bytes: { dist: lognormal, median: 80, p99: 2000 }
  read_after: { dist: exponential, mean: 1s }
`;

const CROWD_TEXT = `
name: crowd
title: a hundred thousand people online
seed: 1
profile: lan
cluster: { nodes: 8, balancer: least-connections }
population: { users: ${CROWD}, friends: { per_user: { dist: lognormal, median: 8, p99: 60 } } }
phases:
  - { name: ramp, duration: 60s, online: { ramp: [0, ${CROWD}] }, warmup: true }
  - { name: steady, duration: 10m, online: ${CROWD}, messages: { rate: ${Math.round(CROWD / 60)}/s, process: poisson } }
behaviour:
  body_bytes: { dist: lognormal, median: 80, p99: 2000 }
  read_after: { dist: lognormal, median: 3s, p99: 60s }
`;

interface Speed {
  readonly messagesPerS: number;
  readonly eventsPerS: number;
}

/** Both figures come from one run. */
const speed = once(measureSpeed);
const crowd = once(measureCrowd);

const SPEED_METHOD = `5,000 online users with 2 to 4 chats each on 3 nodes, ${SPEED_RATE} messages a virtual second for 60 s after warm-up, all rules and the hash on, one core; per wall second`;
const CROWD_METHOD =
  "100,000 online users on 8 nodes, a message a minute each, heartbeats, 10 virtual minutes after the ramp, all rules on";

export const messengerBenches: readonly Bench[] = [
  {
    name: "messenger_messages",
    unit: "messages/s",
    method: `${SPEED_METHOD}; a message counts when sent, delivered, read and its receipt acknowledged`,
    run: async () => (await speed()).messagesPerS,
  },
  {
    name: "messenger_events",
    unit: "events/s",
    method: SPEED_METHOD,
    run: async () => (await speed()).eventsPerS,
  },
  {
    name: "population_100k_realtime",
    unit: "times real time",
    method: CROWD_METHOD,
    run: async () => (await crowd()).timesRealTime,
  },
  {
    name: "population_100k_rss",
    unit: "bytes",
    method: `${CROWD_METHOD}; peak resident memory of the process, sampled every virtual second`,
    run: async () => (await crowd()).rssBytes,
  },
  {
    name: "chaos_seed_seconds",
    unit: "s",
    method:
      "mean wall time of seeds 1 to 20 of scenarios/swarm.yaml, quiet phase, scan and verdicts included",
    run: measureChaos,
  },
];

async function measureSpeed(): Promise<Speed> {
  const counter = new LifeCounter();
  const simulation = build(SPEED, counter.listener);
  const { phases } = simulation.scenario;
  simulation.start();
  const { kernel } = simulation;
  await kernel.run(phases[1]!.startUs);
  const eventsBefore = kernel.events;
  const lived = counter.lived;
  const startMs = now();
  await kernel.run(phases[1]!.startUs + 60 * SECOND_US);
  const seconds = (now() - startMs) / 1000;
  return {
    messagesPerS: (counter.lived - lived) / seconds,
    eventsPerS: (kernel.events - eventsBefore) / seconds,
  };
}

async function measureCrowd(): Promise<{ timesRealTime: number; rssBytes: number }> {
  const simulation = build(CROWD_TEXT, undefined);
  const { kernel, scenario } = simulation;
  let rssBytes = 0;
  simulation.start();
  const steadyUs = scenario.phases[1]!.startUs;
  await kernel.run(steadyUs);
  const startMs = now();
  while (kernel.now < steadyUs + 600 * SECOND_US) {
    await kernel.run(kernel.now + SECOND_US);
    rssBytes = Math.max(rssBytes, process.memoryUsage.rss());
  }
  const seconds = (now() - startMs) / 1000;
  const rules = simulation.rules(false).filter((rule) => rule.verdict === "invalid");
  if (rules.length > 0)
    throw new Error(`the crowd broke ${rules[0]!.id}: ${rules[0]!.violations[0]!.text}`);
  return { timesRealTime: 600 / seconds, rssBytes };
}

async function measureChaos(): Promise<number> {
  const file = join(packageRoot(), "scenarios", "swarm.yaml");
  const read = readScenario({ file, sets: [], env: {} });
  if ("problems" in read) throw new Error(read.problems[0]!.message);
  const seeds = 20;
  const startMs = now();
  for (let seed = 1; seed <= seeds; seed++) {
    const scenario = forSeed(read.scenario, seed);
    await runScenario({ scenario, profile: read.profile, scenarioFile: file });
  }
  return (now() - startMs) / 1000 / seeds;
}

function build(text: string, listener: HistoryListener | undefined): Simulation {
  const loaded = loadScenario(text, { file: "bench", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(loaded.problems[0]!.message);
  const { scenario } = loaded;
  const profile = readProfile(scenario.profile, ".");
  if ("problems" in profile) throw new Error(profile.problems[0]!.message);
  return buildSimulation({
    scenario,
    profile: profile.profile,
    scenarioFile: "bench",
    ...(listener === undefined ? {} : { listener }),
  });
}

/** Messages whose receipt has come back to the sender: receipts are watermarks, so each covers several. */
class LifeCounter {
  lived = 0;
  readonly #shown = new Map<number, Map<number, number>>();
  readonly listener: HistoryListener = {
    receiptAcknowledged: (_t, _user, _device, chat, logDevice, n) => {
      let ofChat = this.#shown.get(chat);
      if (ofChat === undefined) {
        ofChat = new Map<number, number>();
        this.#shown.set(chat, ofChat);
      }
      const before = ofChat.get(logDevice) ?? 0;
      if (n <= before) return;
      this.lived += n - before;
      ofChat.set(logDevice, n);
    },
  };
}

function once<T>(measure: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= measure());
}
