// Two sets of runs against each other: equal ones are clean, a planted regression is seen, noise is neither, and
// too few are never enough.
import { describe, expect, it } from "vitest";
import { Streams } from "../../../sim/kernel/random.ts";
import type { Baseline } from "../../../sim/measure/baseline.ts";
import { compareMetrics, verdictOf, type MetricComparison } from "../../../sim/measure/compare.ts";
import { shiftInterval } from "../../../sim/measure/shift-interval.ts";
import type { Metric } from "../../../sim/run/result.ts";

interface Figures {
  readonly p95Ms?: number;
  readonly confirmed?: number;
  readonly lost?: number;
  readonly cpu?: number;
}

function runOf(
  seed: number,
  { p95Ms = 100, confirmed = 500, lost = 0, cpu = 0.2 }: Figures,
): Baseline {
  const counter = (count: number): Metric => ({
    ...{ type: "counter", unit: "messages" },
    values: { count, rate: count / 60 },
  });
  return {
    seed,
    metrics: {
      message_delivery: {
        ...{ type: "trend", unit: "ms" },
        values: { count: 1000, med: p95Ms / 2, "p(95)": p95Ms },
      },
      messages_confirmed: counter(confirmed),
      messages_lost: counter(lost),
      node_cpu: { type: "gauge", unit: "share", values: { value: cpu, min: 0, max: cpu } },
    },
  };
}

function runs(
  count: number,
  of: (seed: number, draw: () => number) => Figures,
  stream = "a",
): Baseline[] {
  const draws = new Streams(11).stream(stream);
  return Array.from({ length: count }, (_, at) =>
    runOf(
      at + 1,
      of(at + 1, () => draws.next()),
    ),
  );
}

function compare(
  mode: "simulated" | "live",
  base: readonly Baseline[],
  head: readonly Baseline[],
): readonly MetricComparison[] {
  return compareMetrics({ mode, base, head, withinPercent: 5 });
}

function one(rows: readonly MetricComparison[], metric: string, figure: string): MetricComparison {
  return rows.find((row) => row.metric === metric && row.figure === figure)!;
}

/** Latency of its own for each seed, a wobble of 4 % for each side. */
const wobbling = (factor: number) => (seed: number, draw: () => number) => ({
  p95Ms: (80 + 3 * (seed % 7)) * factor * (1 + 0.04 * (draw() - 0.5)),
});

describe("simulated sets", () => {
  it("that are equal are clean, even one seed alone", () => {
    const rows = compare(
      "simulated",
      runs(1, () => ({})),
      runs(1, () => ({})),
    );
    expect(verdictOf(rows)).toBe("clean");
    expect(one(rows, "message_delivery", "p(95)")).toMatchObject({
      verdict: "clean",
      why: "equal in every seed",
    });
  });

  it("see a latency that rose in 20 pairs, and take noise for none", () => {
    const base = runs(20, wobbling(1), "base");
    const slower = compare("simulated", base, runs(20, wobbling(1.2), "head"));
    expect(one(slower, "message_delivery", "p(95)")).toMatchObject({
      verdict: "regressed",
      pairs: 20,
    });
    expect(verdictOf(slower)).toBe("regressed");
    const same = compare("simulated", base, runs(20, wobbling(1), "head"));
    expect(one(same, "message_delivery", "p(95)").verdict).toBe("clean");
    const faster = compare("simulated", base, runs(20, wobbling(0.8), "head"));
    expect(one(faster, "message_delivery", "p(95)").verdict).toBe("clean");
    const near = compare("simulated", base, runs(20, wobbling(1.05), "head"));
    expect(one(near, "message_delivery", "p(95)").verdict).toBe("inconclusive");
  });

  it("say nothing of a latency over fewer pairs, or over seeds that only one side has", () => {
    const few = compare("simulated", runs(19, wobbling(1), "a"), runs(19, wobbling(2), "b"));
    expect(one(few, "message_delivery", "med")).toMatchObject({
      verdict: "inconclusive",
      why: "19 seeds with the figure on both sides, 20 are needed",
    });
    const shifted = runs(30, wobbling(1)).map((run) => ({ ...run, seed: run.seed + 15 }));
    const rows = compare("simulated", runs(30, wobbling(1)), shifted);
    expect(one(rows, "message_delivery", "med").pairs).toBe(15);
  });

  it("hold counts exactly, seed by seed, in the direction that is worse", () => {
    const base = runs(3, () => ({ confirmed: 500 }));
    const fewer = compare(
      "simulated",
      base,
      runs(3, (seed) => ({ confirmed: seed === 2 ? 499 : 600 })),
    );
    expect(one(fewer, "messages_confirmed", "count")).toMatchObject({
      verdict: "regressed",
      why: "worse in 1 of 3 seeds, first seed 2: 500 then 499",
    });
    const more = compare(
      "simulated",
      base,
      runs(3, () => ({ confirmed: 501 })),
    );
    expect(one(more, "messages_confirmed", "count")).toMatchObject({
      verdict: "clean",
      why: "better in 3 of 3 seeds",
    });
    const lost = compare(
      "simulated",
      base,
      runs(3, (seed) => ({ lost: seed === 3 ? 1 : 0 })),
    );
    expect(one(lost, "messages_lost", "count").verdict).toBe("regressed");
  });

  it("never take a percentile that too few samples stand for", () => {
    const thin = runs(20, () => ({})).map((run) => ({
      ...run,
      metrics: {
        message_delivery: {
          ...{ type: "trend", unit: "ms" },
          values: { count: 50, med: 5, "p(95)": 9 },
        } as Metric,
      },
    }));
    const rows = compare("simulated", thin, thin);
    expect(rows.map(({ figure }) => figure)).toEqual(["med"]);
  });
});

describe("live sets", () => {
  it("need five runs on each side", () => {
    const rows = compare("live", runs(4, wobbling(1)), runs(9, wobbling(3)));
    expect(one(rows, "message_delivery", "p(95)")).toMatchObject({
      verdict: "inconclusive",
      why: "4 and 9 runs with the figure, 5 on each side are needed",
    });
  });

  it("see what rose for sure, whatever the seeds were", () => {
    const base = runs(6, wobbling(1), "base");
    const slower = runs(6, wobbling(1.5), "head").map((run) => ({ ...run, seed: run.seed + 100 }));
    expect(one(compare("live", base, slower), "message_delivery", "p(95)")).toMatchObject({
      verdict: "regressed",
      pairs: 6,
    });
    expect(one(compare("live", base, base), "node_cpu", "max").verdict).toBe("clean");
  });

  it("take a lost message for a fact, with one run on each side", () => {
    const [clean, harmed] = [runs(1, () => ({})), runs(1, () => ({ lost: 2 }))];
    expect(one(compare("live", clean, harmed), "messages_lost", "count")).toMatchObject({
      verdict: "regressed",
      why: "none before, 2 now",
    });
    expect(one(compare("live", harmed, clean), "messages_lost", "count").verdict).toBe("clean");
    expect(one(compare("live", harmed, harmed), "messages_lost", "count").verdict).toBe(
      "inconclusive",
    );
  });
});

describe("the shift between two sets", () => {
  const minus = (was: number, is: number): number => is - was;
  const upTo = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

  it("is the one of the tables of the Mann-Whitney test", () => {
    // 5 and 5: the 3rd smallest and the 3rd largest of 25; 8 and 8: the 14th of 64.
    const five = shiftInterval(upTo(5), upTo(5, 100), (was, is) => is - 10 * was, 0.95);
    const all = upTo(5)
      .flatMap((was) => upTo(5, 100).map((is) => is - 10 * was))
      .sort((a, b) => a - b);
    expect([five.low, five.high]).toEqual([all[2], all[22]]);
    const eight = shiftInterval(upTo(8), upTo(8, 100), (was, is) => is - 10 * was, 0.95);
    const more = upTo(8)
      .flatMap((was) => upTo(8, 100).map((is) => is - 10 * was))
      .sort((a, b) => a - b);
    expect([eight.low, eight.high]).toEqual([more[13], more[50]]);
  });

  it("is nothing between equal sets", () => {
    const equal = [3, 3, 3, 3, 3];
    expect(shiftInterval(equal, equal, minus, 0.95)).toEqual({ median: 0, low: 0, high: 0 });
  });
});
