// What a load generator costs: messages sent and delivered, connections made, memory of an idle person, against
// a stand-in node and with every rule on. Processor time counts, not the wall's: the stand-in runs beside it.
import type { Bench } from "./bench-kernel.ts";
import {
  endUs,
  generatorScenario,
  runGenerator,
  until,
  type RunningGenerator,
} from "./generator-run.ts";

const SECOND_US = 1_000_000;
const PAIR_USERS = 400;
/** More than it can do: it is measured at work, not at waiting. */
const PAIR_RATE = 30_000;
const WARMUP_RATE = 8_000;
/** Compilers have done their work by then. */
const PAIR_WARMUP_SECONDS = 10;
const PAIR_SECONDS = 10;
const CONNECT_USERS = 6_000;
const CONNECT_SECONDS = 6;
const IDLE_USERS = 5_000;

export const liveGeneratorBenches: readonly Bench[] = [
  {
    name: "generator_pairs",
    unit: "pairs/s",
    method: `messages sent, confirmed, delivered, decrypted and compared, read, per second of processor time of the whole generator with all rules on; ${PAIR_USERS} people, ${PAIR_RATE} messages/s offered for ${PAIR_SECONDS} s after ${PAIR_WARMUP_SECONDS} s at ${WARMUP_RATE}/s, one worker`,
    run: measurePairs,
  },
  {
    name: "generator_connects",
    unit: "connects/s",
    method: `sign-ins (token, WebSocket, roster, synced) per second of processor time of the whole generator with all rules on; ${CONNECT_USERS} people within ${CONNECT_SECONDS} s, one worker`,
    run: measureConnects,
  },
  {
    name: "generator_user_bytes",
    unit: "bytes",
    method: `resident memory per signed-in idle person with 8 friends in the median, from 0 to ${IDLE_USERS} people of one process, rules included`,
    run: measureUserBytes,
  },
];

async function measurePairs(): Promise<number> {
  const scenario = generatorScenario(`
name: pairs
title: messages as fast as may be
seed: 1
profile: lan
cluster: { nodes: 1, balancer: least-connections }
population: { users: ${PAIR_USERS}, friends: { per_user: { dist: uniform, min: 2, max: 4 } } }
phases:
  - { name: warmup, duration: ${PAIR_WARMUP_SECONDS}s, online: ${PAIR_USERS}, messages: { rate: ${WARMUP_RATE}/s }, warmup: true }
  - { name: steady, duration: ${PAIR_SECONDS}s, online: ${PAIR_USERS}, messages: { rate: ${PAIR_RATE}/s, process: poisson } }
behaviour:
  body_bytes: { dist: constant, value: 256B }
  read_after: { dist: exponential, mean: 1s }
`);
  let shown = 0;
  let before = 0;
  let cpu = process.cpuUsage();
  await runGenerator({
    scenario,
    workers: 1,
    delayMs: 0,
    listener: {
      shown: () => {
        shown++;
      },
    },
    meanwhile: async ({ clock }) => {
      await until(clock, (PAIR_WARMUP_SECONDS + 0.5) * SECOND_US);
      before = shown;
      cpu = process.cpuUsage();
    },
  });
  // To the very end: what was behind at the start of the measurement is no longer behind.
  return (shown - before) / cpuSeconds(cpu);
}

async function measureConnects(): Promise<number> {
  const scenario = generatorScenario(`
name: connects
title: everybody signs in
seed: 1
profile: lan
cluster: { nodes: 1, balancer: least-connections }
population: { users: ${CONNECT_USERS}, friends: { per_user: { dist: lognormal, median: 8, p99: 60 } } }
phases:
  - { name: ramp, duration: ${CONNECT_SECONDS}s, online: { ramp: [0, ${CONNECT_USERS}] } }
behaviour: { body_bytes: { dist: constant, value: 80B }, read_after: { dist: constant, value: 1s } }
`);
  let synced = 0;
  let rate = 0;
  await runGenerator({
    scenario,
    workers: 1,
    delayMs: 0,
    listener: {
      synced: () => {
        synced++;
      },
    },
    meanwhile: async ({ clock }) => {
      await until(clock, SECOND_US);
      const before = synced;
      const cpu = process.cpuUsage();
      await until(clock, endUs(scenario));
      rate = (synced - before) / cpuSeconds(cpu);
    },
  });
  return rate;
}

async function measureUserBytes(): Promise<number> {
  const scenario = generatorScenario(`
name: idle
title: signed in and idle
seed: 1
profile: lan
cluster: { nodes: 1, balancer: least-connections }
population: { users: ${IDLE_USERS}, friends: { per_user: { dist: lognormal, median: 8, p99: 60 } } }
phases:
  - { name: alone, duration: 1s, online: 0 }
  - { name: ramp, duration: 10s, online: { ramp: [0, ${IDLE_USERS}] } }
  - { name: idle, duration: 15s, online: ${IDLE_USERS} }
behaviour: { body_bytes: { dist: constant, value: 80B }, read_after: { dist: constant, value: 1s } }
`);
  let bytes = 0;
  await runGenerator({
    scenario,
    workers: 1,
    delayMs: 0,
    meanwhile: async (run) => {
      await until(run.clock, 0.5 * SECOND_US);
      const before = process.memoryUsage.rss();
      await until(run.clock, endUs(scenario) - 0.2 * SECOND_US);
      bytes = (process.memoryUsage.rss() - before) / online(run);
    },
  });
  return bytes;
}

function online({ users }: RunningGenerator): number {
  const synced = users.syncedCount();
  if (synced < IDLE_USERS * 0.99) throw new Error(`only ${synced} of ${IDLE_USERS} are online`);
  return synced;
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}
