// Worker processes that are given one order after the other until there are none left. What an order means is the
// worker file's; how many workers share a queue, and what an order that dies means, is the caller's.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export type WorkerAnswer<A> = { readonly answer: A } | { readonly defect: string };

/** An order that has no answer: its process took too long or ended, or what it ran is a defect. */
export interface Loss {
  readonly kind: "timed out" | "crashed" | "defect";
  readonly text: string;
}

export interface Work<O extends number | object, A> {
  /** Path without its ending, from this folder. */
  readonly worker: string;
  /** Told once, before the first order. */
  readonly setup?: object;
  /** Undefined: there are no more. A promise: there may be more later. */
  readonly take: () => O | undefined | Promise<O | undefined>;
  readonly done: (answer: A) => void;
  /** For the message about a worker that ended in the middle of an order. */
  readonly nameOf: (order: O) => string;
  /** An order that takes longer is given up and its process killed. */
  readonly deadlineMs?: number;
  /** Takes an order that has no answer; a new process goes on. Without it the first loss fails the whole work. */
  readonly lost?: (order: O, loss: Loss) => void;
}

/** MiB for each half. What a run makes is short-lived: four times the usual room is collected a quarter as often, which
 * saves a tenth of the time of a seed (`bench chaos_seed_seconds`). */
const YOUNG_GENERATION = ["--min-semi-space-size=64", "--max-semi-space-size=64"];

/** Settles when there is no order left; rejects at an order without an answer, where nobody takes it. */
export async function runWorker<O extends number | object, A>(work: Work<O, A>): Promise<void> {
  for (;;) {
    const ended = await runProcess(work);
    if (ended === undefined) return;
    const { order, loss } = ended;
    if (work.lost === undefined) throw new Error(`${work.nameOf(order)}: ${loss.text}`);
    work.lost(order, loss);
  }
}

interface Ended<O> {
  readonly order: O;
  readonly loss: Loss;
}

/** One process, to the end of the orders or to the first that it leaves without an answer. */
function runProcess<O extends number | object, A>(work: Work<O, A>): Promise<Ended<O> | undefined> {
  return new Promise((resolve, reject) => {
    // The same kind of file as this one: built, or source through tsx.
    const isSource = import.meta.url.endsWith(".ts");
    const file = new URL(`./${work.worker}.${isSource ? "ts" : "js"}`, import.meta.url);
    const child = fork(fileURLToPath(file), [], {
      execArgv: [
        ...YOUNG_GENERATION,
        ...(isSource ? ["--import", "tsx"] : ["--enable-source-maps"]),
      ],
      // Ctrl-C reaches the whole group; a worker finishes its order and is given no other.
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let order: O | undefined;
    let loss: Loss | undefined;
    let timer: NodeJS.Timeout | undefined;
    const { deadlineMs } = work;
    const giveUp = (): void => {
      loss = { kind: "timed out", text: `no answer within ${deadlineMs! / 1000} s` };
      child.kill("SIGKILL");
    };
    const next = (): void => {
      clearTimeout(timer);
      order = undefined;
      void Promise.resolve(work.take()).then(begin, reject);
    };
    const begin = (taken: O | undefined): void => {
      order = taken;
      if (order === undefined) {
        child.disconnect();
        return;
      }
      if (deadlineMs !== undefined) timer = setTimeout(giveUp, deadlineMs);
      child.send(order);
    };
    child.on("message", (message: WorkerAnswer<A>) => {
      if ("answer" in message) {
        work.done(message.answer);
        next();
        return;
      }
      clearTimeout(timer);
      loss = { kind: "defect", text: message.defect };
      child.disconnect();
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (order === undefined) resolve(undefined);
      else resolve({ order, loss: loss ?? crash(code, signal) });
    });
    if (work.setup === undefined) next();
    else child.send(work.setup, next);
  });
}

function crash(code: number | null, signal: NodeJS.Signals | null): Loss {
  const how = code === null ? `by ${signal ?? "a signal"}` : `with ${code}`;
  return { kind: "crashed", text: `the worker ended ${how}` };
}
