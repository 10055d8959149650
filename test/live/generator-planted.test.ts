// One lost, one duplicated and one swapped among a million messages, told by four workers and merged: each is
// named exactly, and nothing else is.
import { describe, expect, it } from "vitest";
import type { RuleResult } from "../../sim/history/checker.ts";
import { KIND, OUTCOME, type History } from "../../sim/history/history.ts";
import { createHub } from "../../sim/history/hub.ts";
import { buildCheckers } from "../../sim/run/build-checkers.ts";
import { generatorScenario } from "../../sim/run/bench/generator-run.ts";
import { EventLane, laneWriter } from "../../sim/world/live/users/event-lane.ts";
import { HistoryMerge } from "../../sim/world/live/users/history-merge.ts";

const LOGS = 1_000;
const PER_LOG = 1_000;
const WORKERS = 4;
const STEP_US = 100;
const WAY_US = 5_000;
const EPOCH_MS = 1_764_000_000_000;

const LOST = { log: 123, n: 500 };
const TWICE = { log: 456, n: 77 };
/** Comes before the one in front of it. */
const SWAPPED = { log: 789, n: 901 };

const scenario = generatorScenario(`
name: planted
title: a million messages
seed: 1
profile: lan
cluster: { nodes: 1, balancer: random }
population: { users: ${2 * LOGS}, friends: { per_user: { dist: constant, value: 1 } } }
phases: [{ name: steady, duration: 2m, online: ${2 * LOGS}, messages: { rate: 10000/s } }]
behaviour: { body_bytes: { dist: constant, value: 80 }, read_after: { dist: constant, value: 1h } }
`);

const senderOf = (log: number): number => 2 * log + 1;
const readerOf = (log: number): number => 2 * log + 2;
const chatOf = (log: number): number => 1_000 + log;
const deviceOf = (user: number): number => 10_000 + user;

interface Lanes {
  readonly writers: readonly History[];
  flush(untilUs: number): Promise<void>;
}

function lanesInto(history: History): Lanes {
  const merge = new HistoryMerge(WORKERS, history);
  const lanes = Array.from(
    { length: WORKERS },
    (_, lane) => new EventLane((chunk) => merge.add(lane, chunk)),
  );
  return {
    writers: lanes.map((lane) => laneWriter(lane)),
    flush: async (untilUs) => {
      lanes.forEach((lane, index) => {
        lane.flush();
        merge.advance(index, untilUs);
      });
      await merge.drained();
    },
  };
}

function arrive(reader: History, t: number, log: number, n: number): void {
  const user = readerOf(log);
  const sender = senderOf(log);
  const from = deviceOf(sender);
  const at = [t, user, deviceOf(user), user, chatOf(log), sender, from] as const;
  reader.messageFrame(...at, n, n, KIND.text, EPOCH_MS + n);
  reader.shown(...at, n, n, KIND.text, EPOCH_MS + n);
}

function tellArrivals(reader: History, t: number, log: number, n: number): void {
  if (log === LOST.log && n === LOST.n) return;
  if (log === SWAPPED.log && n === SWAPPED.n - 1) return;
  arrive(reader, t, log, n);
  if (log === TWICE.log && n === TWICE.n) arrive(reader, t, log, n);
  if (log === SWAPPED.log && n === SWAPPED.n) arrive(reader, t, log, n - 1);
}

function tellSend(writer: History, t: number, log: number, n: number): void {
  const user = senderOf(log);
  const device = deviceOf(user);
  const chat = chatOf(log);
  writer.sendIntended(t, user, readerOf(log), chat, n, KIND.text);
  writer.sendInvoked(t, user, device, chat, n, n, KIND.text, EPOCH_MS + n, t);
  writer.sendFrame(t, user, device, user, chat, n);
}

function signIn(lanes: Lanes): void {
  for (let user = 1; user <= 2 * LOGS; user++) {
    const writer = lanes.writers[user % WORKERS]!;
    const device = deviceOf(user);
    writer.signedIn(0, user, device, 1);
    writer.connecting(0, user, device, user);
    writer.connected(0, user, device, user, 0);
    writer.synced(0, user, device, user);
  }
}

async function tellMillion(lanes: Lanes): Promise<number> {
  signIn(lanes);
  let t = 0;
  for (let n = 1; n <= PER_LOG; n++) {
    const startUs = t;
    // A round: every log's nth message is sent, then all of them arrive and are confirmed.
    for (let log = 0; log < LOGS; log++) {
      t += STEP_US;
      tellSend(lanes.writers[senderOf(log) % WORKERS]!, t, log, n);
    }
    for (let log = 0; log < LOGS; log++) {
      const user = senderOf(log);
      const at = startUs + LOGS * STEP_US + WAY_US + log;
      lanes.writers[user % WORKERS]!.sendEnded(
        at,
        user,
        deviceOf(user),
        chatOf(log),
        n,
        OUTCOME.ok,
      );
      if (n === 1) {
        const reader = readerOf(log);
        lanes.writers[reader % WORKERS]!.logFrame(
          at,
          reader,
          deviceOf(reader),
          reader,
          chatOf(log),
          deviceOf(user),
          0,
        );
      }
      tellArrivals(lanes.writers[readerOf(log) % WORKERS]!, at, log, n);
    }
    t = startUs + LOGS * STEP_US + WAY_US + LOGS;
    if (n % 20 === 0) await lanes.flush(t);
  }
  await lanes.flush(Infinity);
  return t;
}

function scan(history: History, t: number): void {
  for (let log = 0; log < LOGS; log++) {
    const sender = senderOf(log);
    const device = deviceOf(sender);
    const chat = chatOf(log);
    for (let n = 1; n <= PER_LOG; n++)
      history.scanRow(t, chat, sender, device, n, n, KIND.text, EPOCH_MS + n);
    history.scanUnread(t, readerOf(log), chat, device, sender, PER_LOG, 0);
  }
  history.scanEnded(t);
}

function named(rules: readonly RuleResult[], id: string): readonly string[] {
  const rule = rules.find((each) => each.id === id)!;
  return [...new Set(rule.violations.map(({ chat, n }) => `log ${chat - 1_000}, n ${n}`))].sort();
}

describe("a million messages", () => {
  it("MSG1 MSG4 MSG5 one lost, one duplicated and one swapped are each named exactly", async () => {
    const checkers = buildCheckers(scenario, "live", EPOCH_MS);
    const history = createHub(checkers.listeners);
    for (let log = 0; log < LOGS; log++)
      history.friendship(0, senderOf(log), readerOf(log), chatOf(log));
    const t = await tellMillion(lanesInto(history));
    history.quietBegan(t + 1, 1);
    history.quietBegan(t + 61_000_000, 2);
    history.ended(t + 62_000_000);
    scan(history, t + 63_000_000);
    const rules = checkers.results(true);

    const lost = `log ${LOST.log}, n ${LOST.n}`;
    expect(named(rules, "MSG1")).toEqual([lost]);
    // What comes behind its successor comes where its n was passed already.
    const late = `log ${SWAPPED.log}, n ${SWAPPED.n - 1}`;
    expect(named(rules, "MSG4")).toEqual([`log ${TWICE.log}, n ${TWICE.n}`, late]);
    // The first one after a hole; behind the late one too, as frames are judged one by one.
    const behindLost = `log ${LOST.log}, n ${LOST.n + 1}`;
    const behindLate = [SWAPPED.n, SWAPPED.n + 1].map((n) => `log ${SWAPPED.log}, n ${n}`);
    expect(named(rules, "MSG5")).toEqual([behindLost, ...behindLate]);
    for (const id of ["MSG2", "MSG3", "MSG6", "MSG8", "MSG10", "SEC1"])
      expect(named(rules, id), id).toEqual([]);
    expect(rules.find(({ id }) => id === "MSG1")!.counted).toBe(LOGS * PER_LOG);
  });
});
