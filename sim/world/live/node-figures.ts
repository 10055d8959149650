// What a node says of itself at /metrics, as the few figures that a run follows. The names are the node's; sums
// are over all labels but those asked for.

export interface NodeFigures {
  readonly sessions: number;
  readonly sockets: number;
  readonly queuedBytes: number;
  /** Of one client. */
  readonly queuedBytesMax: number;
  readonly inFlight: number;
  readonly linkRequestsWaiting: number;
  /** The longest since the last look. */
  readonly loopDelayMs: number;
  // Sums since the node began.
  readonly gcSeconds: number;
  readonly frames: number;
  readonly frameBytes: number;
  readonly storeBytes: number;
  readonly calls: Readonly<Record<"redis" | "cassandra" | "s3", number>>;
}

/** The node looks at its loop so often; that much is in what it says. */
const LOOP_PRECISION_MS = 10;

const STORE_OF_PORT: Readonly<Record<string, "redis" | "cassandra" | "s3" | undefined>> = {
  presence: "redis",
  messages: "cassandra",
  roster: "cassandra",
  blobs: "s3",
};

export function nodeFigures(metrics: string): NodeFigures {
  const sums = new Map<string, number>();
  const calls = { redis: 0, cassandra: 0, s3: 0 };
  for (const line of metrics.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const space = line.lastIndexOf(" ");
    const brace = line.indexOf("{");
    const name = line.slice(0, brace < 0 ? space : brace);
    const value = Number(line.slice(space + 1));
    if (name === "chatquake_store_calls_total") {
      const store = STORE_OF_PORT[/port="(\w+)"/.exec(line)?.[1] ?? ""];
      if (store !== undefined) calls[store] += value;
    } else sums.set(name, (sums.get(name) ?? 0) + value);
  }
  const of = (name: string): number => sums.get(name) ?? 0;
  return {
    sessions: of("chatquake_sessions"),
    sockets: of("chatquake_sockets"),
    queuedBytes: of("chatquake_queued_bytes"),
    queuedBytesMax: of("chatquake_queued_bytes_max"),
    inFlight: of("chatquake_in_flight"),
    linkRequestsWaiting: of("chatquake_link_requests_waiting"),
    loopDelayMs: Math.max(0, of("nodejs_eventloop_lag_max_seconds") * 1000 - LOOP_PRECISION_MS),
    gcSeconds: of("nodejs_gc_duration_seconds_sum"),
    frames: of("chatquake_frames_total"),
    frameBytes: of("chatquake_frame_bytes_total"),
    storeBytes: of("chatquake_store_bytes_total"),
    calls,
  };
}
