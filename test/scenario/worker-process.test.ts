// Worker processes that die, hang or meet a defect: the order is lost with its reason, the others go on.
import { describe, expect, it } from "vitest";
import { runWorker, type Loss } from "../../sim/run/worker-process.ts";
import type { Order } from "../support/failing-worker.ts";

function work(orders: readonly Order[]) {
  const waiting = orders.slice();
  const answers: number[] = [];
  const losses: (readonly [number, Loss])[] = [];
  return {
    answers,
    losses,
    orders: {
      worker: "../../test/support/failing-worker",
      take: () => waiting.shift(),
      done: (answer: number) => void answers.push(answer),
      nameOf: ({ n }: Order) => `order ${n}`,
      deadlineMs: 20_000,
    },
    lost: (order: Order, loss: Loss) => void losses.push([order.n, loss]),
  };
}

describe("a worker process", { timeout: 60_000 }, () => {
  it("whose order dies is replaced, and the order told as lost", async () => {
    const { answers, losses, orders, lost } = work([
      { n: 1, does: "answer" },
      { n: 2, does: "exit" },
      { n: 3, does: "throw" },
      { n: 4, does: "answer" },
    ]);
    await runWorker<Order, number>({ ...orders, lost });
    expect(answers).toEqual([2, 8]);
    expect(losses).toEqual([
      [2, { kind: "crashed", text: "the worker ended with 7" }],
      [3, { kind: "defect", text: "a broken invariant" }],
    ]);
  });

  it("that does not come back is killed", async () => {
    const { answers, losses, orders, lost } = work([
      { n: 1, does: "hang" },
      { n: 2, does: "answer" },
    ]);
    await runWorker<Order, number>({ ...orders, deadlineMs: 5_000, lost });
    expect(answers).toEqual([4]);
    expect(losses).toEqual([[1, { kind: "timed out", text: "no answer within 5 s" }]]);
  });

  it("fails the whole work where nobody takes what is lost", async () => {
    const { orders } = work([{ n: 2, does: "exit" }]);
    await expect(runWorker<Order, number>(orders)).rejects.toThrow(
      "order 2: the worker ended with 7",
    );
  });
});
