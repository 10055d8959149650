// chatquake bugs: runs the planted bugs and shows which rule caught each, and how many seeds it took.
import { BUGS } from "../../bugs/zoo.ts";
import { runBugs } from "../../run/bugs/bugs.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { SEEDS_MAX, type Hunted } from "../../run/bugs/hunt.ts";
import { nearest } from "../../scenario/suggest.ts";
import { text, UsageError, whole, yes, type Command } from "../command.ts";
import { err, out } from "../console.ts";

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
    const tell = yes(flags, "json") ? err : out;
    const hunted = await runBugs({
      ...(name === undefined ? {} : { names: [name] }),
      seedsMax,
      onResult: (one) => tell(row(one.id, one.name, one.rule, found(one))),
    });
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
