// Metrics from hand-written histories: what counts from when, under which tag, and what is left out.
import { describe, expect, it } from "vitest";
import { OUTCOME } from "../../../sim/history/history.ts";
import type { RuleResult } from "../../../sim/history/checker.ts";
import { createMetrics, type Metrics } from "../../../sim/measure/metrics.ts";
import { METRICS } from "../../../sim/measure/metric-table.ts";
import type { Fault, ResolvedScenario } from "../../../sim/scenario/types.ts";
import { scenarioWith, SECOND } from "./scenarios.ts";

const CHAT = 5;
const X = 1;
const Y = 2;

class Run {
  readonly metrics: Metrics;
  readonly #sessions = new Map<number, number>();
  #session = 0;

  constructor(scenario: ResolvedScenario = scenarioWith({})) {
    this.metrics = createMetrics(scenario);
    this.tell.phaseBegan?.(0, 0);
  }

  get tell() {
    return this.metrics.listener;
  }

  steady(): void {
    this.tell.phaseBegan?.(10 * SECOND, 1);
  }

  online(user: number, t: number, node = 0): number {
    const session = (this.#session += 1);
    this.#sessions.set(user, session);
    this.tell.signedIn?.(t, user, user, 0);
    this.connect(user, t, node, session);
    return session;
  }

  connect(user: number, t: number, node: number, session = (this.#session += 1)): void {
    this.#sessions.set(user, session);
    this.tell.connecting?.(t, user, user, session);
    this.tell.connected?.(t + 1000, user, user, session, node);
    this.tell.synced?.(t + 4000, user, user, session);
  }

  close(user: number, t: number): void {
    this.tell.closed?.(t, user, user, this.#sessions.get(user)!, 0);
  }

  send(n: number, intended: number, invoked: number, kind = 0): void {
    this.tell.sendIntended?.(intended, X, Y, CHAT, n, kind);
    this.tell.sendInvoked?.(invoked, X, X, CHAT, n, n, kind, 1, intended);
  }

  sent(n: number, t: number, outcome: number = OUTCOME.ok): void {
    this.tell.sendEnded?.(t, X, X, CHAT, n, outcome);
  }

  shown(n: number, t: number): void {
    this.tell.shown?.(t, Y, Y, 1, CHAT, X, X, n, n, 0, 1);
  }

  values(key: string, endUs = 80 * SECOND, rules: readonly RuleResult[] = []) {
    const metric = this.metrics.finish(endUs, rules).metrics[key];
    return metric?.values as Record<string, number> | undefined;
  }
}

describe("delivery", () => {
  it("counts from the intended time, and raw from when the device really sent", () => {
    const run = new Run();
    run.online(Y, 1000);
    run.steady();
    run.send(1, 20 * SECOND, 23 * SECOND);
    run.sent(1, 23 * SECOND + 10_000);
    run.shown(1, 23 * SECOND + 50_000);
    const { metrics } = run.metrics.finish(80 * SECOND, []);
    expect(metrics["message_delivery"]!.values).toMatchObject({ count: 1, max: 3050 });
    expect(metrics["message_delivery_raw"]!.values).toMatchObject({ count: 1, max: 50 });
    expect(metrics["message_sent"]!.values).toMatchObject({ count: 1, max: 3010 });
    expect(metrics["message_delivery{phase:steady}"]!.values).toMatchObject({ count: 1 });
    expect(metrics["message_delivery{kind:text}"]!.values).toMatchObject({ count: 1 });
  });

  it("leaves out recipients who mean to be offline, also when they see it later", () => {
    const run = new Run();
    run.steady();
    run.send(1, 20 * SECOND, 20 * SECOND);
    run.sent(1, 20 * SECOND + 5000);
    run.online(Y, 40 * SECOND);
    run.shown(1, 41 * SECOND);
    expect(run.values("message_delivery")).toEqual({ count: 0 });
  });

  it("counts one never shown with its age at the end, even one that never left the device", () => {
    const run = new Run();
    run.online(Y, 1000);
    run.steady();
    run.send(1, 20 * SECOND, 20 * SECOND);
    run.sent(1, 20 * SECOND + 5000);
    run.tell.sendIntended?.(30 * SECOND, X, Y, CHAT, 2, 0);
    const values = run.values("message_delivery");
    expect(values).toMatchObject({ count: 2, min: 50_000, max: 60_000 });
  });

  it("stops waiting where the recipient leaves", () => {
    const run = new Run();
    run.online(Y, 1000);
    run.steady();
    run.send(1, 20 * SECOND, 20 * SECOND);
    run.sent(1, 20 * SECOND + 5000);
    run.tell.signedOut?.(22 * SECOND, Y, Y, 0);
    run.close(Y, 22 * SECOND);
    run.online(Y, 60 * SECOND);
    run.shown(1, 61 * SECOND);
    expect(run.values("message_delivery")).toMatchObject({ count: 1, max: 2000 });
  });

  it("keeps warm-up and the quiet phase out of the untagged metric", () => {
    const run = new Run();
    run.online(Y, 1000);
    run.send(1, 5 * SECOND, 5 * SECOND);
    run.sent(1, 5 * SECOND + 1000);
    run.shown(1, 5 * SECOND + 7000);
    run.steady();
    run.tell.quietBegan?.(70 * SECOND, 1);
    run.send(2, 71 * SECOND, 71 * SECOND);
    run.sent(2, 71 * SECOND + 1000);
    run.shown(2, 71 * SECOND + 9000);
    const { metrics } = run.metrics.finish(80 * SECOND, []);
    expect(metrics["message_delivery"]!.values).toEqual({ count: 0 });
    expect(metrics["message_delivery{phase:warmup}"]!.values).toMatchObject({ count: 1, max: 7 });
    expect(metrics["messages_confirmed"]!.values).toEqual({ count: 0, rate: 0 });
    expect(metrics["messages_confirmed{phase:warmup}"]!.values).toEqual({ count: 1, rate: 0.1 });
  });

  it("is tagged with each fault in force at the intended time", () => {
    const faults: Fault[] = [
      { name: "wipe", kind: "wipe", atUs: 20 * SECOND },
      { name: "key", kind: "key_away", atUs: 20 * SECOND, forUs: 10 * SECOND },
    ];
    const run = new Run(scenarioWith({ faults }));
    run.online(Y, 1000);
    run.steady();
    run.tell.faultBegan?.(20 * SECOND, 0);
    run.tell.faultEnded?.(20 * SECOND, 0);
    run.tell.faultBegan?.(20 * SECOND, 1);
    for (const [n, second] of [
      [1, 25],
      [2, 32],
      [3, 50],
    ] as const) {
      if (n === 2) run.tell.faultEnded?.(30 * SECOND, 1);
      run.send(n, second * SECOND, second * SECOND);
      run.sent(n, second * SECOND + 1000);
      run.shown(n, second * SECOND + 2000);
    }
    const { metrics } = run.metrics.finish(80 * SECOND, []);
    expect(metrics["message_delivery{fault:wipe}"]!.values).toMatchObject({ count: 2 });
    expect(metrics["message_delivery{fault:key}"]!.values).toMatchObject({ count: 1 });
  });
});

describe("outcomes", () => {
  it("are exclusive: an unknown that turns out well is confirmed", () => {
    const run = new Run();
    run.steady();
    for (let n = 1; n <= 4; n += 1) run.send(n, 20 * SECOND + n, 20 * SECOND + n);
    run.sent(1, 21 * SECOND);
    run.sent(2, 21 * SECOND, OUTCOME.refused);
    run.sent(3, 50 * SECOND, OUTCOME.unknown);
    run.sent(3, 51 * SECOND);
    const { metrics } = run.metrics.finish(80 * SECOND, []);
    expect(metrics["messages_confirmed"]!.values).toMatchObject({ count: 2 });
    expect(metrics["messages_refused"]!.values).toMatchObject({ count: 1 });
    expect(metrics["messages_unknown"]!.values).toMatchObject({ count: 1 });
  });

  it("of rules become counters", () => {
    const rule: RuleResult = {
      id: "MSG1",
      verdict: "invalid",
      counted: 9,
      violations: [],
      violationCount: 3,
    };
    expect(new Run().values("messages_lost", 80 * SECOND, [rule])).toMatchObject({ count: 3 });
  });
});

describe("failover", () => {
  const kill: Fault = { name: "n1", kind: "kill", target: "node-1", atUs: 30 * SECOND };

  it("is split into detect, reconnect, resume and catch-up, which add up", () => {
    const run = new Run(scenarioWith({ faults: [kill] }));
    run.online(X, 1000, 1);
    run.online(Y, 1000, 0);
    run.steady();
    run.tell.faultBegan?.(30 * SECOND, 0);
    run.tell.nodeDown?.(30 * SECOND, 0, 0);
    run.close(Y, 32 * SECOND);
    run.tell.connecting?.(33 * SECOND, Y, Y, 90);
    run.tell.closed?.(34 * SECOND, Y, Y, 90, 0);
    run.connect(Y, 35 * SECOND, 1);
    const { metrics } = run.metrics.finish(80 * SECOND, []);
    const max = (name: string) => (metrics[name]!.values as Record<string, number>)["max"];
    expect(metrics["failover{fault:n1}"]!.values).toMatchObject({ count: 1, max: 5004 });
    expect(max("failover_detect")).toBe(2000);
    expect(max("failover_reconnect")).toBe(3000);
    expect(max("failover_resume")).toBe(1);
    expect(max("failover_catch_up{fault:n1}")).toBe(3);
  });

  it("counts whoever never came back with the age at the end, and nobody who left", () => {
    const run = new Run(scenarioWith({ faults: [kill] }));
    run.online(X, 1000, 0);
    run.online(Y, 1000, 0);
    run.steady();
    run.tell.faultBegan?.(30 * SECOND, 0);
    run.tell.nodeDown?.(30 * SECOND, 0, 0);
    run.close(X, 31 * SECOND);
    run.close(Y, 31 * SECOND);
    run.tell.signedOut?.(32 * SECOND, Y, Y, 0);
    expect(run.values("failover{fault:n1}")).toMatchObject({ count: 1, max: 50_000 });
  });

  it("counts a paused node only for those who gave it up", () => {
    const pause: Fault = { name: "p", kind: "pause", target: "node-1", atUs: 1, forUs: 9 };
    const run = new Run(scenarioWith({ faults: [pause] }));
    run.online(X, 1000, 0);
    run.online(Y, 1000, 0);
    run.steady();
    run.tell.faultBegan?.(30 * SECOND, 0);
    run.close(Y, 42 * SECOND);
    run.connect(Y, 43 * SECOND, 1);
    run.tell.faultEnded?.(45 * SECOND, 0);
    expect(run.values("failover{fault:p}")).toMatchObject({ count: 1, max: 13_004 });
  });
});

describe("receipts and presence", () => {
  it("counts a receipt from the read to its showing", () => {
    const run = new Run();
    run.online(X, 1000);
    run.online(Y, 1000);
    run.steady();
    run.send(1, 20 * SECOND, 20 * SECOND);
    run.sent(1, 20 * SECOND + 1000);
    run.shown(1, 20 * SECOND + 2000);
    run.tell.readInvoked?.(25 * SECOND, Y, Y, CHAT, X, 1, 1);
    run.tell.receiptShown?.(25 * SECOND + 8000, X, X, CHAT, X, 1, 1);
    expect(run.values("receipt")).toMatchObject({ count: 1, max: 8 });
  });

  it("counts a notice from the friend's change, not what a roster told", () => {
    const run = new Run();
    run.online(X, 1000);
    run.steady();
    run.online(Y, 20 * SECOND);
    run.tell.presenceShown?.(20 * SECOND + 51_000, X, Y, 1, 0, 7, 0);
    run.tell.presenceShown?.(30 * SECOND, Y, X, 1, 0, 0, 0);
    expect(run.values("presence_lag")).toMatchObject({ count: 1, max: 50 });
  });
});

describe("a result", () => {
  it("names only metrics of the table, in its order", () => {
    const { metrics } = new Run().metrics.finish(80 * SECOND, []);
    const names = [...new Set(Object.keys(metrics).map((key) => key.split("{")[0]!))];
    const table = METRICS.map(({ name }) => name);
    expect(names).toEqual(table.filter((name) => names.includes(name)));
    expect(names).toContain("store_ops");
  });

  it("has a row a second in every column", () => {
    const run = new Run();
    run.online(Y, 1000);
    run.steady();
    run.send(1, 20 * SECOND, 20 * SECOND);
    run.sent(1, 20 * SECOND + 1000);
    run.shown(1, 20 * SECOND + 40_000);
    const node = { up: true, sessions: 1, cpuShare: 0.5, cpuWaitUs: 100 };
    const store = { calls: 4, queued: 1 };
    run.metrics.sample(21 * SECOND, {
      nodes: [node, { ...node, up: false }],
      stores: { redis: store, cassandra: store, s3: store },
      frames: 6,
    });
    const { series, metrics } = run.metrics.finish(80 * SECOND, []);
    const { columns } = series;
    expect(new Set(Object.values(columns).map((values) => values.length))).toEqual(new Set([80]));
    expect(columns["messages_confirmed"]![20]).toBe(1);
    expect(columns["message_delivery.p(99)"]![20]).toBe(40);
    expect(columns["message_delivery.p(99)"]![21]).toBeNull();
    expect(columns["sessions{node:node-1}"]![20]).toBe(1);
    expect(columns["sessions{node:node-2}"]![20]).toBeNull();
    expect(columns["users_connected"]![20]).toBe(1);
    expect(metrics["store_ops{store:redis}"]!.values).toMatchObject({ count: 4 });
    expect(metrics["node_cpu{node:node-1}"]!.values).toEqual({ value: 0.5, min: 0.5, max: 0.5 });
  });
});
