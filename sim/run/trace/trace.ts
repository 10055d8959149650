// What happened in a run, as a readable sequence: devices, stores and nodes on one time line, of one message, user
// or node. The lines come from the run directory, or from the same run made again.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describeFault } from "../../faults/describe.ts";
import { nodeWords } from "./node-words.ts";
import { runScenario } from "../run-sim.ts";
import type { SavedRunFiles } from "../saved-run.ts";
import { TraceSelection, type Line, type TraceFilter } from "./trace-filter.ts";
import { historyWords, operationText, type TraceNames } from "./trace-words.ts";

export async function traceRun(
  run: SavedRunFiles,
  filter: TraceFilter,
  print: (line: string) => void,
): Promise<number> {
  const selection = new TraceSelection(filter);
  await tellLines(run, selection);
  const names = namesOf(run, selection);
  const lines = selection.lines();
  for (const line of lines) print(lineText(line, names));
  return lines.length;
}

async function tellLines(run: SavedRunFiles, selection: TraceSelection): Promise<void> {
  const history = join(run.folder, "history.ndjson.gz");
  const trace = join(run.folder, "trace.ndjson.gz");
  if (existsSync(history) && existsSync(trace)) {
    for (const text of linesIn(history)) selection.history(text);
    for (const text of linesIn(trace)) selection.node(text);
    return;
  }
  const { scenario, profile, scenarioFile } = run;
  await runScenario({
    scenario,
    profile,
    scenarioFile,
    onHistoryLine: (text) => selection.history(text),
    onTraceLine: (text) => selection.node(text),
  });
}

/** Cut out one by one: the text of a long run is larger than a list of its lines may be. */
function* linesIn(path: string): Generator<string> {
  const bytes = gunzipSync(readFileSync(path));
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end;
    if (to > from) yield bytes.toString("utf8", from, to);
    from = to + 1;
  }
}

function namesOf({ scenario }: SavedRunFiles, selection: TraceSelection): TraceNames {
  return {
    phase: (index) => scenario.phases[index]?.name ?? String(index),
    fault: (index) => {
      const fault = scenario.faults[index];
      return fault === undefined ? String(index) : `${fault.name}: ${describeFault(fault)}`;
    },
    operation: (id) => {
      const began = selection.operations.get(id);
      return began === undefined
        ? `operation ${id}`
        : `${operationText(began)} of user ${began["user"]}`;
    },
  };
}

const WHO_WIDTH = 12;

function lineText({ isNode, event, of }: Line, names: TraceNames): string {
  const [who, text] = isNode ? nodeWords(event, of) : historyWords(event, of, names);
  return `${clockText(of["t"]!)}  ${who.padEnd(WHO_WIDTH)}  ${text}`;
}

/** h:mm:ss and microseconds: what happens within a millisecond must keep its order for the reader too. */
function clockText(us: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  const seconds = Math.floor(us / 1_000_000);
  const rest = String(us % 1_000_000).padStart(6, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${rest}`;
}
