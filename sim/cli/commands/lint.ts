// chatquake lint: is this scenario right, and if not, where and what instead?
import { EXIT } from "../../run/exit-codes.ts";
import { forSeed, readScenario } from "../../run/read-scenario.ts";
import type { Command } from "../command.ts";
import { out, printProblems } from "../console.ts";
import { SCENARIO_FLAGS, scenarioInput } from "../scenario-flags.ts";

export const lintCommand: Command = {
  name: "lint",
  positional: "<scenario>",
  describe: "check a scenario: line, column and the nearest valid name of every mistake",
  options: SCENARIO_FLAGS,
  example: ["chatquake lint scenarios/quickstart.yaml", "says that it is valid, or what is not"],
  run: (flags) => {
    const input = scenarioInput(flags);
    const read = readScenario({ ...input, anyWorld: true });
    if ("problems" in read) {
      printProblems(read.problems);
      return Promise.resolve(EXIT.badInput);
    }
    const { phases, faults } = forSeed(read.scenario, read.scenario.seed);
    const count = (many: number, word: string): string => `${many} ${word}${many === 1 ? "" : "s"}`;
    const parts = [count(phases.length, "phase"), count(faults.length, "fault")];
    out(`${input.file}: valid (${parts.join(", ")})`);
    return Promise.resolve(EXIT.ok);
  },
};
