// The connection to Redis, one server or a cluster: a script call is one attempt and ends within its deadline. Refused where surely
// nothing was sent, or the server said no before it ran the script; everything else that fails is unknown.
// Nothing is queued while the connection is away, and nothing is sent again on the next one.
import { type Cluster, Redis } from "ioredis";
import { ok, type Outcome, UNAVAILABLE, UNKNOWN } from "../ports/outcome.ts";
import type { RedisScript } from "./redis-scripts.ts";
import { redisClient, type RedisServers } from "./redis-servers.ts";

/** More calls than this at once are refused: a stalled Redis must not fill the node's memory. */
const CALLS_IN_FLIGHT_MAX = 10_000;
/** Replies by which the server refuses a command before it runs; a script that fails halfway has no such. */
const SAID_NO =
  /^(LOADING|BUSY|OOM|MISCONF|READONLY|MASTERDOWN|CLUSTERDOWN|MOVED|ASK|TRYAGAIN|CROSSSLOT|NOAUTH|NOPERM|NOREPLICAS|NOSCRIPT)\b/;

export interface RedisConnectionOptions extends RedisServers {
  /** Hears every loss and every return, and where the first attempt fails; the text names no secret. */
  readonly onConnection?: (up: boolean, why: string) => void;
}

interface PendingCall {
  settle(outcome: Outcome<unknown>): void;
}

export class RedisConnection {
  #client: Redis | Cluster;
  #pending = new Set<PendingCall>();
  #corked = false;
  /** As last told to `onConnection`; undefined before the first attempt has ended. */
  #up: boolean | undefined;
  #lastError = "closed";
  #onConnection: RedisConnectionOptions["onConnection"];

  constructor(options: RedisConnectionOptions) {
    this.#onConnection = options.onConnection;
    this.#client = redisClient(options);
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
    if (this.#corked || !(this.#client instanceof Redis)) return;
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
