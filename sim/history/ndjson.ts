// A history as lines of JSON, one event each, so that a saved one can be judged again without the run:
// {"t":1200,"e":"shown","user":4,...}. Pure text in, text out; files are the caller's.
import { EVENTS, FIELDS } from "./fields.ts";
import type { History, HistoryEvent, HistoryListener } from "./history.ts";

type Call = (...numbers: number[]) => void;

export function encodeLine(event: HistoryEvent, numbers: readonly number[]): string {
  const names: readonly string[] = FIELDS[event];
  let line = `{"t":${numbers[0]},"e":"${event}"`;
  for (let index = 1; index < names.length; index += 1) {
    line += `,"${names[index]}":${numbers[index]}`;
  }
  return `${line}}`;
}

/** Listens to everything and gives each event as a line without its line end. */
export function lineWriter(write: (line: string) => void): HistoryListener {
  const listener: Record<string, Call> = {};
  for (const event of EVENTS) {
    listener[event] = (...numbers) => {
      write(encodeLine(event, numbers));
    };
  }
  return listener as unknown as HistoryListener;
}

/** Tells one saved line to a history; throws where the line is not one of ours. */
export function replayLine(line: string, history: History): void {
  const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const event = record["e"];
  if (typeof event !== "string" || !Object.hasOwn(FIELDS, event)) {
    throw new Error(`not an event of a history: ${line.slice(0, 200)}`);
  }
  const names: readonly string[] = FIELDS[event as HistoryEvent];
  const numbers = names.map((name) => {
    const value = record[name];
    if (typeof value !== "number") {
      throw new Error(`${event} lacks the number ${name}: ${line.slice(0, 200)}`);
    }
    return value;
  });
  (history as unknown as Readonly<Record<string, Call>>)[event]!(...numbers);
}

export function replayLines(text: string, history: History): void {
  for (const line of text.split("\n")) if (line !== "") replayLine(line, history);
}
