// A worker process for tests: does as its order says, also badly.
import type { WorkerAnswer } from "../../sim/run/worker-process.ts";

export interface Order {
  readonly n: number;
  readonly does: "answer" | "exit" | "hang" | "throw";
}

process.on("message", ({ n, does }: Order) => {
  if (does === "exit") process.exit(7);
  if (does === "hang") for (;;) n.toString();
  const message: WorkerAnswer<number> =
    does === "throw" ? { defect: "a broken invariant" } : { answer: n * 2 };
  process.send?.(message);
});
