// Turns the history and one sample a second into the metrics and the series of a run. This file wires the
// history's events to those who measure; what a metric means is decided there.
import type { RuleResult } from "../history/checker.ts";
import type { HistoryListener } from "../history/history.ts";
import type { Metric, Series, ThresholdResult } from "../run/result.ts";
import type { ResolvedScenario, Threshold } from "../scenario/types.ts";
import type { Baseline } from "./baseline.ts";
import { collectMetrics } from "./collect.ts";
import { FewValues } from "./few-values.ts";
import { Levels, type SecondSample } from "./levels.ts";
import { Messages } from "./messages.ts";
import { METRICS } from "./metric-table.ts";
import { People } from "./people.ts";
import { Scope } from "./scope.ts";
import { secondBefore, Seconds } from "./seconds.ts";
import { Counter, Trend } from "./tally.ts";
import { judgeThresholds, needsWatch } from "./thresholds.ts";
import { Transfers } from "./transfers.ts";
import { Watch } from "./watch.ts";

export interface Measured {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly series: Series;
  readonly thresholds: readonly ThresholdResult[];
}

export interface Metrics {
  readonly listener: HistoryListener;
  /** Once a virtual second, at its end; counts are those since the last sample. */
  sample(t: number, sample: SecondSample): void;
  /** The first threshold with abortOnFail that does not hold now, its delay over. */
  crossed(t: number): Threshold | undefined;
  /** Delivery over the run so far, milliseconds; null before the first. */
  deliveryP99Ms(): number | null;
  /** `rules`: their violations are the counters of what was lost, doubled, out of order. */
  finish(t: number, rules: readonly RuleResult[], baseline?: Baseline): Measured;
}

const SECOND_PERCENTILES = [50, 95, 99] as const;

export function createMetrics(scenario: ResolvedScenario): Metrics {
  const scope = new Scope(scenario);
  const watches = scenario.thresholds
    .filter(needsWatch)
    .map((threshold) => new Watch(threshold, scope, isCounter(threshold.name)));
  const seconds = new Seconds();
  const trend = (name: string): Trend => new Trend(name, scope, watches);
  const counter = (name: string): Counter => new Counter(name, scope, watches);
  const measures = {
    delivery: trend("message_delivery"),
    deliveryRaw: trend("message_delivery_raw"),
    sent: trend("message_sent"),
    receipt: trend("receipt"),
    confirmed: counter("messages_confirmed"),
    refused: counter("messages_refused"),
    unknown: counter("messages_unknown"),
    intendedPerS: seconds.counted("messages_intended"),
    confirmedPerS: seconds.counted("messages_confirmed"),
    shownPerS: seconds.counted("messages_shown"),
    readPerS: seconds.counted("messages_read"),
    deliveryOfSecond: new FewValues(),
  };
  const percentiles = SECOND_PERCENTILES.map((percentile) =>
    seconds.sampled(`message_delivery.p(${percentile})`),
  );
  const meaning = seconds.sampled("users_meaning_online");
  const connected = seconds.sampled("users_connected");
  const peopleTrends = {
    connect: trend("connect"),
    catchUp: trend("catch_up"),
    presenceLag: trend("presence_lag"),
    failover: trend("failover"),
    detect: trend("failover_detect"),
    reconnect: trend("failover_reconnect"),
    resume: trend("failover_resume"),
    restored: trend("failover_catch_up"),
  };
  const transferMeasures = {
    upload: trend("attachment_upload"),
    download: trend("attachment_download"),
    bytes: counter("attachment_bytes"),
  };
  const people = new People(scope, peopleTrends);
  const messages = new Messages(scope, people, measures);
  const transfers = new Transfers(scope, transferMeasures);
  const levels = new Levels(scope, watches, seconds);

  return {
    listener: listenerOf({ scope, watches, people, messages, transfers }),
    sample(t, sample) {
      const second = secondBefore(t);
      people.sample(second, meaning, connected);
      levels.sample(t, second, sample);
      if (measures.deliveryOfSecond.count === 0) return;
      measures.deliveryOfSecond
        .take(SECOND_PERCENTILES)
        .forEach((valueUs, i) => percentiles[i]!.set(second, valueUs / 1000));
    },
    crossed: (t) =>
      watches.find(
        ({ threshold }, i) =>
          threshold.abortOnFail &&
          t >= threshold.delayAbortEvalUs &&
          watches[i]!.judge(t).ok === false,
      )?.threshold,
    deliveryP99Ms() {
      const total = measures.delivery.total();
      return total.count === 0 ? null : total.percentile(99) / 1000;
    },
    finish(t, rules, baseline) {
      messages.finish(t);
      people.finish(t);
      scope.close(t);
      const trends = [measures.delivery, measures.deliveryRaw, measures.sent, measures.receipt];
      const metrics = collectMetrics(scope, {
        trends: [
          ...trends,
          ...Object.values(peopleTrends),
          transferMeasures.upload,
          transferMeasures.download,
        ],
        counters: [measures.confirmed, measures.refused, measures.unknown, transferMeasures.bytes],
        levels,
        rules,
      });
      const { thresholds, seed } = scenario;
      return {
        metrics,
        series: seconds.series(t),
        thresholds: judgeThresholds(thresholds, watches, metrics, rules, t, seed, baseline),
      };
    },
  };
}

function isCounter(name: string): boolean {
  return METRICS.find((row) => row.name === name)?.type === "counter";
}

interface Hearers {
  readonly scope: Scope;
  readonly watches: readonly Watch[];
  readonly people: People;
  readonly messages: Messages;
  readonly transfers: Transfers;
}

function listenerOf({ scope, watches, people, messages, transfers }: Hearers): HistoryListener {
  const silent = (fault: number): string | undefined => {
    const planned = scope.scenario.faults[fault];
    if (planned?.kind !== "pause" && planned?.kind !== "isolate") return undefined;
    return planned.target;
  };
  return {
    phaseBegan(t, phase) {
      for (const watch of watches) watch.phaseBegan(t);
      scope.enter(t, phase);
    },
    quietBegan(t) {
      for (const watch of watches) watch.phaseBegan(t);
      scope.quiet(t);
    },
    faultBegan(t, fault) {
      scope.begin(t, fault);
      for (const watch of watches) watch.faultBegan(t, fault);
      const target = silent(fault);
      if (target?.startsWith("node-") === true)
        people.nodeLost(t, Number(target.slice("node-".length)) - 1, fault, true);
    },
    faultEnded(t, fault) {
      scope.end(t, fault);
      for (const watch of watches) watch.faultEnded(t, fault);
    },
    nodeDown(t, node) {
      people.nodeLost(t, node, scope.blamedFor(t, node), false);
    },
    signedIn: (_t, user) => people.signedIn(user),
    signedOut: (t, user, _device, vanished) => people.signedOut(t, user, vanished === 1),
    connecting: (t, user, _device, session) => people.connecting(t, user, session),
    connected: (t, user, _device, session, node) => people.connected(t, user, session, node),
    synced: (t, user, _device, session) => people.synced(t, user, session),
    closed: (t, user, _device, session) => people.closed(t, user, session),
    presenceShown(t, observer, user, state, _lastSeenMs, epochMs) {
      if (epochMs !== 0) people.presenceShown(t, observer, user, state);
    },
    sendIntended: (t, user, recipient, chat, content, kind) =>
      messages.intended(t, user, recipient, chat, content, kind),
    sendInvoked: (t, user, device, chat, n, content, kind, _sentAt, intendedT) =>
      messages.invoked(t, user, device, chat, n, content, kind, intendedT),
    sendEnded: (t, _user, device, chat, n, outcome) => messages.ended(t, device, chat, n, outcome),
    sendDropped: (t, user, chat, content, outcome) =>
      messages.dropped(t, user, chat, content, outcome),
    shown: (t, _user, _device, _session, chat, _from, logDevice, n, _content, kind) =>
      messages.shown(t, chat, logDevice, n, kind),
    readInvoked: (t, _user, _device, chat, logDevice, n) => messages.read(t, chat, logDevice, n),
    receiptShown: (t, _user, _device, chat, logDevice, n) =>
      messages.receiptShown(t, chat, logDevice, n),
    operationBegan: (t, operation, type) => transfers.began(t, operation, type),
    operationEnded: (t, operation, outcome) => transfers.ended(t, operation, outcome),
    uploaded: (t, _operation, _user, _chat, _blob, bytes, outcome) =>
      transfers.uploaded(t, bytes, outcome),
    downloaded: (_t, operation, _user, _chat, _blob, _result, member) => {
      if (member === 0) transfers.forget(operation);
    },
  };
}
