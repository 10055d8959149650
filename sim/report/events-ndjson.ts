// events.ndjson: phases, faults, reconnects and verdicts, one a line, in order of time.
import type { RunEvent } from "../run/result.ts";

export function eventsNdjson(events: readonly RunEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

export function readEvents(text: string): RunEvent[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RunEvent);
}
