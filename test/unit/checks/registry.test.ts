// All rules together: a clean life of many messages breaks none, and an interrupted run proves nothing.
import { describe, expect, it } from "vitest";
import { createChecks, RULES } from "../../../sim/checks/registry.ts";
import type { CheckScenario } from "../../../sim/checks/context.ts";
import { Facts } from "../../../sim/checks/facts.ts";
import { createHub } from "../../../sim/history/hub.ts";
import { S, Story } from "./judge.ts";

const SCENARIO: CheckScenario = {
  users: 2,
  nodes: 3,
  faults: [],
  phases: [],
  mode: "simulated",
  operationDeadlineUs: 30 * S,
  attachmentDeadlineUs: 60 * S,
};

function results(complete: boolean, tell: (story: Story) => void) {
  const checks = createChecks(SCENARIO);
  tell(new Story(createHub(checks.listeners)));
  return checks.results(complete);
}
const clean = (story: Story): void => {
  story.exchange(50);
  story.presence(2 * S, 1);
  story.history.presenceShown(2 * S, 2, 1, 1, 0, 1, 22);
  story.finish(50);
};

describe("the registry", () => {
  it("holds the 31 rules once each, in order, and names them in their results", () => {
    const ids = RULES.map(([id]) => id);
    expect(new Set(ids).size).toBe(31);
    expect(results(true, clean).map(({ id }) => id)).toEqual(ids);
  });

  it("gives each rule to the checker that bears its name", () => {
    const context = { scenario: SCENARIO, facts: new Facts(SCENARIO) };
    expect(RULES.map(([, create]) => create(context).id)).toEqual(RULES.map(([id]) => id));
  });

  it("asks for the quiet phase where a rule is about it, and nowhere else", () => {
    const found = results(true, (story) => {
      story.exchange(3);
      story.over();
      for (const n of [1, 2, 3]) story.scanRow(n);
      story.scanUnread(3, 3);
      story.scanReceipt(3, 3);
      story.scanned();
    });
    const unknown = found.filter(({ verdict }) => verdict === "unknown");
    expect(unknown.map(({ id, why }) => `${id}: ${why}`)).toEqual(
      ["MSG1", "RCP2", "LIV2"].map((id) => `${id}: the quiet phase did not reach its second step`),
    );
    expect(found.filter(({ verdict }) => verdict === "invalid")).toEqual([]);
  });

  it("finds a clean history valid by every rule", () => {
    const bad = results(true, clean).filter(({ verdict }) => verdict !== "valid");
    expect(bad).toEqual([]);
  });

  it("calls an interrupted history that breaks off unknown by every rule", () => {
    const known = results(false, (story) => story.exchange(50)).filter(
      ({ verdict }) => verdict !== "unknown",
    );
    expect(known).toEqual([]);
  });

  it("lists at most 20 violations and counts all", () => {
    const found = results(true, (story) => {
      story.exchange(1);
      for (let n = 2; n <= 31; n += 1) story.frame(4 * S, n);
    }).find(({ id }) => id === "MSG2");
    expect(found?.violationCount).toBe(30);
    expect(found?.violations.length).toBe(20);
  });
});
