// Faults that a node does to itself, for fault injection: it dies at a crash point, works slower, blocks its
// event loop, shows a wrong time. Open only with CHATQUAKE_TEST_CONTROL=1, from this machine, for whoever brings
// CHATQUAKE_TEST_TOKEN as a bearer token; all else is refused.
//   POST /test/crash-point {"point": "send:append/raiseSent", "count": 1}   dies when it passes it the count-th time;
//                                             a point of null disarms all
//   POST /test/slow        {"factor": 4}      each millisecond of work costs so many; 1 ends it
//   POST /test/block       {"forMs": 2000}    does nothing else for so long
//   POST /test/skew        {"byMs": 5000, "driftPpm": 0}   against the machine's clock; 0 and 0 end it
import { performance, type EventLoopUtilization } from "node:perf_hooks";
import type { FastifyInstance, FastifyReply } from "fastify";
import { CRASH_POINTS, type CrashPoint } from "../ports/trace-sink.ts";
import type { Skew } from "./clock.ts";
import { isLocal } from "./local-only.ts";
import type { Log } from "./logging.ts";
import { isSameSecret } from "./same-secret.ts";

const SLOW_STEP_MS = 5;
const SLOW_FACTOR_MAX = 100;
const BLOCK_MS_MAX = 120_000;
const COUNT_MAX = 1_000_000;
const SKEW_MS_MAX = 3_650 * 24 * 3_600_000;
const DRIFT_PPM_MAX = 100_000;
/** The answer leaves before the loop blocks. */
const BLOCK_AFTER_MS = 20;

export class TestControl {
  readonly #token: string;
  readonly #skew: Skew;
  readonly #log: Log;
  readonly #armed = new Map<CrashPoint, number>();
  #slowTimer: NodeJS.Timeout | undefined;

  constructor(token: string, skew: Skew, log: Log) {
    this.#token = token;
    this.#skew = skew;
    this.#log = log;
  }

  /** The messenger passes a crash point. */
  point(point: CrashPoint): void {
    if (this.#armed.size === 0) return;
    const left = this.#armed.get(point);
    if (left === undefined) return;
    if (left > 1) this.#armed.set(point, left - 1);
    else die();
  }

  open(app: FastifyInstance): void {
    app.register((scope, _options, done) => {
      // Before anything is read of the request.
      scope.addHook("onRequest", async (request, reply) => {
        const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
        if (isLocal(request.raw) && isSameSecret(bearer, this.#token)) return;
        await reply.code(403).send({ error: "only from this machine, with CHATQUAKE_TEST_TOKEN" });
      });
      this.#routes(scope);
      done();
    });
  }

  #routes(app: FastifyInstance): void {
    app.post("/test/crash-point", (request, reply) => {
      const { point, count = 1 } = body(request.body);
      if (point === null) {
        this.#armed.clear();
        return this.#done(reply, "crash-point", { point });
      }
      const known = CRASH_POINTS.find((name) => name === point);
      if (known === undefined || !isWithin(count, 1, COUNT_MAX))
        return bad(reply, `point: one of ${CRASH_POINTS.join(", ")}; count: from 1`);
      this.#armed.set(known, count);
      return this.#done(reply, "crash-point", { point, count });
    });
    app.post("/test/slow", (request, reply) => {
      const { factor } = body(request.body);
      if (!isWithin(factor, 1, SLOW_FACTOR_MAX))
        return bad(reply, `factor: from 1 to ${SLOW_FACTOR_MAX}`);
      this.#slow(factor);
      return this.#done(reply, "slow", { factor });
    });
    app.post("/test/block", (request, reply) => {
      const { forMs } = body(request.body);
      if (!isWithin(forMs, 1, BLOCK_MS_MAX)) return bad(reply, `forMs: from 1 to ${BLOCK_MS_MAX}`);
      setTimeout(burn, BLOCK_AFTER_MS, forMs);
      return this.#done(reply, "block", { forMs });
    });
    app.post("/test/skew", (request, reply) => {
      const { byMs, driftPpm = 0 } = body(request.body);
      if (
        !isWithin(byMs, -SKEW_MS_MAX, SKEW_MS_MAX) ||
        !isWithin(driftPpm, -DRIFT_PPM_MAX, DRIFT_PPM_MAX)
      )
        return bad(reply, "byMs: milliseconds; driftPpm: parts in a million");
      this.#skew.offsetMs = byMs;
      this.#skew.driftPpm = driftPpm;
      this.#skew.sinceMs = performance.now();
      return this.#done(reply, "skew", { byMs, driftPpm });
    });
  }

  close(): void {
    clearInterval(this.#slowTimer);
  }

  /** Burns as much again as the loop worked since the last step, times what the factor is above one. */
  #slow(factor: number): void {
    clearInterval(this.#slowTimer);
    this.#slowTimer = undefined;
    if (factor === 1) return;
    let last: EventLoopUtilization = performance.eventLoopUtilization();
    this.#slowTimer = setInterval(() => {
      const workedMs = performance.eventLoopUtilization(last).active;
      burn(workedMs * (factor - 1));
      last = performance.eventLoopUtilization();
    }, SLOW_STEP_MS);
  }

  #done(reply: FastifyReply, fault: string, figures: object): FastifyReply {
    this.#log.warn({ fault, ...figures }, "a fault was asked for");
    return reply.send({ ok: true });
  }
}

/** What stands in their place where test control is off. */
export function refuseTestControl(app: FastifyInstance): void {
  app.post("/test/*", (_request, reply) =>
    reply.code(403).send({ error: "fault injection is off: set CHATQUAKE_TEST_CONTROL=1" }),
  );
}

/** As a power cut: nothing that follows is run. */
function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;);
}

function burn(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

function body(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return typeof value === "number" && value >= low && value <= high;
}

function bad(reply: FastifyReply, text: string): FastifyReply {
  return reply.code(400).send({ error: text });
}
