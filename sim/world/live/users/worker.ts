// The thread of one worker: orders in, reports out. Built code only: a measured generator is never compiled on
// the way.
import { parentPort, workerData } from "node:worker_threads";
import type { Order, Report, WorkerSetup } from "./messages.ts";
import { UserWorker } from "./user-worker.ts";

/** How often the history is shipped and the state told. */
const TELL_MS = 100;

const port = parentPort;
if (port === null) throw new Error("a worker of virtual users runs in a thread of its own");

function report(told: Report): void {
  // The numbers move over instead of being copied.
  if (told.type === "chunk") port!.postMessage(told, [told.chunk.buffer as ArrayBuffer]);
  else port!.postMessage(told);
}

const worker = new UserWorker(workerData as WorkerSetup, report);
const telling = setInterval(() => worker.tell(), TELL_MS);
port.on("message", (order: Order) => {
  worker.obey(order);
  if (order.type !== "stop") return;
  clearInterval(telling);
  port.close();
});
report({ type: "ready" });
