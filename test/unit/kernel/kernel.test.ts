// What the kernel promises: one total order, a full drain of microtasks after each event, and no error lost.

import { describe, expect, it } from "vitest";
import { Kernel, type EventRecorder, type KernelOptions } from "../../../sim/kernel/kernel.ts";
import { LABELS } from "../../../sim/kernel/labels.ts";
import { hostKernelOptions } from "../../../sim/run/kernel-host.ts";
import { Streams } from "../../../sim/kernel/random.ts";

const macrotask = (callback: () => void): void => void setImmediate(callback);

function newKernel(options: Partial<KernelOptions> = {}): Kernel {
  return new Kernel({ macrotask, ...options });
}

describe("kernel order", () => {
  it("runs by time, and events of one time in the order of scheduling", async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    const note = (what: string): void => void seen.push(`${kernel.now}:${what}`);
    kernel.at(20, LABELS.timer, note, "c");
    kernel.at(10, LABELS.timer, note, "a");
    kernel.at(20, LABELS.timer, note, "d");
    kernel.at(10, LABELS.timer, note, "b");
    await kernel.run(30);
    expect(seen).toEqual(["10:a", "10:b", "20:c", "20:d"]);
    expect(kernel.now).toBe(30);
    expect(kernel.events).toBe(4);
  });

  it("lets an event scheduled for now run after those already due now", async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    kernel.at(
      5,
      LABELS.timer,
      () => kernel.after(0, LABELS.timer, () => seen.push("new"), null),
      0,
    );
    kernel.at(5, LABELS.timer, () => seen.push("old"), null);
    await kernel.run(5);
    expect(seen).toEqual(["old", "new"]);
  });

  it("stops at the given time and goes on from there, also just behind a far event", async () => {
    const kernel = newKernel();
    const seen: number[] = [];
    const note = (): void => void seen.push(kernel.now);
    kernel.at(500_000_000, LABELS.timer, note, undefined);
    await kernel.run(499_999_999);
    expect(seen).toEqual([]);
    kernel.after(1, LABELS.timer, note, undefined);
    kernel.after(0, LABELS.timer, note, undefined);
    await kernel.run(500_000_000);
    expect(seen).toEqual([499_999_999, 500_000_000, 500_000_000]);
  });

  it("refuses a time in the past, a broken time and a second run at once", async () => {
    const kernel = newKernel();
    await kernel.run(10);
    const schedule = (timeUs: number) => (): unknown =>
      kernel.at(timeUs, LABELS.timer, () => {}, undefined);
    for (const timeUs of [9, 10.5, NaN, Infinity, -1]) expect(schedule(timeUs)).toThrow(RangeError);
    const run = kernel.run(20);
    expect(() => kernel.run(30)).toThrow("running already");
    await run;
  });
});

describe("kernel cancel", () => {
  it("keeps a cancelled event from running and ignores stale ids", async () => {
    const kernel = newKernel();
    const seen: string[] = [];
    const note = (what: string): void => void seen.push(what);
    const first = kernel.at(10, LABELS.timer, note, "first");
    const far = kernel.at(900_000_000, LABELS.timer, note, "far");
    expect(kernel.cancel(first)).toBe(true);
    expect(kernel.cancel(first)).toBe(false);
    const second = kernel.at(10, LABELS.timer, note, "second"); // takes the slot over
    expect(kernel.cancel(first)).toBe(false);
    expect(kernel.cancel(far)).toBe(true);
    expect(kernel.pending).toBe(1);
    await kernel.run(1_000_000_000);
    expect(seen).toEqual(["second"]);
    expect(kernel.cancel(second)).toBe(false);
    expect(kernel.cancel(0)).toBe(false);
    expect(kernel.pending).toBe(0);
  });
});

describe("kernel drain", () => {
  it("completes a chain of 50 awaits started in an event before the next event", async () => {
    for (const gapUs of [0, 1]) {
      const kernel = newKernel();
      let awaited = 0;
      let seenByNext = -1;
      async function chain(): Promise<void> {
        for (let i = 0; i < 50; i++) {
          await Promise.resolve();
          awaited += 1;
        }
      }
      kernel.at(1, LABELS.timer, () => kernel.spawn(chain()), undefined);
      kernel.at(1 + gapUs, LABELS.timer, () => (seenByNext = awaited), undefined);
      await kernel.run(10);
      expect(seenByNext).toBe(50);
    }
  });

  it("drains also across batches of macrotasks, next to events that touch no promise", async () => {
    const kernel = newKernel();
    let open = 0;
    let late = 0;
    async function work(): Promise<void> {
      open += 1;
      for (let i = 0; i < 7; i++) await null;
      open -= 1;
    }
    for (let t = 0; t < 3000; t++)
      kernel.at(
        t,
        LABELS.timer,
        () => {
          if (open > 0) late += 1;
          if (t % 3 === 0) kernel.spawn(work());
        },
        undefined,
      );
    await kernel.run(3000);
    expect(kernel.events).toBe(3000);
    expect(late).toBe(0);
    expect(open).toBe(0);
  });

  it("runs what the last event's microtasks schedule", async () => {
    const kernel = newKernel();
    let ran = false;
    async function later(): Promise<void> {
      await null;
      kernel.after(1, LABELS.timer, () => (ran = true), undefined);
    }
    kernel.at(1, LABELS.timer, () => kernel.spawn(later()), undefined);
    await kernel.run(2);
    expect(ran).toBe(true);
  });
});

describe("kernel drain modes", () => {
  it("give one hash, unless a handler forgets to say that it touched a promise", async () => {
    async function hashOf(drain: "touched" | "always", honest: boolean): Promise<string> {
      const kernel = newKernel({ drain });
      async function mixLater(fact: number): Promise<void> {
        await null;
        kernel.mix(fact);
      }
      const step = (fact: number): void => {
        if (honest) kernel.touched();
        void mixLater(fact);
        if (fact < 20) kernel.after(3, LABELS.timer, step, fact + 1);
      };
      kernel.at(0, LABELS.timer, step, 0);
      await kernel.run(100);
      return kernel.hash();
    }
    expect(await hashOf("touched", true)).toBe(await hashOf("always", true));
    expect(await hashOf("touched", false)).not.toBe(await hashOf("always", false));
  });
});

describe("kernel errors", () => {
  it("rejects the run with what a handler threw and can go on", async () => {
    const kernel = newKernel();
    let ran = false;
    const boom = (): never => {
      throw new Error("boom");
    };
    kernel.at(1, LABELS.timer, boom, undefined);
    kernel.at(2, LABELS.timer, () => (ran = true), undefined);
    await expect(kernel.run(5)).rejects.toThrow("boom");
    expect(kernel.now).toBe(1);
    expect(ran).toBe(false);
    await kernel.run(5);
    expect(ran).toBe(true);
  });

  it("rejects the run with what spawned work threw, before the next event", async () => {
    const kernel = newKernel();
    let ran = false;
    async function fail(): Promise<void> {
      await null;
      throw new Error("async boom");
    }
    kernel.at(1, LABELS.timer, () => kernel.spawn(fail()), undefined);
    kernel.at(1, LABELS.timer, () => (ran = true), undefined);
    await expect(kernel.run(5)).rejects.toThrow("async boom");
    expect(ran).toBe(false);
  });

  it("rejects the run with an unhandled rejection that the host reports", async () => {
    let report: (error: unknown) => void = () => {};
    let watching = 0;
    const kernel = newKernel({
      watchFailures: (listener) => {
        report = listener;
        watching += 1;
        return () => (watching -= 1);
      },
    });
    kernel.at(1, LABELS.timer, () => report(new Error("nobody cared")), undefined);
    await expect(kernel.run(5)).rejects.toThrow("nobody cared");
    expect(watching).toBe(0);
  });

  it("rejects the run with a real unhandled rejection, before the next event", async () => {
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    try {
      const kernel = newKernel(hostKernelOptions());
      let ran = false;
      const forget = (): void => {
        kernel.touched();
        void Promise.resolve().then(() => {
          throw new Error("forgotten");
        });
      };
      kernel.at(1, LABELS.timer, forget, undefined);
      kernel.at(1, LABELS.timer, () => (ran = true), undefined);
      await expect(kernel.run(5)).rejects.toThrow("forgotten");
      expect(ran).toBe(false);
      expect(process.listenerCount("unhandledRejection")).toBe(0);
    } finally {
      for (const listener of others) process.on("unhandledRejection", listener);
    }
  });

  it("stops after the current event, with or without an error", async () => {
    const kernel = newKernel();
    kernel.at(3, LABELS.timer, () => kernel.stop(), undefined);
    await kernel.run(9);
    expect(kernel.now).toBe(3);
    kernel.stop(); // nothing runs: no effect
    await kernel.run(9);
    expect(kernel.now).toBe(9);
    kernel.stop(new Error("between runs"));
    await expect(kernel.run(12)).rejects.toThrow("between runs");
  });
});

describe("kernel trace", () => {
  async function hashOf(queue: "wheel" | "reference", label: number): Promise<string> {
    const kernel = newKernel({ queue });
    kernel.at(7, label, () => kernel.mix(42), undefined);
    await kernel.run(7);
    return kernel.hash();
  }

  it("depends on time, label and mixed facts only", async () => {
    expect(await hashOf("wheel", LABELS.timer)).toBe(await hashOf("reference", LABELS.timer));
    expect(await hashOf("wheel", LABELS.timer)).not.toBe(await hashOf("wheel", LABELS.fault));
    expect(await hashOf("wheel", LABELS.timer)).toBe("17415841e22c8977");
  });

  it("hands over a digest every so many events", async () => {
    const digests: [number, number, number][] = [];
    const kernel = newKernel({
      digestEvery: 10,
      onDigest: (...digest) => void digests.push(digest),
    });
    for (let t = 0; t < 25; t++) kernel.at(t, LABELS.timer, () => {}, undefined);
    await kernel.run(100);
    expect(digests.map(([index]) => index)).toEqual([10, 20]);
    expect(digests[0]![1]).not.toBe(digests[1]![1]);
  });

  it("tells a recorder events and draws of its window with their call sites", async () => {
    const events: [number, number, number, string][] = [];
    const draws: [number, string, number, number, string][] = [];
    const facts: [number, number, string][] = [];
    const recorder: EventRecorder = {
      wantsEvent: (index) => index === 1,
      event: (...event) => void events.push(event),
      draw: (...draw) => void draws.push(draw),
      fact: (...fact) => void facts.push(fact),
    };
    const kernel = newKernel({ recorder });
    const stream = new Streams(1, kernel.drawObserver).stream("faults");
    const draw = (): void => void stream.next();
    function step(): void {
      draw();
      kernel.mix(kernel.now);
      if (kernel.events < 3) kernel.after(5, LABELS.phase, step, undefined);
    }
    kernel.at(1, LABELS.timer, step, undefined);
    await kernel.run(100);
    expect(events).toEqual([[1, 6, LABELS.phase, expect.stringContaining("kernel.test.ts")]]);
    expect(draws).toEqual([
      [1, "faults", 1, expect.any(Number), expect.stringContaining("kernel.test.ts")],
    ]);
    expect(facts).toEqual([[1, 6, expect.stringContaining("kernel.test.ts")]]);
  });
});
