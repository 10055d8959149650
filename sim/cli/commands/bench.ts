// chatquake bench: the project's benchmarks, one JSON line a figure.
import { BENCHES, runBench } from "../../run/bench/bench.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { refusedStart } from "../../run/live/refused-start.ts";
import { nearest } from "../../scenario/suggest.ts";
import { text, UsageError, type Command } from "../command.ts";
import { err, out, paint } from "../console.ts";

export const benchCommand: Command = {
  name: "bench",
  positional: "[name]",
  describe: "measure the simulator and the live server, one JSON line a figure",
  options: {},
  example: ["chatquake bench kernel_mm1", "one figure; without a name all of them"],
  run: async (flags) => {
    const name = text(flags, "name");
    const names = BENCHES.map((bench) => bench.name);
    if (name !== undefined && !names.includes(name))
      throw new UsageError(
        `unknown benchmark "${name}"; the nearest valid name is "${nearest(name, names)}"`,
      );
    try {
      await runBench(name, (figure) => out(JSON.stringify(figure)));
    } catch (error) {
      // The live server's figures need real stores.
      const refused = refusedStart(error);
      if (refused === undefined) throw error;
      err(`${paint("red", "error:")} ${refused.message}`);
      return refused.exitCode;
    }
    return EXIT.ok;
  },
};
