// The flags that say which scenario runs, shared by run and lint.
import type { Options } from "yargs";
import type { ScenarioInput } from "../run/read-scenario.ts";
import { readConfig, CONFIG_FILE } from "../run/read-config.ts";
import { required, text, texts, UsageError, whole, type Flags } from "./command.ts";

export const SCENARIO_FLAGS: Readonly<Record<string, Options>> = {
  set: {
    type: "string",
    array: true,
    nargs: 1,
    describe: "replace a value: --set phases.steady.duration=1m",
  },
  env: { alias: "e", type: "string", array: true, nargs: 1, describe: "fill ${KEY}: -e KEY=VALUE" },
  seed: { type: "string", describe: "instead of the scenario's seed" },
  profile: { type: "string", describe: "lan, laptop, regions, or a file; simulated only" },
  bug: { type: "string", describe: "plant a bug of the zoo (chatquake bugs)" },
};

export function scenarioInput(flags: Flags): ScenarioInput {
  const seed = whole(flags, "seed", 0, Number.MAX_SAFE_INTEGER);
  const profile = text(flags, "profile");
  const bug = text(flags, "bug");
  const config = readConfig(CONFIG_FILE);
  return {
    file: required(flags, "scenario"),
    sets: texts(flags, "set"),
    env: pairs(texts(flags, "env")),
    ...(seed === undefined ? {} : { seed }),
    ...(profile === undefined ? {} : { profile }),
    ...(bug === undefined ? {} : { bug }),
    ...("problems" in config ? {} : { defaults: config.defaults }),
  };
}

function pairs(written: readonly string[]): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const pair of written) {
    const equals = pair.indexOf("=");
    if (equals < 1) throw new UsageError(`-e needs KEY=VALUE, not "${pair}"`);
    values[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return values;
}
