// The hub tells whoever listens, in order; saved lines tell the same history again.
import { describe, expect, it } from "vitest";
import { EVENTS, FIELDS } from "../../../sim/history/fields.ts";
import type { History, HistoryListener } from "../../../sim/history/history.ts";
import { createHub } from "../../../sim/history/hub.ts";
import { encodeLine, lineWriter, replayLine, replayLines } from "../../../sim/history/ndjson.ts";

type Call = (...numbers: number[]) => void;

/** Tells every event once, with numbers that differ. */
function tellAll(history: History): void {
  EVENTS.forEach((event, index) => {
    const numbers = FIELDS[event].map((_, field) => index * 100 + field);
    (history[event] as Call)(...numbers);
  });
}

describe("createHub", () => {
  it("tells each event with all its numbers to every listener in order", () => {
    for (const listeners of [1, 2, 3, 4]) {
      const lines: string[] = [];
      const ears = Array.from({ length: listeners }, (_, ear) =>
        lineWriter((line) => lines.push(`${ear}${line}`)),
      );
      tellAll(createHub(ears));
      const expected = EVENTS.flatMap((event, index) =>
        ears.map((_, ear) => {
          const numbers = FIELDS[event].map((__, field) => index * 100 + field);
          return `${ear}${encodeLine(event, numbers)}`;
        }),
      );
      expect(lines).toEqual(expected);
    }
  });

  it("stays silent where nobody listens, and calls methods on their listener", () => {
    const listener = {
      sum: 0,
      ended(t: number): void {
        this.sum += t;
      },
    } satisfies HistoryListener & { sum: number };
    const hub = createHub([{}, listener]);
    hub.phaseBegan(1, 0);
    hub.ended(7);
    expect(listener.sum).toBe(7);
  });

  it("has no event with more numbers than it passes on", () => {
    expect(Math.max(...EVENTS.map((event) => FIELDS[event].length))).toBeLessThanOrEqual(12);
  });
});

describe("a saved history", () => {
  it("names its numbers", () => {
    expect(encodeLine("heartbeat", [1200, 4, 9])).toBe(
      '{"t":1200,"e":"heartbeat","user":4,"session":9}',
    );
  });

  it("told again gives the same lines", () => {
    const first: string[] = [];
    tellAll(createHub([lineWriter((line) => first.push(line))]));
    const second: string[] = [];
    replayLines(`${first.join("\n")}\n`, createHub([lineWriter((line) => second.push(line))]));
    expect(second).toEqual(first);
  });

  it("refuses a line that is not its own", () => {
    const hub = createHub([]);
    expect(() => replayLine('{"t":1,"e":"constructor"}', hub)).toThrow("not an event");
    expect(() => replayLine('{"t":1,"e":"ended2"}', hub)).toThrow("not an event");
    expect(() => replayLine('{"t":1,"e":"heartbeat","user":4}', hub)).toThrow("session");
  });
});
