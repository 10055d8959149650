// What a live run cost: by process, and a message.
import type { ResourceTotals } from "../../world/live/resources.ts";
import type { Metric, RunResources } from "../result.ts";

export function resourceSummary(
  totals: ResourceTotals,
  metrics: Readonly<Record<string, Metric>>,
): RunResources {
  const confirmed = metrics["messages_confirmed"];
  const messages = confirmed?.type === "counter" ? confirmed.values.count : 0;
  const each = (sum: number): number | null => (messages === 0 ? null : rounded(sum / messages));
  const nodes = totals.processes.filter(({ kind }) => kind === "node");
  const cpuUs = nodes.reduce((sum, { cpuSeconds }) => sum + cpuSeconds * 1e6, 0);
  return {
    processes: totals.processes,
    perMessage: {
      messages,
      nodeCpuUs: each(cpuUs),
      redisCalls: each(totals.calls.redis),
      cassandraCalls: each(totals.calls.cassandra),
      s3Calls: each(totals.calls.s3),
      frames: each(totals.frames),
      frameBytes: each(totals.frameBytes),
      storeBytes: each(totals.storeBytes),
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
