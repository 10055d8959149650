// chatquake bench: the project's benchmarks, one JSON line a figure.
import { BENCHES, runBench } from "../../run/bench.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { nearest } from "../../scenario/suggest.ts";
import { text, UsageError, type Command } from "../command.ts";
import { out } from "../console.ts";

export const benchCommand: Command = {
  name: "bench",
  positional: "[name]",
  describe: "measure the simulator, one JSON line a figure",
  options: {},
  example: ["chatquake bench kernel_mm1", "one figure; without a name all of them"],
  run: async (flags) => {
    const name = text(flags, "name");
    const names = BENCHES.map((bench) => bench.name);
    if (name !== undefined && !names.includes(name))
      throw new UsageError(
        `unknown benchmark "${name}"; the nearest valid name is "${nearest(name, names)}"`,
      );
    await runBench(name, (figure) => out(JSON.stringify(figure)));
    return EXIT.ok;
  },
};
