// Every planted bug, run at the seed that caught it: its rule must break again. The seeds are in the ledger that
// `npm run hunt` writes; hunting them anew takes many seeds a bug.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BUGS } from "../../sim/bugs/zoo.ts";
import { groundOf, huntBug } from "../../sim/run/bugs/hunt.ts";
import { MEDIAN_BELOW, medianSeeds, readBugLines } from "../../sim/run/bugs/hunt-ledger.ts";
import { BUG_LEDGER } from "../../sim/run/explore/ledger-file.ts";
import { readScenario } from "../../sim/run/read-scenario.ts";

const lines = existsSync(BUG_LEDGER) ? readBugLines(readFileSync(BUG_LEDGER, "utf8")) : [];
const AGAIN = "npm run hunt writes it anew";
if (lines.length === 0)
  process.stderr.write(`SKIPPED: there is no ${BUG_LEDGER}, so no bug is run again: ${AGAIN}\n`);

describe.skipIf(lines.length === 0)("the ledger of the planted bugs", () => {
  it(`has each of them, caught where it is hunted; otherwise ${AGAIN}`, () => {
    const told = lines.map(({ id, name, rule, scenario }) => ({ id, name, rule, scenario }));
    const zoo = BUGS.map((bug) => {
      const { id, name, rule } = bug;
      return { id, name, rule, scenario: groundOf(bug) };
    });
    expect(told).toEqual(zoo);
    expect(lines.filter(({ seed }) => seed === null)).toEqual([]);
  });

  it("says that half of them were caught within a hundred seeds", () => {
    expect(medianSeeds(lines)).toBeLessThan(MEDIAN_BELOW);
  });
});

describe.skipIf(lines.length === 0)("a planted bug breaks its rule again", () => {
  it.each(lines.filter(({ seed }) => seed !== null))(
    "$id $name breaks $rule in seed $seed of $scenario",
    { timeout: 600_000 },
    async ({ name, rule, scenario, seed }) => {
      const bug = BUGS.find((one) => one.name === name)!;
      const file = `scenarios/${scenario}.yaml`;
      const read = readScenario({ file, sets: [], env: {} });
      if ("problems" in read) throw new Error(read.problems[0]!.message);
      const ground = { scenario: read.scenario, profile: read.profile, scenarioFile: file };
      const hunted = await huntBug(bug, ground, { from: seed!, to: seed! });
      expect(hunted.caught, `not caught in its recorded seed: ${AGAIN}`).toBe(true);
      expect(hunted.caughtBy).toBe(rule);
    },
  );
});
