// A result to draw: a small made-up run told to the measuring code event by event, so that its figures hang
// together. Nothing is random but a counter-driven generator, so it is the same each time.
import { createMetrics } from "../../sim/measure/metrics.ts";
import type { RuleId, RuleResult } from "../../sim/history/checker.ts";
import type { HistoryListener } from "../../sim/history/history.ts";
import type { FaultRecord, Life, RunResult } from "../../sim/run/result.ts";
import type { Fault, ResolvedScenario } from "../../sim/scenario/types.ts";
import { RULE_WORDS } from "../../sim/report/rule-words.ts";

const SECOND = 1_000_000;
const USERS = 600;
const NODES = 3;
const RUN_S = 390;

const faults: readonly Fault[] = [
  { name: "n2", kind: "kill", target: "node-2", atUs: 90 * SECOND, restartAfterUs: 20 * SECOND },
  {
    name: "slow-cassandra",
    kind: "delay",
    between: ["nodes", "cassandra"],
    latency: { dist: "constant", value: 40_000 },
    atUs: 180 * SECOND,
    forUs: 40 * SECOND,
  },
  { name: "n3", kind: "kill", target: "node-3", atUs: 195 * SECOND, restartAfterUs: 30 * SECOND },
  { name: "cut <redis>", kind: "wipe", atUs: 300 * SECOND },
];

const texts = [
  "node-2 is killed and starts again after 20 s",
  "delay of 40 ms between the nodes and Cassandra for 40 s",
  "node-3 is killed and starts again after 30 s",
  "Redis forgets everything <at once>",
];

export const scenario: ResolvedScenario = {
  name: "node-kill",
  title: "Two nodes die under load, one of them while Cassandra is slow",
  seed: 42,
  profile: "lan",
  swarm: false,
  cluster: { nodes: NODES, balancer: "least-connections", encodeFrames: false },
  population: { users: USERS, friendsPerUser: { dist: "lognormal", median: 8, p99: 60 } },
  phases: [
    phase("warmup", 0, 30, true),
    phase("steady", 30, 240, false),
    phase("evening-peak", 270, 120, false),
  ],
  behaviour: {
    bodyBytes: { dist: "lognormal", median: 80, p99: 2000 },
    readAfterUs: { dist: "lognormal", median: 3 * SECOND, p99: 60 * SECOND },
    attachments: [],
    freshDevice: 0.01,
    befriendPerS: 0,
    historyPerS: 0,
    searchPerS: 0,
  },
  faults,
  thresholds: [
    threshold("message_delivery{phase:steady}", "p(95)<250ms", "p", 250, { phase: "steady" }, 95),
    threshold("message_delivery", "p(99)<5s over 30s", "p", 5000, {}, 99, 30 * SECOND),
    threshold("failover{fault:n2}", "max<8s", "max", 8000, { fault: "n2" }),
    threshold("messages_lost", "count==0", "count", 0, {}),
    threshold("attachment_download", "p(99.9)<20s", "p", 20_000, {}, 99.9),
  ],
};

function phase(name: string, fromS: number, lengthS: number, warmup: boolean) {
  return {
    name,
    startUs: fromS * SECOND,
    durationUs: lengthS * SECOND,
    warmup,
    messages: { ratePerS: 40, process: "poisson" as const },
  };
}

function threshold(
  metric: string,
  expression: string,
  aggregate: "p" | "max" | "count",
  value: number,
  tags: Record<string, string>,
  percentile?: number,
  overUs?: number,
) {
  return {
    metric,
    name: metric.split("{")[0]!,
    tags,
    expression,
    aggregate,
    op: expression.includes("==") ? ("==" as const) : ("<" as const),
    value,
    ...(percentile === undefined ? {} : { percentile }),
    ...(overUs === undefined ? {} : { overUs }),
    abortOnFail: false,
    delayAbortEvalUs: 0,
    place: "31:5",
  };
}

/** Numbers in [0, 1), the same sequence each time. */
function generator(): () => number {
  let state = 12345;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}

interface Told {
  readonly t: number;
  readonly tell: (listener: HistoryListener) => void;
}

function story(): Told[] {
  const next = generator();
  const told: Told[] = [];
  const at = (t: number, tell: Told["tell"]): number => told.push({ t: Math.floor(t), tell });
  const now = (seconds: number): number => Math.floor(seconds * SECOND);
  let session = 0;
  const nodeOf: number[] = [];
  const join = (user: number, t: number, node: number): number => {
    const mine = (session += 1);
    const connected = Math.floor(t + 3000 + next() * 20_000);
    const synced = Math.floor(connected + 5000 + next() * 60_000);
    nodeOf[user] = node;
    at(t, (h) => h.connecting?.(Math.floor(t), user, user, mine));
    at(connected, (h) => h.connected?.(connected, user, user, mine, node));
    at(synced, (h) => h.synced?.(synced, user, user, mine));
    return mine;
  };
  scenario.phases.forEach((one, index) =>
    at(one.startUs, (h) => h.phaseBegan?.(one.startUs, index)),
  );
  const sessions: number[] = [];
  for (let user = 1; user <= USERS; user += 1) {
    const t = now((30 * user) / USERS);
    at(t, (h) => h.signedIn?.(t, user, user, 0));
    sessions[user] = join(user, t + 1, user % NODES);
  }
  faults.forEach((fault, index) => {
    const ended =
      fault.kind === "kill"
        ? fault.atUs + (fault.restartAfterUs ?? 0)
        : fault.atUs + (fault.forUs ?? 0);
    at(fault.atUs, (h) => h.faultBegan?.(fault.atUs, index));
    at(ended, (h) => h.faultEnded?.(ended, index));
    if (fault.kind !== "kill") return;
    const node = Number(fault.target.slice(5)) - 1;
    at(fault.atUs, (h) => h.nodeDown?.(fault.atUs, node, 0));
    for (let user = 1; user <= USERS; user += 1) {
      if (nodeOf[user] !== node) continue;
      const mine = sessions[user]!;
      const noticed = Math.floor(fault.atUs + 1000 + next() * next() * 5 * SECOND);
      at(noticed, (h) => h.closed?.(noticed, user, user, mine, 0));
      sessions[user] = join(
        user,
        noticed + Math.floor(next() * 900_000),
        (node + 1 + (user % 2)) % NODES,
      );
    }
  });
  const lastN = new Map<number, number>();
  for (let t = 0; t < RUN_S;) {
    const rate = t < 30 ? 4 + t : t < 270 ? 40 : 40 + (t - 270) * 0.7;
    t += -Math.log(1 - next()) / rate;
    if (t < RUN_S - 1) message(t, rate);
  }
  return told.sort((a, b) => a.t - b.t);

  function message(t: number, rate: number): void {
    const pair = 1 + Math.floor(next() * (USERS / 2));
    const [from, to] = next() < 0.5 ? [2 * pair - 1, 2 * pair] : [2 * pair, 2 * pair - 1];
    const n = (lastN.get(from) ?? 0) + 1;
    lastN.set(from, n);
    const intended = now(t);
    const struck = faults.some(
      (fault) =>
        fault.kind === "kill" &&
        intended > fault.atUs &&
        intended < fault.atUs + 3 * SECOND &&
        to % NODES === Number(fault.target.slice(5)) - 1,
    );
    const slow = t > 180 && t < 220 ? 90_000 : 0;
    const crowd = 4000 / Math.max(0.05, 1.05 - rate / 125);
    const sentUs = Math.floor(intended + slow + crowd * (0.6 + next()));
    const shownUs = Math.floor(
      sentUs + crowd * (0.4 - Math.log(1 - next())) + (struck ? next() * 4 * SECOND : 0),
    );
    const readUs = shownUs + Math.floor((1 + next() * 8) * SECOND);
    const kind = next() < 0.02 ? 1 : 0;
    at(intended, (h) => h.sendIntended?.(intended, from, to, pair, n, kind));
    at(intended + 200, (h) =>
      h.sendInvoked?.(intended + 200, from, from, pair, n, n, kind, 1, intended),
    );
    at(sentUs, (h) => h.sendEnded?.(sentUs, from, from, pair, n, 0));
    at(shownUs, (h) => h.shown?.(shownUs, to, to, 1, pair, from, from, n, n, kind, 1));
    if (readUs > RUN_S * SECOND) return;
    const receiptUs = readUs + 6000 + Math.floor(next() * 8000);
    at(readUs, (h) => h.readInvoked?.(readUs, to, to, pair, from, n, 1));
    at(receiptUs, (h) => h.receiptShown?.(receiptUs, from, from, pair, from, n, 1));
  }
}

export function fixtureResult(options: { readonly broken: boolean }): RunResult {
  const metrics = createMetrics(scenario);
  const next = generator();
  const events = story();
  let place = 0;
  for (let second = 1; second <= RUN_S; second += 1) {
    while (place < events.length && events[place]!.t < second * SECOND)
      events[place++]!.tell(metrics.listener);
    const down = [second > 195 && second < 225 ? 2 : second > 90 && second < 110 ? 1 : -1];
    metrics.sample(second * SECOND, {
      nodes: Array.from({ length: NODES }, (_, node) => ({
        up: !down.includes(node),
        sessions: down.includes(node) ? 0 : Math.min(200, second * 7) * (down[0] === -1 ? 1 : 1.5),
        cpuShare: down.includes(node) ? 0 : 0.12 + 0.0004 * second + 0.03 * next(),
        cpuWaitUs: 300 + 900 * next(),
      })),
      stores: {
        redis: { calls: 80 + Math.floor(12 * next()), queued: 0 },
        cassandra: {
          calls: 240 + Math.floor(40 * next()),
          queued: second > 180 && second < 220 ? 14 : 1,
        },
        s3: { calls: Math.floor(3 * next()), queued: 0 },
      },
      frames: 400 + Math.floor(60 * next()),
    });
  }
  const rules = rulesOf(options.broken);
  const measured = metrics.finish(RUN_S * SECOND, rules);
  return {
    version: "0.1.0",
    scenario,
    seed: 42,
    mode: "simulated",
    traceHash: "9f1c0b7e22d45a10",
    virtualMs: RUN_S * 1000,
    wallMs: 4210,
    events: 1_284_311,
    ...measured,
    rules,
    generator: { verdict: "valid", why: "every action began at its intended time" },
    faults: faultRecords(),
    runEvents: [
      { t: 0, type: "phase", text: "warmup began" },
      { t: 90 * SECOND, type: "fault", text: "n2 began", detail: { node: "node-2" } },
      { t: 375 * SECOND, type: "quiet", text: "recovery" },
      { t: 385 * SECOND, type: "quiet", text: "drain" },
    ],
    lives: options.broken ? [life()] : [],
    coverage: [
      { what: "faults", counts: { kill: 2, delay: 1, wipe: 1, pause: 0 } },
      { what: "append", counts: { ok: 20_113, refused: 4, "unknown, applied": 11 } },
    ],
    interrupted: false,
    command:
      "npx chatquake run scenarios/node-kill.yaml --set 'phases.steady.duration=4m' --seed 42",
    exitCode: options.broken ? 111 : 0,
    causes: options.broken
      ? ["rule MSG1 broken: message 7/1041/12 was confirmed at 1:31.204 and never shown to user 88"]
      : [],
  };
}

function faultRecords(): FaultRecord[] {
  return faults.map((fault, index) => ({
    name: fault.name,
    kind: fault.kind,
    text: texts[index]!,
    beganUs: fault.atUs,
    endedUs:
      fault.kind === "kill"
        ? fault.atUs + (fault.restartAfterUs ?? 0)
        : fault.atUs + (fault.forUs ?? 0),
  }));
}

function rulesOf(broken: boolean): RuleResult[] {
  return (Object.keys(RULE_WORDS) as RuleId[]).map((id, index) => ({
    id,
    verdict: broken && id === "MSG1" ? "invalid" : id === "IMG2" ? "unknown" : "valid",
    counted: 1000 + index * 317,
    violations:
      broken && id === "MSG1"
        ? [
            {
              rule: id,
              t: 91_204_000,
              text: "message 7/1041/12 was confirmed at 1:31.204 and never shown to user 88 <script>alert(1)</script>",
              user: 88,
              chat: 7,
              device: 1041,
              n: 12,
            },
          ]
        : [],
    violationCount: broken && id === "MSG1" ? 1 : 0,
    ...(id === "IMG2" ? { why: "no picture was sent, so nothing could be judged" } : {}),
  }));
}

/** A hand-written one, with a bit of everything that a page can show. */
export function life(): Life {
  const t = 91_180_000;
  const other = Array.from({ length: 5 }, (_, index) => ({
    t: t + 100_000 + index * 200_000,
    lane: "node-3",
    to: "redis",
    text: "who owns user 88?",
    weight: "other" as const,
  }));
  return {
    rule: "MSG1",
    subject: "message 7/1041/12",
    text: "message 12 of device 1041 in chat 7, confirmed at 91.204 s, was never shown to user 88",
    brokenUs: t + 3_800_000,
    events: [
      { t, lane: "user 41", text: "takes n 12" },
      { t: t + 100, lane: "user 41", text: "sends n 12 (session 9)" },
      { t: t + 4000, lane: "node-1", text: "gets the send of n 12", from: 1 },
      { t: t + 4100, lane: "node-1", to: "cassandra", text: "append row n 12" },
      { t: t + 9000, lane: "cassandra", text: "row n 12 stands", from: 3 },
      {
        t: t + 10_000,
        lane: "node-1",
        to: "cassandra",
        text: "raise sent_n to 12",
        tone: "unsure",
      },
      { t: t + 24_000, lane: "node-1", to: "user 41", text: "says sent for n 12" },
      { t: t + 25_000, lane: "user 41", text: "send of n 12: outcome ok", from: 6 },
      ...other,
      { t: t + 1_700_000, lane: "node-1", text: "is killed", weight: "around", tone: "bad" },
      {
        t: t + 1_710_000,
        lane: "links",
        text: "cut node-3 and redis for 20 s begins",
        weight: "around",
        tone: "bad",
      },
      {
        t: t + 3_700_000,
        lane: "user 88",
        text: "is connected to node-3 (session 12)",
        weight: "around",
      },
      { t: t + 3_720_000, lane: "node-3", to: "user 88", text: "has sent its backlog to user 88" },
    ],
    bars: [
      {
        lane: "user 41",
        fromUs: t - 1_000_000,
        toUs: t + 1_700_000,
        kind: "session",
        text: "session 9 on node-1",
      },
      { lane: "node-1", fromUs: t + 1_700_000, toUs: null, kind: "down", text: "down" },
      {
        lane: "links",
        fromUs: t + 1_710_000,
        toUs: t + 21_710_000,
        kind: "cut",
        text: "cut node-3 and redis for 20 s",
      },
    ],
    beliefs: [
      { t: t + 100, lane: "user 41", about: "outbox", value: "waiting: n 12" },
      { t: t + 9000, lane: "cassandra", about: "unread_audit sent_n", value: "11" },
      { t: t + 25_000, lane: "user 41", about: "outbox", value: "all confirmed" },
    ],
    departures: [
      {
        t: t + 24_000,
        lane: "node-1",
        expected: "the entry in unread_audit is raised to n 12 before the sender hears sent",
        happened: "node-1 said sent for n 12 while sent_n stood at 11",
      },
    ],
    steps: [
      { name: "n taken", t, lane: "user 41" },
      { name: "row stored", t: t + 9000, lane: "cassandra" },
      { name: "entry raised (sent_n)", t: null },
      { name: "confirmed to the sender", t: t + 24_000, lane: "node-1" },
      { name: "shown", t: null },
    ],
  };
}
