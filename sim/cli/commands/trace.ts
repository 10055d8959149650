// chatquake trace: what happened, line by line; of one message, one user or one node. Without any of these, of a run
// that broke a rule: the failure as text for a ticket.
import { failuresText } from "../../report/failure/text.ts";
import { EXIT } from "../../run/exit-codes.ts";
import { readSavedRun } from "../../run/saved-run.ts";
import { traceRun } from "../../run/trace/trace.ts";
import type { TraceFilter } from "../../run/trace/trace-filter.ts";
import { required, text, UsageError, whole, type Command, type Flags } from "../command.ts";
import { err, out, printProblems } from "../console.ts";

const NODES_MAX = 100;

export const traceCommand: Command = {
  name: "trace",
  positional: "<dir>",
  describe: "print what happened in a run, as a readable sequence; of a failed one, how it failed",
  options: {
    message: { type: "string", describe: "of one message: CHAT/DEVICE/N" },
    user: { type: "string", describe: "of one user" },
    node: { type: "string", describe: "of one node: node-1, or 1" },
  },
  example: [
    "chatquake trace reports/swarm-simulated-7 --message 12/281474976710/3",
    "the life of that message; without --message, how a failed run failed, for a ticket",
  ],
  run: async (flags) => {
    const read = readSavedRun(required(flags, "dir"));
    if ("problems" in read) {
      printProblems(read.problems);
      return EXIT.badInput;
    }
    const filter = filterOf(flags);
    const { lives } = read.run.result;
    if (Object.keys(filter).length === 0 && lives.length > 0) {
      out(failuresText(lives));
      return EXIT.ok;
    }
    const lines = await traceRun(read.run, filter, out);
    if (lines === 0 && Object.keys(filter).length > 0)
      throw new UsageError("nothing in this run is about what was asked for");
    err(`${lines} lines`);
    return EXIT.ok;
  },
};

function filterOf(flags: Flags): TraceFilter {
  const user = whole(flags, "user", 1, Number.MAX_SAFE_INTEGER);
  const named = /^node-(\d+)$/.exec(text(flags, "node") ?? "")?.[1];
  const node = whole(named === undefined ? flags : { node: named }, "node", 1, NODES_MAX);
  const written = text(flags, "message");
  const match = written === undefined ? null : /^(\d+)\/(\d+)\/(\d+)$/.exec(written);
  if (written !== undefined && match === null)
    throw new UsageError(`--message needs CHAT/DEVICE/N, not "${written}"`);
  const [chat = 0, device = 0, n = 0] = (match ?? []).slice(1).map(Number);
  return {
    ...(user === undefined ? {} : { user }),
    ...(node === undefined ? {} : { node }),
    ...(match === null ? {} : { message: { chat, device, n } }),
  };
}
