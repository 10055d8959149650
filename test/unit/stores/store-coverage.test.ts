// How often each port call ended in each way, and which way it never did.
import { expect, it } from "vitest";
import { StoreCoverage } from "../../../sim/stores/store-coverage.ts";

it("lists every known port call by name, and what never happened to it", () => {
  const coverage = new StoreCoverage();
  coverage.counts("messages.append").refused += 2;
  coverage.count("link.deliver", "unknownApplied");
  coverage.count("link.deliver", "ok");
  expect(coverage.lines()).toEqual([
    {
      what: "link.deliver",
      counts: { ok: 1, refused: 0, unknownApplied: 1, unknownNotApplied: 0 },
    },
    {
      what: "messages.append",
      counts: { ok: 0, refused: 2, unknownApplied: 0, unknownNotApplied: 0 },
    },
  ]);
  expect(coverage.missing()).toEqual([
    "link.deliver refused",
    "link.deliver unknownNotApplied",
    "messages.append unknownApplied",
    "messages.append unknownNotApplied",
  ]);
});
