// What the run and the process of its proxies tell each other. Everything is plain data; each command is
// answered once.
import type { Distribution } from "../../../kernel/distribution.ts";

/** How the bytes behind a proxy are to be read; only call rules need to know. */
export type Speech = "plain" | "cassandra" | "redis" | "http";

export interface ProxySpec {
  readonly name: string;
  readonly target: { readonly host: string; readonly port: number };
  readonly speech: Speech;
  /** Single calls are to be faulted: what passes is read call by call. */
  readonly calls: boolean;
}

/** up: from who dials to who is dialled. */
export type Way = "up" | "down" | "both";

export type ByteRule =
  /** Nothing passes; afterwards what waited is sent again after a time, or at once. */
  | { readonly kind: "hold"; readonly way: Way; readonly resent: boolean }
  | { readonly kind: "delay"; readonly latency: Distribution }
  | { readonly kind: "throttle"; readonly bytesPerS: number };

export interface CallRule {
  readonly kind: "refuse" | "timeout_before" | "lose_reply" | "apply_late" | "slow" | "corrupt";
  /** Of the calls. */
  readonly share: number;
  /** slow: how much later a call is passed on. */
  readonly delayMs: number;
}

export type Command =
  | { readonly do: "open"; readonly spec: ProxySpec }
  | {
      readonly do: "bytes";
      readonly id: number;
      readonly proxies: readonly string[];
      readonly rule: ByteRule;
    }
  | {
      readonly do: "calls";
      readonly id: number;
      readonly proxies: readonly string[];
      readonly rule: CallRule;
    }
  | { readonly do: "lift"; readonly id: number }
  | { readonly do: "reset"; readonly proxies: readonly string[] }
  | { readonly do: "count" };

export interface ProxyCount {
  /** Accepted since the proxy opened. */
  readonly connections: number;
  readonly open: number;
  /** Calls that a rule has hit. */
  readonly hits: number;
}

export interface Asked {
  readonly call: number;
  readonly command: Command;
}

export type Answered =
  | { readonly call: number; readonly value: unknown }
  | { readonly call: number; readonly error: string };
