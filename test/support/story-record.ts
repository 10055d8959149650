// What a story remembers to look at afterwards: what devices told the history, what nodes told about
// themselves, every call of a store, and every frame. Calls of a store can also be held back.
import { UNKNOWN } from "../../server/ports/outcome.ts";
import type { Ports } from "../../server/ports/ports.ts";
import type { TraceEvent } from "../../server/ports/trace-sink.ts";
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";
import { EVENTS, FIELDS } from "../../sim/history/fields.ts";
import type { HistoryEvent, HistoryListener } from "../../sim/history/history.ts";

/** One event of the history, its numbers by name. */
export type Told = { readonly event: HistoryEvent } & Readonly<Record<string, number>>;

export interface Traced {
  readonly t: number;
  readonly node: string;
  readonly event: TraceEvent;
  readonly user: number;
  readonly chat: number;
  readonly device: number;
  readonly n: number;
}

export interface StoreCall {
  readonly t: number;
  readonly node: string;
  /** "messages.append", "presence.lookup", ... */
  readonly call: string;
  readonly args: readonly unknown[];
}

export type SeenFrame =
  | { readonly t: number; readonly way: "up"; readonly frame: ClientFrame }
  | { readonly t: number; readonly way: "down"; readonly frame: ServerFrame };

export class StoryRecord {
  readonly told: Told[] = [];
  readonly trace: Traced[] = [];
  readonly calls: StoreCall[] = [];

  /** Goes into the history's hub. */
  readonly listener: HistoryListener = Object.fromEntries(
    EVENTS.map((event) => [event, (...numbers: number[]) => this.#tell(event, numbers)]),
  ) as HistoryListener;

  #tell(event: HistoryEvent, numbers: readonly number[]): void {
    const fields = FIELDS[event].map((name, index) => [name, numbers[index]!] as const);
    this.told.push({ event, ...Object.fromEntries(fields) } as Told);
  }

  /** Events of that kind whose numbers are as given, in order. */
  events(event: HistoryEvent, like: Readonly<{ [name: string]: number }> = {}): Told[] {
    const wanted = Object.entries(like);
    return this.told.filter(
      (told) => told.event === event && wanted.every(([name, value]) => told[name] === value),
    );
  }
}

/** Calls that wait until the story lets them go, or of which the reply is lost, by name. */
export class Gate {
  readonly #held = new Map<string, Promise<void>>();
  readonly #lost = new Set<string>();

  /** From now on the call is carried out, and ends unknown. */
  loseReplies(call: string): () => void {
    this.#lost.add(call);
    return () => void this.#lost.delete(call);
  }

  losesReply(call: string): boolean {
    return this.#lost.has(call);
  }

  hold(call: string): () => void {
    let open = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      open = resolve;
    });
    this.#held.set(call, waiting);
    return () => {
      this.#held.delete(call);
      open();
    };
  }

  waiting(call: string): Promise<void> | undefined {
    return this.#held.get(call);
  }
}

/** A node's ports with a look at every call of a store. */
export function watchedPorts(
  ports: Ports,
  gate: Gate,
  seen: (call: string, args: readonly unknown[]) => void,
): Ports {
  const watch = <T extends object>(name: string, port: T): T =>
    new Proxy(port, {
      get(target, verb) {
        const method: unknown = Reflect.get(target, verb, target);
        if (typeof method !== "function" || verb === "bucket" || verb === "currentKekId")
          return typeof method === "function" ? method.bind(target) : method;
        const call = `${name}.${String(verb)}`;
        return (...args: unknown[]): unknown => {
          seen(call, args);
          const waiting = gate.waiting(call);
          const go = async (): Promise<unknown> => {
            const outcome: unknown = await method.apply(target, args);
            return gate.losesReply(call) ? UNKNOWN : outcome;
          };
          return waiting === undefined ? go() : waiting.then(go);
        };
      },
    });
  return {
    ...ports,
    presence: watch("presence", ports.presence),
    messages: watch("messages", ports.messages),
    roster: watch("roster", ports.roster),
    blobs: watch("blobs", ports.blobs),
    vault: watch("vault", ports.vault),
  };
}
