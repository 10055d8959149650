// A worker process that is given one order after the other until there are none left. What an order means is the
// worker file's; how many workers share a queue is the caller's.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

export type WorkerAnswer<A> = { readonly answer: A } | { readonly defect: string };

export interface Work<O extends number | object, A> {
  /** File name without its ending, beside this one. */
  readonly worker: string;
  /** Told once, before the first order. */
  readonly setup?: object;
  readonly take: () => O | undefined;
  readonly done: (answer: A) => void;
  /** For the message about a worker that ended in the middle of an order. */
  readonly nameOf: (order: O) => string;
}

/** Settles when there is no order left; rejects where an order is a defect, or the worker dies over it. */
export function runWorker<O extends number | object, A>(work: Work<O, A>): Promise<void> {
  return new Promise((resolve, reject) => {
    // The same kind of file as this one: built, or source through tsx.
    const isSource = import.meta.url.endsWith(".ts");
    const file = new URL(`./${work.worker}.${isSource ? "ts" : "js"}`, import.meta.url);
    const child = fork(fileURLToPath(file), [], {
      execArgv: isSource ? ["--import", "tsx"] : ["--enable-source-maps"],
      // Ctrl-C reaches the whole group; a worker finishes its order and is given no other.
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let order: O | undefined;
    const next = (): void => {
      order = work.take();
      if (order === undefined) child.disconnect();
      else child.send(order);
    };
    child.on("message", (message: WorkerAnswer<A>) => {
      if ("answer" in message) {
        work.done(message.answer);
        next();
        return;
      }
      child.disconnect();
      reject(new Error(message.defect));
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (order === undefined) resolve();
      else reject(new Error(`${work.nameOf(order)}: the worker ended with ${code}`));
    });
    if (work.setup === undefined) next();
    else child.send(work.setup, next);
  });
}
