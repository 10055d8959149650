// The same simulated run again. The hash must be equal; where it is not, the digests name the window, and two
// more runs that write that window down name the first event or draw in which they differ, and its place in
// the code.
import { labelName } from "../kernel/labels.ts";
import type { EventRecorder } from "../kernel/recorder.ts";
import type { RunRequest } from "./requests.ts";
import { runScenario } from "./run-sim.ts";

const DIGEST_EVERY = 65_536;

export interface Digest {
  readonly index: number;
  readonly lo: number;
  readonly hi: number;
}

export interface ReplayVerdict {
  readonly same: boolean;
  readonly expected: string;
  readonly got: string;
  /** Where the two runs part, in words; only where they do. */
  readonly divergence?: string;
}

export async function replay(
  request: RunRequest,
  expectedHash: string,
  expected: readonly Digest[],
): Promise<ReplayVerdict> {
  const first = await digested(request);
  const { hash: got } = first;
  if (got === expectedHash) return { same: true, expected: expectedHash, got };
  const from = firstDifferent(expected, first.digests);
  const second = await digested(request);
  const divergence =
    second.hash === got
      ? `two runs of now agree with each other (${got}); they leave the recorded one between event ${from} and event ${from + DIGEST_EVERY}: another program, profile or scenario gave that run`
      : await locate(request, Math.min(from, firstDifferent(first.digests, second.digests)));
  return { same: false, expected: expectedHash, got, divergence };
}

async function digested(
  request: RunRequest,
): Promise<{ readonly hash: string; readonly digests: readonly Digest[] }> {
  const digests: Digest[] = [];
  const result = await runScenario({
    ...request,
    onDigest: (index, lo, hi) => digests.push({ index, lo, hi }),
  });
  return { hash: result.traceHash ?? "", digests };
}

/** Index of the last event that is known to be equal. */
function firstDifferent(expected: readonly Digest[], got: readonly Digest[]): number {
  const count = Math.min(expected.length, got.length);
  for (let i = 0; i < count; i++) {
    const a = expected[i]!;
    const b = got[i]!;
    if (a.lo !== b.lo || a.hi !== b.hi) return a.index - DIGEST_EVERY;
  }
  return count === 0 ? 0 : expected[count - 1]!.index;
}

interface Recorded {
  readonly kind: "event" | "draw";
  readonly index: number;
  readonly text: string;
  readonly site: string;
}

const WINDOWS_MAX = 8;

/** Two runs of now, compared entry by entry; they may part a little later than two others did. */
async function locate(request: RunRequest, from: number): Promise<string> {
  for (let window = 0; window < WINDOWS_MAX; window++) {
    const start = from + window * DIGEST_EVERY;
    const a = await record(request, start, start + DIGEST_EVERY);
    const b = await record(request, start, start + DIGEST_EVERY);
    const difference = firstDifference(a, b);
    if (difference !== undefined) return difference;
  }
  return `runs differ from event ${from} on, but no two in a row did: repeat the replay`;
}

async function record(request: RunRequest, from: number, to: number): Promise<readonly Recorded[]> {
  const entries: Recorded[] = [];
  let beyond = false;
  const recorder: EventRecorder = {
    wantsEvent: (index) => {
      if (index >= to) beyond = true;
      return index >= from && index < to;
    },
    event: (index, timeUs, label, site) =>
      entries.push({ kind: "event", index, text: `${labelName(label)} at ${timeUs} us`, site }),
    draw: (index, stream, ordinal, value, site) =>
      entries.push({
        kind: "draw",
        index,
        text: `draw ${ordinal} of stream ${stream} = ${value}`,
        site,
      }),
  };
  // Nothing after the window is looked at.
  const interrupted = (): boolean => beyond || request.interrupted?.() === true;
  await runScenario({ ...request, recorder, interrupted });
  return entries;
}

function firstDifference(a: readonly Recorded[], b: readonly Recorded[]): string | undefined {
  const count = Math.max(a.length, b.length);
  for (let i = 0; i < count; i++) {
    const one = a[i];
    const other = b[i];
    if (one?.text === other?.text && one?.index === other?.index) continue;
    const named = one ?? other!;
    const site = named.site === "" ? "" : `, asked for at ${named.site}`;
    return `first divergent ${named.kind}: number ${named.index}, ${named.text}${site}; in another run ${describe(one === undefined ? one : other)}`;
  }
  return undefined;
}

function describe(entry: Recorded | undefined): string {
  if (entry === undefined) return "there is none";
  return `${entry.text}${entry.site === "" ? "" : `, asked for at ${entry.site}`}`;
}
