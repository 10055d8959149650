// chatquake schema: the JSON schema of scenarios or summaries, or what faults there are and where nodes can crash.
import { EXIT } from "../../run/exit-codes.ts";
import { SCHEMA_NAMES, schemaText } from "../../run/schemas.ts";
import { nearest } from "../../scenario/suggest.ts";
import { text, UsageError, type Command } from "../command.ts";
import { out } from "../console.ts";

export const schemaCommand: Command = {
  name: "schema",
  positional: "[name]",
  describe: `print a JSON schema: ${SCHEMA_NAMES.join(", ")} (faults: kinds and crash points)`,
  options: {},
  example: ["chatquake schema scenario", "for editors: what a scenario may hold"],
  run: (flags) => {
    const name = text(flags, "name") ?? "scenario";
    const schema = schemaText(name);
    if (schema === undefined)
      throw new UsageError(
        `unknown schema "${name}"; the nearest valid name is "${nearest(name, SCHEMA_NAMES)}"`,
      );
    out(schema);
    return Promise.resolve(EXIT.ok);
  },
};
