// chatquake bugs: runs the planted bugs and shows which rule caught each, and how many seeds it took.
import { join } from "node:path";
import { BUGS } from "../../bugs/zoo.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { huntBug, SEEDS_MAX, type Hunted } from "../../run/hunt.ts";
import { packageRoot } from "../../run/package-root.ts";
import { readScenario } from "../../run/read-scenario.ts";
import { nearest } from "../../scenario/suggest.ts";
import { text, UsageError, whole, yes, type Command } from "../command.ts";
import { err, out, printProblems } from "../console.ts";

const GROUND = "swarm";

export const bugsCommand: Command = {
  name: "bugs",
  positional: "[name]",
  describe: "run the planted bugs, or one, and show the rule that caught each",
  options: {
    json: { type: "boolean", describe: "print the table as JSON on stdout" },
    list: { type: "boolean", describe: "name them without running" },
    seeds: { type: "string", describe: `seeds to try for each (default ${SEEDS_MAX})` },
  },
  example: ["chatquake bugs --json", "every bug, its rule and the seeds it took"],
  run: async (flags) => {
    const name = text(flags, "name");
    const bugs = BUGS.filter((bug) => name === undefined || bug.name === name);
    if (name !== undefined && bugs.length === 0) {
      const names = BUGS.map((bug) => bug.name);
      throw new UsageError(
        `unknown bug "${name}"; the nearest valid name is "${nearest(name, names)}"`,
      );
    }
    if (yes(flags, "list")) {
      for (const { id, name: own, rule, symptom } of bugs) out(row(id, own, rule, symptom));
      return EXIT.ok;
    }
    const seedsMax = whole(flags, "seeds", 1, 1_000_000) ?? SEEDS_MAX;
    const hunted: Hunted[] = [];
    for (const bug of bugs) {
      const file = join(packageRoot(), "scenarios", `${bug.scenario?.name ?? GROUND}.yaml`);
      const read = readScenario({ file, sets: [], env: {} });
      if ("problems" in read) {
        printProblems(read.problems);
        return EXIT.badInput;
      }
      const ground = { scenario: read.scenario, profile: read.profile, scenarioFile: file };
      const one = await huntBug(bug, ground, seedsMax);
      hunted.push(one);
      (yes(flags, "json") ? err : out)(row(one.id, one.name, one.rule, found(one)));
    }
    if (yes(flags, "json")) out(JSON.stringify({ bugs: hunted }));
    return hunted.every(({ caught }) => caught) ? EXIT.ok : EXIT.rule;
  },
};

function row(id: number, name: string, rule: string, rest: string): string {
  return `${String(id).padStart(3)}  ${name.padEnd(36)} ${rule.padEnd(6)} ${rest}`;
}

function found({ caught, caughtBy, seeds }: Hunted): string {
  if (caught) return `caught, ${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
  return caughtBy === null ? `not caught in ${seeds} seeds` : `only ${caughtBy}, ${seeds} seeds`;
}
