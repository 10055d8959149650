// Histories of several workers become one in the order of t, and never run ahead of the slowest.
import { describe, expect, it } from "vitest";
import { EVENTS, FIELDS } from "../../../sim/history/fields.ts";
import type { History } from "../../../sim/history/history.ts";
import { lineWriter } from "../../../sim/history/ndjson.ts";
import { createHub } from "../../../sim/history/hub.ts";
import { EventLane, laneWriter } from "../../../sim/world/live/users/event-lane.ts";
import { HistoryMerge } from "../../../sim/world/live/users/history-merge.ts";
import { Recorder } from "../../../sim/world/live/users/recorder.ts";

type Told = (...numbers: number[]) => void;

function listening(): { readonly history: History; readonly lines: string[] } {
  const lines: string[] = [];
  return { history: createHub([lineWriter((line) => lines.push(line))]), lines };
}

describe("a lane", () => {
  it("carries every event with all its numbers, over as many chunks as it takes", async () => {
    const direct = listening();
    const merged = listening();
    const merge = new HistoryMerge(1, merged.history);
    const lane = new EventLane((chunk) => merge.add(0, chunk));
    const writer = laneWriter(lane);
    for (let t = 0; t < 300; t++)
      for (const event of EVENTS) {
        const numbers = FIELDS[event].map((_, index) => (index === 0 ? t : t * 100 + index));
        (direct.history[event] as Told)(...numbers);
        (writer[event] as Told)(...numbers);
      }
    lane.flush();
    merge.advance(0, Infinity);
    await merge.drained();
    expect(merged.lines).toEqual(direct.lines);
  });

  it("never goes back in time", () => {
    const chunks: Float64Array[] = [];
    const lane = new EventLane((chunk) => chunks.push(chunk));
    const writer = laneWriter(lane);
    writer.ended(50);
    writer.ended(40);
    lane.raise(70);
    writer.ended(60);
    lane.flush();
    expect([chunks[0]![1], chunks[0]![3], chunks[0]![5]]).toEqual([50, 50, 70]);
  });
});

describe("the merge", () => {
  it("tells in the order of t, behind the slowest lane, the lower lane first", async () => {
    const { history, lines } = listening();
    const merge = new HistoryMerge(3, history);
    const lanes = [0, 1, 2].map((index) => new EventLane((chunk) => merge.add(index, chunk)));
    const writers = lanes.map((lane) => laneWriter(lane));
    for (const t of [1, 4, 7, 10]) writers[0]!.phaseBegan(t, 0);
    for (const t of [2, 4, 8]) writers[1]!.phaseBegan(t, 1);
    for (const t of [3, 4, 9]) writers[2]!.phaseBegan(t, 2);
    for (const lane of lanes) lane.flush();
    merge.advance(0, 10);
    merge.advance(1, 8);
    await merge.drained();
    expect(lines).toEqual([]);
    merge.advance(2, 9);
    await merge.drained();
    const told = (): string => lines.map((line) => line.replace(/\D+/g, "").slice(0, 2)).join(" ");
    expect(told()).toBe("10 21 32 40 41 42 70");
    expect(merge.untilUs).toBe(8);
    merge.advance(1, Infinity);
    merge.advance(2, Infinity);
    await merge.drained();
    expect(lines).toHaveLength(9);
    merge.advance(0, Infinity);
    await merge.drained();
    expect(lines).toHaveLength(10);
    expect(merge.toldUs).toBe(10);
  });
});

describe("a worker's recorder", () => {
  it("tells of its own people only, what they intend at intended times", () => {
    const chunks: [number, number[]][] = [];
    let nowUs = 1_000;
    const recorder = new Recorder({
      clock: { nowUs: () => nowUs, wallMs: () => 0 },
      isMine: (user) => user === 1,
      tellsPhases: false,
      ship: (lane, chunk) => chunks.push([lane, [...chunk]]),
    });
    const { history } = recorder;
    history.phaseBegan(900, 0);
    history.sendIntended(900, 1, 2, 3, 4, 0);
    history.sendIntended(900, 2, 1, 3, 4, 0);
    history.signedIn(950, 1, 5, 1);
    history.signedIn(950, 2, 6, 1);
    history.signedOut(960, 1, 5, 0);
    nowUs = 1_100;
    // Signs in again before the first sign-out was carried out: not before it in the history.
    history.signedIn(970, 1, 5, 0);
    recorder.flush();
    const code = (event: (typeof EVENTS)[number]): number => EVENTS.indexOf(event);
    expect(chunks).toEqual([
      [0, [code("sendIntended"), 900, 1, 2, 3, 4, 0, code("signedIn"), 950, 1, 5, 1]],
      [1, [code("signedOut"), 1_000, 1, 5, 0, code("signedIn"), 1_100, 1, 5, 0]],
    ]);
  });
});
