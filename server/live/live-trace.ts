// What the messenger tells about itself: counted for the metrics, logged at debug, and on the way past an
// armed crash point the process is gone.
import type { CrashPoint, TraceEvent, TraceSink } from "../ports/trace-sink.ts";
import type { Cell } from "./metric-cells.ts";
import type { Log } from "./logging.ts";
import type { NodeMetrics } from "./metrics.ts";

export interface TraceListener {
  event(event: TraceEvent): void;
  point(point: CrashPoint): void;
}

export function liveTrace(log: Log, metrics: NodeMetrics, listener: TraceListener): TraceSink {
  const cells = new Map<TraceEvent, Cell>();
  const debug = log.isLevelEnabled("debug");
  return {
    event: (event, user, chat, device, n) => {
      let cell = cells.get(event);
      if (cell === undefined) {
        cell = metrics.event(event);
        cells.set(event, cell);
      }
      cell.value += 1;
      if (debug) log.debug({ event, user, chat, device, n });
      listener.event(event);
    },
    point: (point) => listener.point(point),
  };
}
