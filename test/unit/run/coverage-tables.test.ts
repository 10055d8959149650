// What an exploration must have tried: cells of fault and operation, the counts behind them, and what is not asked.
import { describe, expect, it } from "vitest";
import { KIND, OPERATION, type History } from "../../../sim/history/history.ts";
import {
  coverageTables,
  gapsOfTables,
  allWanted,
  wantedHits,
} from "../../../sim/run/explore/coverage-tables.ts";
import { faultRow, OPERATIONS, Overlaps } from "../../../sim/run/explore/overlaps.ts";
import { readScenario } from "../../../sim/run/read-scenario.ts";
import { RunWatch } from "../../../sim/run/explore/run-watch.ts";
import { situation, SITUATION_NAMES } from "../../../sim/run/explore/situations.ts";
import { CoverageSum } from "../../../sim/run/seeds/sweep-coverage.ts";
import type { Fault, ResolvedScenario } from "../../../sim/scenario/types.ts";

const CUT: Fault = { kind: "cut", name: "cut", atUs: 0, forUs: 10, between: ["node-1", "redis"] };
const WIPE: Fault = { kind: "wipe", name: "wipe", atUs: 0 };
const SECOND = 1_000_000;

function scenario(name: string): ResolvedScenario {
  const read = readScenario({ file: `scenarios/${name}.yaml`, sets: [], env: {} });
  if ("problems" in read) throw new Error(read.problems[0]!.message);
  return read.scenario;
}

describe("a fault met an operation", () => {
  it("that was under way when it began, and each that began while it was in force", () => {
    const overlaps = new Overlaps([CUT]);
    overlaps.begin(0, "send", 1);
    overlaps.begin(0, "send", 2);
    overlaps.end("send", 2);
    overlaps.faultBegan(1, 0);
    overlaps.begin(2, "read", 1);
    overlaps.begin(2, "read", 1);
    overlaps.moment(3, "sign-out");
    overlaps.faultEnded(4, 0);
    overlaps.begin(5, "history", 2);
    expect(overlaps.counts().get("cut")).toMatchObject({
      ...{ send: 1, read: 1, "sign-out": 1, history: 0 },
    });
  });

  it("twice where two faults of the kind follow each other, once where they are in force together", () => {
    const overlaps = new Overlaps([CUT, { ...CUT, name: "other" }]);
    overlaps.faultBegan(1, 0);
    overlaps.faultBegan(1, 1);
    overlaps.faultEnded(2, 0);
    overlaps.moment(3, "receive");
    overlaps.faultEnded(4, 1);
    overlaps.moment(5, "receive");
    expect(overlaps.counts().get("cut")?.receive).toBe(1);
  });

  it("in the aftermath of what happens at one moment, and not later", () => {
    const overlaps = new Overlaps([WIPE]);
    overlaps.begin(0, "upload", 1);
    overlaps.faultBegan(1 * SECOND, 0);
    overlaps.faultEnded(1 * SECOND, 0);
    overlaps.moment(10 * SECOND, "receive");
    overlaps.moment(17 * SECOND, "receive");
    expect(overlaps.counts().get("wipe")).toMatchObject({ upload: 1, receive: 1 });
  });

  it("under a name of its own for nodes and for stores", () => {
    const kill = { ...WIPE, kind: "kill" } as const;
    expect(faultRow({ ...kill, target: "node-2" })).toBe("kill node");
    expect(faultRow({ ...kill, target: "any" })).toBe("kill node");
    expect(faultRow({ ...kill, target: "redis" })).toBe("kill store");
    expect(faultRow({ ...kill, target: "cassandra-2" })).toBe("kill replica");
    expect(faultRow(CUT)).toBe("cut");
  });
});

describe("what a run is watched for", () => {
  it("adds up over runs: faults against operations, and situations", () => {
    const sum = new CoverageSum();
    for (const _ of [1, 2]) {
      const watch = new RunWatch({ ...scenario("swarm"), faults: [CUT] });
      const told = watch.listener as History;
      told.nodeUp(0, 0, 1);
      told.signedIn(0, 7, 70, 1);
      told.connecting(0, 7, 70, 1);
      told.connected(1, 7, 70, 1, 0);
      told.faultBegan(2, 0);
      told.sendInvoked(3, 7, 70, 5, 1, 1, KIND.text, 0, 3);
      told.sendFrame(3, 7, 70, 1, 5, 1);
      told.sendFrame(4, 7, 70, 1, 5, 1);
      told.operationBegan(5, 9, OPERATION.upload, 7, 70, 5);
      told.operationEnded(6, 9, 0);
      told.rowApplied(7, 5, 70, 1, KIND.void);
      told.closed(8, 7, 70, 1, 4409);
      told.nodeDown(9, 0, 0);
      watch.trace(0, "window-full", 7, 0, 70, 0);
      sum.add(watch.rows());
    }
    const rows = new Map(sum.rows().map(({ what, counts }) => [what, counts]));
    expect(rows.get("met cut")).toMatchObject({ send: 2, upload: 2, "sign-in": 2, read: 0 });
    const times = (name: string): number => rows.get(`sometimes ${name}`)!["times"]!;
    expect(times("send_repeated")).toBe(2);
    expect(times("void_written")).toBe(2);
    expect(times("replaced")).toBe(2);
    expect(times("reinstalled")).toBe(2);
    expect(times("all_nodes_down")).toBe(2);
    expect(times("killed_in_mid_send")).toBe(2);
    expect(times("window_full")).toBe(2);
    expect(times("fenced_on_evidence")).toBe(0);
  });
});

describe("what is demanded", () => {
  it("depends on how much was explored", () => {
    expect(wantedHits(299, 60_000)).toEqual(allWanted(0));
    expect(wantedHits(300, 60_000)).toEqual(allWanted(1));
    expect(wantedHits(20_000, 60_000)).toEqual({ pairs: 100, crashes: 66 });
    expect(wantedHits(500, 3_600_000)).toEqual({ pairs: 100, crashes: 66 });
  });

  it("of a swarm is every cell, crash point and situation that can be", () => {
    const demand = {
      scenario: scenario("swarm"),
      wanted: { pairs: 100, crashes: 66 },
      everything: true,
    };
    const tables = coverageTables([], demand);
    const gaps = gapsOfTables(tables);
    expect(tables.operations).toEqual(OPERATIONS);
    expect(gaps).toContain("fault cut × befriend: 0 times, wanted 100");
    expect(gaps).toContain("crash point send:sent/lookup: 0 times, wanted 66");
    expect(gaps).toContain("situation void_written: 0 times, wanted 1");
    const unreachable = SITUATION_NAMES.filter((name) => situation(name).unreachable !== undefined);
    for (const name of unreachable) expect(gaps.join("\n")).not.toContain(`situation ${name}:`);
  });

  it("of another scenario is what its own faults can meet", () => {
    const small = { ...scenario("steady-chat"), faults: [CUT] };
    const tables = coverageTables([{ what: "met cut", counts: { send: 3 } }], {
      scenario: small,
      wanted: allWanted(2),
      everything: false,
    });
    const gaps = gapsOfTables(tables);
    expect(gaps).toContain("fault cut × receive: 0 times, wanted 2");
    expect(gaps.join()).not.toContain("× send");
    expect(gaps.join()).not.toContain("crash point");
    const [row] = tables.faults;
    const upload = row!.cells.find(({ name }) => name === "upload");
    expect(upload).toMatchObject({ wanted: 0, note: "no attachments in this scenario" });
  });

  it("is nothing where too little was explored", () => {
    const demand = { scenario: scenario("swarm"), wanted: allWanted(0), everything: true };
    expect(gapsOfTables(coverageTables([], demand))).toEqual([]);
  });

  it("gives a reason for every situation that is counted and not demanded", () => {
    for (const name of SITUATION_NAMES) {
      const { text, unreachable } = situation(name);
      expect(text.length).toBeGreaterThan(10);
      if (unreachable !== undefined) expect(unreachable.length).toBeGreaterThan(20);
    }
  });
});
