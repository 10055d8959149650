// A station with k servers: who is served when, and what pauses, slowness and restarts do.

import { describe, expect, it } from "vitest";
import { LABELS } from "../../../sim/kernel/labels.ts";
import { Streams } from "../../../sim/kernel/random.ts";
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

describe("bookings", () => {
  it.each([1, 2, 7, 384])("of %i servers give the times at which submitted jobs end", async (k) => {
    const stream = new Streams(k).stream("jobs");
    const { kernel, service } = newStation(k);
    const booked = new Service(kernel, { concurrency: k });
    const ahead: number[] = [];
    const ended: number[] = [];
    const waiting: [number, number][] = [];
    const arrive = (job: number): void => {
      const serviceUs = stream.int(1, 200 * k);
      expect(booked.foreseeable).toBe(true);
      ahead[job] = booked.book(serviceUs) + serviceUs;
      service.submit(serviceUs, LABELS.storeDone, (of: number) => (ended[of] = kernel.now), job);
      waiting.push([booked.queueDepth, service.queueDepth]);
    };
    // Bursts and lulls, on both sides of what the servers can do.
    let atUs = 0;
    for (let job = 0; job < 2_000; job++) {
      atUs += job % 500 < 250 ? stream.int(0, 150) : stream.int(0, 300);
      kernel.at(atUs, LABELS.storeArrive, arrive, job);
    }
    await kernel.run(10_000_000);
    expect(ended).toEqual(ahead);
    // Jobs that end as another arrives: their events may still be to come.
    const sooner = waiting.map(([foreseen, seen]) => seen - foreseen);
    expect(Math.min(...sooner)).toBe(0);
    expect(Math.max(...sooner)).toBeLessThanOrEqual(2);
    expect(booked.busyUs()).toBe(service.busyUs());
    expect(Math.max(...waiting.map(([foreseen]) => foreseen))).toBeGreaterThan(0);
  });
});
