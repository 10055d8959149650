// The command line: which command, which flags, which exit code. Whatever a command does, it does in sim/run.
import yargs from "yargs";
import { EXIT } from "../run/exit-codes.ts";
import { VERSION } from "../run/version.ts";
import { nearest } from "../scenario/suggest.ts";
import { UsageError, type Command, type Flags } from "./command.ts";
import { benchCommand } from "./commands/bench.ts";
import { bugsCommand } from "./commands/bugs.ts";
import { compareCommand } from "./commands/compare.ts";
import { exploreCommand } from "./commands/explore.ts";
import { huntCommand } from "./commands/hunt.ts";
import { lintCommand } from "./commands/lint.ts";
import { nodeCommand } from "./commands/node.ts";
import { replayCommand } from "./commands/replay.ts";
import { reportCommand } from "./commands/report.ts";
import { runCommand } from "./commands/run.ts";
import { schemaCommand } from "./commands/schema.ts";
import { servicesCommand } from "./commands/services.ts";
import { shrinkCommand } from "./commands/shrink.ts";
import { traceCommand } from "./commands/trace.ts";
import { err, paint, printProblems } from "./console.ts";
import { refuseUnknownVariables } from "./environment.ts";
import { configOf, outerFlags } from "./outer-flags.ts";

const COMMANDS: readonly Command[] = [
  runCommand,
  replayCommand,
  shrinkCommand,
  exploreCommand,
  traceCommand,
  compareCommand,
  reportCommand,
  lintCommand,
  schemaCommand,
  servicesCommand,
  nodeCommand,
  bugsCommand,
  huntCommand,
  benchCommand,
];
const GLOBAL_FLAGS = ["help", "version"];
const WIDTH = 100;

/** The exit code; only the program that calls this sets it. */
export async function main(argv: readonly string[]): Promise<number> {
  // It stays: what is written last fails only after the command has ended.
  if (!process.stdout.listeners("error").includes(readerLeft))
    process.stdout.on("error", readerLeft);
  try {
    return await dispatch(argv);
  } catch (error) {
    if (error instanceof UsageError) {
      err(`${paint("red", "error:")} ${error.message}`);
      return EXIT.badInput;
    }
    err(
      `${paint("red", "defect:")} ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return EXIT.defect;
  }
}

/** Who reads our output may leave early (`| head`); anything else that stops it is a defect. */
function readerLeft(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const command = chosenCommand(argv);
  if (command !== undefined) refuseUnknownVariables(process.env, COMMANDS);
  const config = configOf();
  if ("problems" in config && command !== undefined) {
    printProblems(config.problems);
    return EXIT.badInput;
  }
  const outer =
    command === undefined || "problems" in config
      ? []
      : outerFlags(command.options, argv, process.env, config);
  const at = command === undefined ? 0 : argv.indexOf(command.name) + 1;
  const words = [...argv.slice(0, at), ...outer, ...argv.slice(at)];
  let given: Flags | undefined;
  const parser = parserFor(command, words, argv, (flags) => (given = flags));
  await parser.parseAsync();
  if (given === undefined || command === undefined) {
    // Help and version were printed; nothing at all asks for help and does not get it silently.
    if (argv.some((word) => ["--help", "--version"].includes(word))) return EXIT.ok;
    err(await parser.getHelp());
    throw new UsageError("a command is missing");
  }
  return command.run(given);
}

function chosenCommand(argv: readonly string[]): Command | undefined {
  const word = argv.find((candidate) => !candidate.startsWith("-"));
  if (word === undefined) return undefined;
  const command = COMMANDS.find(({ name }) => name === word);
  if (command !== undefined) return command;
  const names = COMMANDS.map(({ name }) => name);
  throw new UsageError(
    `unknown command "${word}"; the nearest valid name is "${nearest(word, names)}"`,
  );
}

function parserFor(
  command: Command | undefined,
  words: readonly string[],
  typed: readonly string[],
  take: (flags: Flags) => void,
) {
  const parser = yargs([...words])
    .scriptName("chatquake")
    .detectLocale(false)
    .usage("chatquake COMMAND: a messenger, a simulator that breaks it, and an audit")
    .version(VERSION)
    .wrap(WIDTH)
    .exitProcess(false)
    .showHelpOnFail(false)
    .parserConfiguration({
      "dot-notation": false,
      "camel-case-expansion": false,
      "parse-numbers": false,
      "parse-positional-numbers": false,
    })
    .epilogue("Flags have twins in the environment: CHATQUAKE_SEED for --seed.")
    .fail((message, error) => {
      throw error instanceof Error ? error : usageError(command, message, typed);
    });
  for (const each of COMMANDS)
    parser.command({
      command: `${each.name} ${each.positional}`.trim(),
      describe: each.describe,
      builder: (own) =>
        own.options(each.options).strict().example(each.example[0], each.example[1]),
      handler: (flags) => take(flags),
    });
  return parser;
}

/** What yargs found, in our words. */
function usageError(
  command: Command | undefined,
  message: string,
  typed: readonly string[],
): UsageError {
  const unknown = /^Unknown arguments?: ([^,]+)/.exec(message)?.[1];
  if (unknown === undefined || command === undefined) {
    const missing = message.startsWith("Not enough non-option arguments");
    const name = command?.name ?? "";
    return new UsageError(
      missing ? `${name} needs ${command?.positional ?? ""}` : oneLine(message),
    );
  }
  const flags = [...Object.keys(command.options), ...GLOBAL_FLAGS];
  if (typed.includes(unknown))
    return new UsageError(`unexpected argument "${unknown}" of ${command.name}`);
  return new UsageError(
    `unknown flag "--${unknown}" of ${command.name}; the nearest valid name is "--${nearest(unknown, flags)}"`,
  );
}

function oneLine(message: string): string {
  return message.trim().replace(/\s*\n\s*/g, "; ");
}
