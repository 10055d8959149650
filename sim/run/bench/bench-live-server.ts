// What the live server can do: two nodes on native stores, clients of this process, everything on one machine.
// The figures of the pairs come from one run, as do those of the sends.
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "./bench-kernel.ts";
import { BenchClient, signInAll } from "./bench-live-client.ts";
import { deploy, type Deployment } from "./bench-live-deployment.ts";

const PAIRS = 500;
/** The nodes' compilers have done their work by then: they count as CPU, and cost a message no longer. */
const PAIRS_WARM_MS = 25_000;
const PAIRS_MS = 30_000;
const SENDS_WARM_MS = 3_000;
const SENDS_MS = 15_000;
/** Messages of one sender without an answer; what one append can take along. */
const SENDS_AHEAD = 8;
const IDLE_WARM = 500;
const IDLE = 4_000;
const IDLE_REST_MS = 15_000;
const FIRST_IDLE_USER = 100_001;
const CHAT_OFFSET = 1_000_000;

interface Pair {
  readonly from: BenchClient;
  readonly to: BenchClient;
  readonly chat: number;
  n: number;
}

interface Figures {
  readonly pairsRate: number;
  readonly pairsP99Ms: number;
  readonly messageCpuUs: number;
  readonly sentRate: number;
  readonly sentP50Ms: number;
  readonly sentP99Ms: number;
  readonly sessionBytes: number;
}

let measured: Promise<Figures> | undefined;
const figures = (): Promise<Figures> => (measured ??= measure());

async function measure(): Promise<Figures> {
  const edges = Array.from({ length: PAIRS }, (_, index) => ({
    low: 2 * index + 1,
    high: 2 * index + 2,
    chat: CHAT_OFFSET + index,
  }));
  const deployment = await deploy(edges);
  try {
    const sessionBytes = await idleSessions(deployment);
    const pairs = await signedInPairs(deployment);
    const talk = await pingPong(deployment, pairs);
    const sentRate = await sendAhead(pairs);
    const half = await sendPaced(pairs, sentRate / 2);
    for (const { from, to } of pairs) {
      if (from.lost !== undefined || to.lost !== undefined)
        throw new Error(`a client lost its connection: ${from.lost ?? to.lost}`);
      from.leave();
      to.leave();
    }
    return { ...talk, sentRate, ...half, sessionBytes };
  } finally {
    await deployment.close();
  }
}

/** Resident memory of a node by signed-in user without friends; the first ones warm it up. */
async function idleSessions(deployment: Deployment): Promise<number> {
  const { identity, nodes } = deployment;
  const signedIn = async (first: number, count: number): Promise<BenchClient[]> => {
    const clients = Array.from(
      { length: count },
      (_, index) => new BenchClient(first + index, identity.newDeviceId(first + index)),
    );
    await signInAll(clients, () => nodes[0]!, identity);
    return clients;
  };
  const warm = await signedIn(FIRST_IDLE_USER, IDLE_WARM);
  await sleep(IDLE_REST_MS);
  const before = await deployment.rssBytes(0);
  const idle = await signedIn(FIRST_IDLE_USER + IDLE_WARM, IDLE);
  await sleep(IDLE_REST_MS);
  const after = await deployment.rssBytes(0);
  for (const client of [...warm, ...idle]) client.leave();
  await sleep(1_000);
  return (after - before) / IDLE;
}

/** The two of a pair are on different nodes, and each node has half of the senders. */
async function signedInPairs({ identity, nodes }: Deployment): Promise<Pair[]> {
  const client = (user: number) => new BenchClient(user, identity.newDeviceId(user));
  const pairs = Array.from({ length: PAIRS }, (_, index): Pair => {
    const [from, to] = [client(2 * index + 1), client(2 * index + 2)];
    return { from, to, chat: CHAT_OFFSET + index, n: 0 };
  });
  const place = new Map<BenchClient, number>();
  for (const [index, { from, to }] of pairs.entries()) {
    place.set(from, index % 2);
    place.set(to, (index + 1) % 2);
  }
  await signInAll(
    pairs.flatMap(({ from, to }) => [from, to]),
    (one) => nodes[place.get(one)!]!,
    identity,
  );
  return pairs;
}

/** The next message leaves when the receiver has the last. */
async function pingPong(deployment: Deployment, pairs: readonly Pair[]) {
  const latencies: number[] = [];
  let counting = false;
  let stopped = false;
  const next = (pair: Pair): void => {
    const sentMs = performance.now();
    pair.n += 1;
    pair.to.onMessage = () => {
      if (counting) latencies.push(performance.now() - sentMs);
      if (!stopped) next(pair);
    };
    pair.from.send(pair.chat, pair.n);
  };
  for (const pair of pairs) next(pair);
  await sleep(PAIRS_WARM_MS);
  const cpuBefore = await deployment.cpuSeconds();
  const startMs = performance.now();
  counting = true;
  await sleep(PAIRS_MS);
  counting = false;
  const seconds = (performance.now() - startMs) / 1000;
  const cpuSeconds = (await deployment.cpuSeconds()) - cpuBefore;
  stopped = true;
  await sleep(1_000);
  for (const { to } of pairs) to.onMessage = () => undefined;
  return {
    pairsRate: latencies.length / seconds,
    pairsP99Ms: percentile(latencies, 99),
    messageCpuUs: (cpuSeconds * 1e6) / latencies.length,
  };
}

/** As many as the server confirms: each sender keeps some without an answer. */
async function sendAhead(pairs: readonly Pair[]): Promise<number> {
  let confirmed = 0;
  let stopped = false;
  for (const pair of pairs) {
    pair.from.onSent = () => {
      confirmed += 1;
      if (!stopped) pair.from.send(pair.chat, ++pair.n);
    };
    for (let ahead = 0; ahead < SENDS_AHEAD; ahead += 1) pair.from.send(pair.chat, ++pair.n);
  }
  await sleep(SENDS_WARM_MS);
  const before = confirmed;
  const startMs = performance.now();
  await sleep(SENDS_MS);
  const rate = ((confirmed - before) * 1000) / (performance.now() - startMs);
  stopped = true;
  await sleep(3_000);
  return rate;
}

/** Sends at a steady rate, whatever comes back; times from the intended moment. */
async function sendPaced(pairs: readonly Pair[], rate: number) {
  const latencies: number[] = [];
  const intended = new Map<string, number>();
  for (const pair of pairs)
    pair.from.onSent = (n) => {
      const key = `${pair.chat}/${n}`;
      latencies.push(performance.now() - intended.get(key)!);
      intended.delete(key);
    };
  const startMs = performance.now();
  const total = Math.floor((rate * SENDS_MS) / 1000);
  for (let count = 0; count < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - startMs) * rate) / 1000));
    for (; count < due; count += 1) {
      const pair = pairs[count % pairs.length]!;
      pair.n += 1;
      intended.set(`${pair.chat}/${pair.n}`, startMs + (count * 1000) / rate);
      pair.from.send(pair.chat, pair.n);
    }
    await sleep(1);
  }
  await sleep(2_000);
  return { sentP50Ms: percentile(latencies, 50), sentP99Ms: percentile(latencies, 99) };
}

function percentile(values: readonly number[], percent: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN;
}

const STANDING =
  "two nodes, one Cassandra node, Redis, S3 and the clients on one machine, 256-byte bodies";
const TALK = `${PAIRS} pairs on ${2 * PAIRS} connections, the two of a pair on different nodes, the next message when the receiver has the last, ${PAIRS_MS / 1000} s after ${PAIRS_WARM_MS / 1000} s of the same; ${STANDING}`;
const SENDS = `${PAIRS} senders with ${SENDS_AHEAD} messages each without an answer, receivers online on the other node; ${STANDING}`;

function bench(name: string, unit: string, method: string, figure: keyof Figures): Bench {
  return { name, unit, method, run: async () => (await figures())[figure] };
}

export const liveServerBenches: readonly Bench[] = [
  bench("server_pairs_rate", "messages/s", TALK, "pairsRate"),
  bench("server_pairs_p99_ms", "ms", `send to receipt at the other client; ${TALK}`, "pairsP99Ms"),
  bench(
    "server_message_cpu_us",
    "us",
    `CPU of both node processes by persisted cross-node message; ${TALK}`,
    "messageCpuUs",
  ),
  bench("server_sent_rate", "messages/s", `confirmed; ${SENDS}`, "sentRate"),
  bench(
    "server_sent_p50_ms",
    "ms",
    `intended moment to \`sent\` at half of server_sent_rate; ${STANDING}`,
    "sentP50Ms",
  ),
  bench(
    "server_sent_p99_ms",
    "ms",
    `intended moment to \`sent\` at half of server_sent_rate; ${STANDING}`,
    "sentP99Ms",
  ),
  bench(
    "server_session_bytes",
    "bytes",
    `resident memory of a node by idle signed-in user without friends, ${IDLE} of them on a warm node`,
    "sessionBytes",
  ),
];
