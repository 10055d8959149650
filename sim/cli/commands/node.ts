// chatquake node: one messenger node. The node is a program of its own; this starts it in the foreground, hands
// signals on and takes its exit code.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EXIT } from "../../run/exit-codes.ts";
import { packageRoot } from "../../run/package-root.ts";
import { text, yes, type Command } from "../command.ts";

const BUILT = "dist/server/live/main.js";
const SOURCE = "server/live/main.ts";
/** SIGHUP: master keys are read again. The first and second stop a node, at leisure and at once. */
const SIGNALS: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGHUP"];
/** What a shell reports of a process that a signal ended. */
const SIGNALLED = 128;
const NUMBERS: Readonly<Partial<Record<NodeJS.Signals, number>>> = { SIGKILL: 9, SIGTERM: 15 };

export const nodeCommand: Command = {
  name: "node",
  positional: "",
  describe: "start one messenger node on real stores, set up by CHATQUAKE_* variables",
  options: {
    config: { type: "string", describe: "YAML or JSON file with the same names as the variables" },
    "print-config": { type: "boolean", describe: "print every setting with its default, and end" },
  },
  example: ["chatquake node --print-config > node.yml", "the settings as a file to begin with"],
  run: (flags) => {
    const config = text(flags, "config");
    const given = config === undefined ? [] : ["--config", config];
    if (yes(flags, "print-config")) given.push("--print-config");
    return runNode(given);
  },
};

function runNode(given: readonly string[]): Promise<number> {
  const root = packageRoot();
  const built = join(root, BUILT);
  const program = existsSync(built)
    ? ["--enable-source-maps", built]
    : ["--import", "tsx", join(root, SOURCE)];
  const child = spawn(process.execPath, [...program, ...given], {
    stdio: "inherit",
    // A group of its own: Ctrl-C reaches this program, which hands it on, and the node hears it once.
    detached: true,
  });
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, passOn);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      for (const name of SIGNALS) process.off(name, passOn);
      if (code !== null) resolve(code);
      else resolve(signal === null ? EXIT.defect : SIGNALLED + (NUMBERS[signal] ?? 0));
    });
  });
}
