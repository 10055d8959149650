// A station with k servers: who is served when, and what pauses, slowness and restarts do.

import { describe, expect, it } from "vitest";
import { LABELS } from "../../../sim/kernel/labels.ts";
import { Service } from "../../../sim/net/service.ts";
import { newKernel } from "./world.ts";

function newStation(concurrency: number) {
  const kernel = newKernel();
  const service = new Service(kernel, { concurrency });
  const seen: string[] = [];
  const submit = (name: string, us: number): void =>
    service.submit(
      us,
      LABELS.storeDone,
      (done: string) => void seen.push(`${kernel.now}:${done}`),
      name,
    );
  return { kernel, service, seen, submit };
}

describe("service", () => {
  it("serves k at a time, the rest in order", async () => {
    const { kernel, service, seen, submit } = newStation(2);
    submit("a", 100);
    submit("b", 30);
    submit("c", 30);
    submit("d", 10);
    expect([service.serving, service.queueDepth]).toEqual([2, 2]);
    await kernel.run(200);
    expect(seen).toEqual(["30:b", "60:c", "70:d", "100:a"]);
    expect(service.busyUs()).toBe(170);
    expect(service.utilisation(0, 0)).toBeCloseTo(170 / 400);
    expect([service.submitted, service.completed, service.queueDepthMax]).toEqual([4, 4, 2]);
  });

  it("slows down, stands still while paused and serves the rest of each job after", async () => {
    const { kernel, service, seen, submit } = newStation(1);
    service.setSpeed(0.5);
    submit("slow", 50);
    await kernel.run(40);
    service.pause();
    submit("later", 10);
    await kernel.run(1_000);
    expect(seen).toEqual([]);
    service.resume();
    await kernel.run(2_000);
    expect(seen).toEqual(["1060:slow", "1080:later"]);
    expect(service.busyUs()).toBe(120);
  });

  it("forgets all jobs at a restart, also while paused", async () => {
    const { kernel, service, seen, submit } = newStation(1);
    submit("a", 50);
    submit("b", 50);
    await kernel.run(10);
    expect(service.restart()).toBe(2);
    service.pause();
    submit("c", 50);
    expect(service.restart()).toBe(1);
    service.resume();
    submit("d", 5);
    await kernel.run(1_000);
    expect(seen).toEqual(["15:d"]);
    expect(service.dropped).toBe(3);
    expect(service.submitted).toBe(service.completed + service.dropped);
  });
});
