// What happened in a run as a list of lines in words: devices, stores and nodes in the one order in which the run told
// them. Of two runs the first line that differs says where they part.
import { describeFault } from "../../faults/describe.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { nodeWords } from "../trace/node-words.ts";
import type { RunRequest } from "../requests.ts";
import { runScenario } from "../run-sim.ts";
import type { RunResult } from "../result.ts";
import {
  historyWords,
  operationText,
  type Numbers,
  type TraceNames,
} from "../trace/trace-words.ts";

export interface ToldEvent {
  readonly t: number;
  /** "node-2", "user 4", "cassandra". */
  readonly who: string;
  readonly text: string;
}

export interface ToldRun {
  readonly result: RunResult;
  readonly events: readonly ToldEvent[];
}

export async function runInWords(request: RunRequest): Promise<ToldRun> {
  const events: ToldEvent[] = [];
  const operations = new Map<number, Numbers>();
  const names = namesIn(request.scenario, operations);
  const tell = (line: string, isNode: boolean): void => {
    const { e: event, ...of } = JSON.parse(line) as { e: string } & Record<string, number>;
    if (event === "operationBegan") operations.set(of["operation"]!, of);
    const [who, text] = isNode ? nodeWords(event, of) : historyWords(event, of, names);
    events.push({ t: of["t"]!, who, text });
  };
  const result = await runScenario({
    ...request,
    onHistoryLine: (line) => tell(line, false),
    onTraceLine: (line) => tell(line, true),
  });
  return { result, events };
}

function namesIn(
  { phases, faults }: ResolvedScenario,
  operations: ReadonlyMap<number, Numbers>,
): TraceNames {
  return {
    phase: (index) => phases[index]?.name ?? String(index),
    fault: (index) => {
      const fault = faults[index];
      return fault === undefined ? String(index) : describeFault(fault);
    },
    operation: (id) => {
      const began = operations.get(id);
      return began === undefined
        ? `operation ${id}`
        : `${operationText(began)} of user ${began["user"]}`;
    },
  };
}
