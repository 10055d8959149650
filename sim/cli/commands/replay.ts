// chatquake replay: the same simulated run again; the hash must be equal.
import { EXIT } from "../../run/exit-codes.ts";
import { replay } from "../../run/replay.ts";
import { readSavedRun } from "../../run/saved-run.ts";
import { replayCommand as shownReplay } from "../../run/shown-commands.ts";
import { VERSION } from "../../run/version.ts";
import { required, UsageError, yes, type Command } from "../command.ts";
import { err, out, printCauses, printProblems } from "../console.ts";
import { printHead } from "../print-run.ts";
import { ProgressLine } from "../progress.ts";

export const replayCommand: Command = {
  name: "replay",
  positional: "<dir>",
  describe: "run a run directory again and compare the hash; name the first difference",
  options: { quiet: { alias: "q", type: "boolean", describe: "no progress" } },
  example: ["chatquake replay reports/quickstart-simulated-42", "0 if it is the same, else 114"],
  run: async (flags) => {
    const folder = required(flags, "dir");
    const read = readSavedRun(folder);
    if ("problems" in read) {
      printProblems(read.problems);
      return EXIT.badInput;
    }
    const { scenario, profile, scenarioFile, digests, traceHash, mode, version, result } = read.run;
    if (mode === "live")
      throw new UsageError("a live run cannot be replayed; explore its scenario");
    if (result.interrupted) throw new UsageError("an interrupted run has no whole hash to replay");
    printHead(scenario, String(scenario.seed), shownReplay(folder));
    if (version !== VERSION)
      err(`the run is of version ${version}: it need not be the same in ${VERSION}`);
    const progress = new ProgressLine(!yes(flags, "quiet"), "simulated");
    const request = { scenario, profile, scenarioFile, onProgress: progress.update };
    const verdict = await replay(request, traceHash, digests).finally(() => progress.end());
    if (verdict.same) {
      out(`same trace hash: ${verdict.got}`);
      err(folder);
      return EXIT.ok;
    }
    const cause = `determinism broken: trace hash ${verdict.got}, recorded ${verdict.expected}`;
    printCauses([cause], shownReplay(folder));
    if (verdict.divergence !== undefined) err(verdict.divergence);
    err(folder);
    return EXIT.determinism;
  },
};
