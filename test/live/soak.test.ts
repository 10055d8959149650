// A slice of the soak run (npm run soak): more than 20,000 confirmed messages while ten nodes are killed.
import { describe, expect, it } from "vitest";
import { counted, expectWell, runLiveScenario } from "../support/live-run.ts";
import { sharedServices } from "../support/live-services.ts";
import { soakSlice } from "../support/soak-slice.ts";

const KILLS = 10;
const SECONDS = 130;
const MESSAGES = 20_000;

describe("soak", () => {
  it("MSG1 20,000 messages and ten kills: nothing lost, doubled or out of order, audits exact", async () => {
    const { env } = await sharedServices();
    const end = await runLiveScenario("soak-slice", soakSlice(KILLS, SECONDS, MESSAGES), env);
    expectWell(end);
    const { summary } = end;
    expect(summary.faults.filter(({ kind }) => kind === "kill")).toHaveLength(KILLS);
    expect(counted(summary, "messages_confirmed")).toBeGreaterThanOrEqual(MESSAGES);
    for (const name of [
      "messages_lost",
      "messages_duplicated",
      "messages_reordered",
      "unread_mismatch",
      "receipts_missing",
    ])
      expect(counted(summary, name), name).toBe(0);
  });
});
