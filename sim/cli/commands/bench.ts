// chatquake bench: the project's benchmarks, one JSON line a figure.
import { BENCHES } from "../../run/bench.ts";
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
    const chosen = BENCHES.filter((bench) => name === undefined || bench.name === name);
    if (name !== undefined && chosen.length === 0) {
      const names = BENCHES.map((bench) => bench.name);
      throw new UsageError(
        `unknown benchmark "${name}"; the nearest valid name is "${nearest(name, names)}"`,
      );
    }
    for (const bench of chosen) {
      const value = await bench.run();
      out(JSON.stringify({ name: bench.name, value, unit: bench.unit, method: bench.method }));
    }
    return EXIT.ok;
  },
};
