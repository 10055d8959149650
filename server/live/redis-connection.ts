// One connection to Redis: a script call is one attempt and ends within its deadline. Refused where surely
// nothing was sent, or the server said no before it ran the script; everything else that fails is unknown.
// Nothing is queued while the connection is away, and nothing is sent again on the next one.
import { Redis } from "ioredis";
import { ok, type Outcome, UNAVAILABLE, UNKNOWN } from "../ports/outcome.ts";
import type { RedisScript } from "./redis-scripts.ts";

/** More calls than this at once are refused: a stalled Redis must not fill the node's memory. */
const CALLS_IN_FLIGHT_MAX = 10_000;
const RECONNECT_MS_MIN = 50;
const RECONNECT_MS_MAX = 1_000;
const KEEP_ALIVE_MS = 10_000;
/** Replies by which the server refuses a command before it runs; a script that fails halfway has no such. */
const SAID_NO =
  /^(LOADING|BUSY|OOM|MISCONF|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|CROSSSLOT|NOAUTH|NOPERM|NOREPLICAS|NOSCRIPT)\b/;

export interface RedisConnectionOptions {
  readonly url: string;
  readonly callDeadlineMs: number;
  /** Hears every loss and every return, and where the first attempt fails; the text names no secret. */
  readonly onConnection?: (up: boolean, why: string) => void;
}

interface PendingCall {
  settle(outcome: Outcome<unknown>): void;
}

export class RedisConnection {
  #client: Redis;
  #pending = new Set<PendingCall>();
  #corked = false;
  /** As last told to `onConnection`; undefined before the first attempt has ended. */
  #up: boolean | undefined;
  #lastError = "closed";
  #onConnection: RedisConnectionOptions["onConnection"];

  constructor({ url, callDeadlineMs, onConnection }: RedisConnectionOptions) {
    this.#onConnection = onConnection;
    this.#client = new Redis(url, {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: null,
      connectTimeout: callDeadlineMs,
      // No answer for so long: the far end is gone without a word, and the next connection may reach it.
      socketTimeout: callDeadlineMs,
      keepAlive: KEEP_ALIVE_MS,
      disableClientInfo: true,
      // What was the master is a replica now: the address leads to the new master, this connection does not.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
      retryStrategy: (times) => Math.min(RECONNECT_MS_MIN * 2 ** (times - 1), RECONNECT_MS_MAX),
    });
    this.#client.on("error", (error: Error) => {
      this.#lastError = error.message;
    });
    this.#client.on("ready", () => this.#tell(true, "connected"));
    this.#client.on("close", () => {
      // What is in flight now gets no answer any more; ioredis itself would never say so.
      for (const call of Array.from(this.#pending)) call.settle(UNKNOWN);
      this.#tell(false, this.#lastError);
      this.#lastError = "closed";
    });
  }

  /** Each change once, however often connecting fails. */
  #tell(up: boolean, why: string): void {
    if (this.#up === up) return;
    this.#up = up;
    this.#onConnection?.(up, why);
  }

  /** Keys of one hash slot. */
  call(
    script: RedisScript,
    keys: readonly string[],
    args: readonly string[],
    deadlineMs: number,
  ): Promise<Outcome<unknown>> {
    const { status } = this.#client;
    if (status !== "ready" || this.#pending.size >= CALLS_IN_FLIGHT_MAX)
      return Promise.resolve(UNAVAILABLE);
    return new Promise((resolve) => {
      const call: PendingCall = {
        settle: (outcome) => {
          if (!this.#pending.delete(call)) return;
          clearTimeout(timer);
          resolve(outcome);
        },
      };
      const timer = setTimeout(() => call.settle(UNKNOWN), deadlineMs);
      this.#pending.add(call);
      this.#cork();
      this.#client.evalsha(script.sha, keys.length, ...keys, ...args).then(
        (reply) => call.settle(ok(reply)),
        (error: unknown) => {
          if (isUnknownScript(error)) this.#teach(call, script, keys, args);
          else call.settle(failed(error));
        },
      );
    });
  }

  /** True once connected; false where that did not happen within `deadlineMs`. */
  connected(deadlineMs: number): Promise<boolean> {
    if (this.#client.status === "ready") return Promise.resolve(true);
    return new Promise((resolve) => {
      const onReady = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        this.#client.off("ready", onReady);
        resolve(false);
      }, deadlineMs);
      this.#client.once("ready", onReady);
    });
  }

  close(): void {
    this.#client.disconnect();
  }

  /** The server has not seen the script since its start, so it ran nothing: still the same attempt. */
  #teach(
    call: PendingCall,
    { lua }: RedisScript,
    keys: readonly string[],
    args: readonly string[],
  ): void {
    if (!this.#pending.has(call)) return;
    this.#client.eval(lua, keys.length, ...keys, ...args).then(
      (reply) => call.settle(ok(reply)),
      (error: unknown) => call.settle(failed(error)),
    );
  }

  /** What is sent within one turn of the event loop leaves in one write. */
  #cork(): void {
    if (this.#corked) return;
    const { stream } = this.#client;
    this.#corked = true;
    stream.cork();
    setImmediate(() => {
      this.#corked = false;
      stream.uncork();
    });
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOSCRIPT");
}

function failed(error: unknown): Outcome<never> {
  const text = error instanceof Error ? error.message : "";
  const unsent = text.startsWith("Stream isn't writeable");
  return unsent || SAID_NO.test(text) ? UNAVAILABLE : UNKNOWN;
}
