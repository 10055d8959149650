// Whether a fault on calls bites: tried with a real call to the real store through a proxy of its own. How long a
// usual call takes is measured on the way: a slowed store is that many times slower.
import type { CallRule, ProxySpec, Speech } from "../proxies/messages.ts";
import type { ProxyControl } from "../proxies/proxy-control.ts";
import { askStore, type Ended } from "./store-question.ts";

const PATIENCE_MS = 6_000;
/** So long a call that will not be answered is waited for. */
const SILENT_MS = 400;
const SLOW_MS = 150;
const USUAL_CALLS = 5;
const LATE_MS = 2_000;

export interface ProbedStore {
  readonly name: string;
  readonly speech: Speech;
  readonly target: ProxySpec["target"];
}

export interface CallProof {
  /** The middle one of a few calls without a fault. */
  readonly usualMs: number;
  /** Kinds that do nothing. */
  readonly failed: readonly string[];
}

export async function proveCalls(
  proxies: ProxyControl,
  store: ProbedStore,
  kinds: readonly CallRule["kind"][],
): Promise<CallProof> {
  const { speech, target } = store;
  const name = `probe>${store.name}`;
  const port = await proxies.open({ name, speech, target, calls: true });
  const usual: number[] = [];
  for (let call = 0; call < USUAL_CALLS; call += 1) {
    const ended = await askStore(speech, port, PATIENCE_MS);
    if (ended.how !== "answered") return { usualMs: 0, failed: ["a call without a fault"] };
    usual.push(ended.ms);
  }
  const failed: string[] = [];
  for (const kind of kinds) {
    const lift = await proxies.calls([name], { kind, share: 1, delayMs: SLOW_MS });
    const ended = await askStore(speech, port, patienceFor(kind));
    await lift();
    if (!isBitten(kind, ended)) failed.push(kind);
  }
  usual.sort((a, b) => a - b);
  return { usualMs: usual[USUAL_CALLS >> 1]!, failed };
}

function patienceFor(kind: CallRule["kind"]): number {
  return kind === "timeout_before" || kind === "lose_reply" ? SILENT_MS : PATIENCE_MS;
}

function isBitten(kind: CallRule["kind"], { how, ms }: Ended): boolean {
  switch (kind) {
    case "refuse":
      return how === "refused";
    case "timeout_before":
    case "lose_reply":
      return how === "silent" || how === "broken";
    case "apply_late":
      return how === "answered" && ms >= LATE_MS;
    case "slow":
      return how === "answered" && ms >= SLOW_MS * 0.9;
    case "corrupt":
      return how === "damaged";
  }
}
