// chatquake report: the reports of a run directory, drawn again from its other files.
import { EXIT } from "../../run/exit-codes.ts";
import { writeReports } from "../../run/run-directory.ts";
import { readSavedRun } from "../../run/saved-run.ts";
import { required, type Command } from "../command.ts";
import { err, out, printProblems } from "../console.ts";

export const reportCommand: Command = {
  name: "report",
  positional: "<dir>",
  describe: "build the reports of a run directory again",
  options: {},
  example: ["chatquake report reports/quickstart-simulated-42", "writes its report.html anew"],
  run: (flags) => {
    const folder = required(flags, "dir");
    const read = readSavedRun(folder);
    if ("problems" in read) {
      printProblems(read.problems);
      return Promise.resolve(EXIT.badInput);
    }
    writeReports(folder, read.run.result);
    out(`${folder}/report.html`);
    err(folder);
    return Promise.resolve(EXIT.ok);
  },
};
