// The program of one node: reads its configuration, opens the stores, serves until it is told to stop. Exit
// codes: 0 drained, 1 a defect, 104 bad configuration, 115 a store is away.
import { parseArgs } from "node:util";
import { type LiveConfig, type ReadConfig, readConfig } from "./config.ts";
import { type Log, openLog } from "./logging.ts";
import { BadMasterKeys, openPorts, StoreAway } from "./node-ports.ts";
import { type NodeProcess, startNodeProcess } from "./node-process.ts";
import { printedConfig } from "./print-config.ts";

const EXIT = { ok: 0, defect: 1, badConfig: 104, storeAway: 115 } as const;

interface Arguments {
  readonly config: string | undefined;
  readonly print: boolean;
}

function readArguments(argv: readonly string[]): Arguments | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: "string" }, "print-config": { type: "boolean" } },
    });
    return { config: values.config, print: values["print-config"] === true };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** With the configuration printed, settings that are still missing are no problem yet. */
function printConfig(read: ReadConfig): number {
  process.stdout.write(printedConfig(read));
  const wrong = read.problems.filter((text) => !text.endsWith(" is not set"));
  for (const problem of wrong) complain(problem);
  return wrong.length === 0 ? EXIT.ok : EXIT.badConfig;
}

function complain(text: string): void {
  process.stderr.write(`error: ${text}\n`);
}

async function main(argv: readonly string[]): Promise<void> {
  const given = readArguments(argv);
  if (typeof given === "string") {
    complain(given);
    process.exit(EXIT.badConfig);
  }
  const read = readConfig(process.env, given.config);
  if (given.print) process.exit(printConfig(read));
  if (read.config === undefined) {
    for (const problem of read.problems) complain(problem);
    process.exit(EXIT.badConfig);
  }
  await serve(read.config, openLog(read.config.logLevel, read.config.nodeId));
}

async function serve(config: LiveConfig, log: Log): Promise<void> {
  // One place for whatever nobody caught: what is left of the node cannot be trusted.
  const defect = (error: unknown): never => {
    log.fatal({ err: error }, "an error that nobody handled");
    process.exit(EXIT.defect);
  };
  process.on("uncaughtException", defect);
  process.on("unhandledRejection", defect);
  let stopping = false;
  let running: { readonly node: NodeProcess; readonly close: () => Promise<void> } | undefined =
    undefined;
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, stopping ? "told to stop again: at once" : "told to stop");
    // Before it serves there is nobody to say goodbye to; told twice, it does not wait for anybody.
    if (stopping || running === undefined) process.exit(EXIT.ok);
    stopping = true;
    const { node, close } = running;
    node
      .drain()
      .then(close)
      .then(() => process.exit(EXIT.ok), defect);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // Left to the system, this would be its end: told while the stores are still opened, it reads the file again then.
  let isStale = false;
  let reload = (): void => void (isStale = true);
  process.on("SIGHUP", () => reload());

  const opened = await openPorts(config, log).catch((error: unknown) => {
    if (error instanceof StoreAway) {
      complain(error.message);
      process.exit(EXIT.storeAway);
    }
    if (!(error instanceof BadMasterKeys)) return defect(error);
    complain(error.message);
    process.exit(EXIT.badConfig);
  });
  reload = () => {
    try {
      opened.vault.reload();
      log.info({ current: opened.vault.port.currentKekId() }, "master keys read again");
    } catch (error) {
      log.error({ err: error }, "the master keys could not be read: the old ones stay in use");
    }
  };
  if (isStale) reload();
  const node = await startNodeProcess(config, opened.ports, log);
  running = { node, close: opened.close };
  const { address } = node;
  log.info({ address, testControl: config.testToken !== undefined }, "ready");
  process.stdout.write(`${JSON.stringify({ ready: true, address, pid: process.pid })}\n`);
}

await main(process.argv.slice(2));
