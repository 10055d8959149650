// A node's CPU: one task at a time, emissions leave when their cost is paid, cores are shared fairly.

import { describe, expect, it } from "vitest";
import { Cpu } from "../../../sim/net/cpu.ts";
import { Host } from "../../../sim/net/host.ts";
import { newKernel } from "./world.ts";

describe("cpu", () => {
  it("runs at once when idle, in turn when busy, and emits when the cost is paid", async () => {
    const kernel = newKernel();
    const cpu = new Cpu(kernel);
    const seen: [string, number, number][] = [];
    const task = (name: string): void => void seen.push([name, kernel.now, cpu.departureUs()]);
    kernel.at(
      100,
      1,
      () => {
        cpu.run(10, task, "a");
        cpu.run(5.5, task, "b");
        cpu.run(1, task, "c");
      },
      undefined,
    );
    await kernel.run(1_000);
    expect(seen).toEqual([
      ["a", 100, 110],
      ["b", 110, 116],
      ["c", 116, 117],
    ]);
    expect(cpu.busyUs).toBeCloseTo(16.5);
    expect(kernel.events).toBe(3); // the first task needed no event of its own
    expect(cpu.departureUs()).toBe(1_000);
  });

  it("scales with its speed and pays what a task charges on top", async () => {
    const kernel = newKernel();
    const cpu = new Cpu(kernel);
    cpu.setSpeed(0.1);
    let leavesUs = 0;
    cpu.run(
      10,
      () => {
        cpu.charge(3);
        leavesUs = cpu.departureUs();
      },
      undefined,
    );
    expect(leavesUs).toBe(130);
    let ranAtUs = 0;
    cpu.run(1, () => (ranAtUs = kernel.now), undefined);
    await kernel.run(1_000);
    expect(ranAtUs).toBe(130);
  });

  it("holds everything while paused, then a draw puts timers or frames first", async () => {
    const orders = new Set<string>();
    for (let entity = 0; entity < 20; entity++) {
      const kernel = newKernel();
      const cpu = new Cpu(kernel, { seed32: 5, entity });
      const seen: string[] = [];
      const note = (name: string): void => void seen.push(name);
      cpu.pause();
      cpu.run(1, note, "f1");
      cpu.run(1, note, "t1", true);
      cpu.run(1, note, "f2");
      cpu.run(1, note, "t2", true);
      await kernel.run(50);
      expect(seen).toEqual([]);
      cpu.resume();
      await kernel.run(100);
      orders.add(seen.join());
    }
    expect([...orders].sort()).toEqual(["f1,f2,t1,t2", "t1,t2,f1,f2"]);
  });

  it("takes the rest of a paused task up again and is silent once stopped", async () => {
    const kernel = newKernel();
    const cpu = new Cpu(kernel);
    const ran: number[] = [];
    const note = (): void => void ran.push(kernel.now);
    cpu.run(100, note, undefined);
    cpu.run(1, note, undefined);
    kernel.at(40, 1, () => cpu.pause(), undefined);
    kernel.at(540, 1, () => cpu.resume(), undefined);
    await kernel.run(1_000);
    expect(ran).toEqual([0, 600]);
    cpu.run(10, note, undefined);
    cpu.run(10, note, undefined);
    cpu.stop();
    cpu.run(10, note, undefined);
    await kernel.run(2_000);
    expect(ran).toEqual([0, 600, 1_000]);
  });

  it("collects garbage as work is done", async () => {
    const kernel = newKernel();
    const cpu = new Cpu(kernel, {
      collections: {
        workUs: { dist: "constant", value: 100 },
        pauseUs: { dist: "constant", value: 50 },
      },
    });
    for (let i = 0; i < 40; i++) cpu.run(10, () => {}, undefined);
    await kernel.run(10_000);
    expect(cpu.collections).toBe(4);
    expect(cpu.busyUs).toBe(600);
  });
});

describe("host", () => {
  it("gives its cores to whoever waited longest", async () => {
    const kernel = newKernel();
    const host = new Host(kernel, 2);
    const cpus = [0, 1, 2, 3].map(() => new Cpu(kernel, { host }));
    const seen: [number, number][] = [];
    for (let round = 0; round < 2; round++)
      cpus.forEach((cpu, i) => cpu.run(10, () => void seen.push([i, kernel.now]), undefined));
    await kernel.run(1_000);
    expect(seen).toEqual([
      [0, 0],
      [1, 0],
      [2, 10],
      [3, 10],
      [0, 20],
      [1, 20],
      [2, 30],
      [3, 30],
    ]);
  });

  it("is used up to its cores and no further", async () => {
    const kernel = newKernel();
    const host = new Host(kernel, 3);
    const cpus = [0, 1, 2, 3, 4].map(() => new Cpu(kernel, { host }));
    let done = 0;
    for (let i = 0; i < 500; i++) cpus[i % 5]!.run(30, () => void (done += 1), undefined);
    await kernel.run(5_000);
    expect(done).toBe(500);
    expect(cpus.reduce((sum, cpu) => sum + cpu.busyUs, 0)).toBe(15_000);
  });
});
