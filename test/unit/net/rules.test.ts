// Faults as rules: the first verdict wins, a lifted rule lets go, and streams lose nothing to any of them.

import { describe, expect, it } from "vitest";
import { LABELS } from "../../../sim/kernel/labels.ts";
import { ACCEPTOR, DIALER } from "../../../sim/net/connection.ts";
import type { Verdict } from "../../../sim/net/rule.ts";
import { LATENCY_US, newKernel, newNetwork, Pair } from "./world.ts";

const SECOND = 1_000_000;

/** The times at which bare messages from "a" to "b" arrive, sent as `sends` does. */
async function bareArrivals(
  verdict: Verdict | undefined,
  liftAtUs: number,
): Promise<{ arrivals: number[]; told: number; transit: number }> {
  const kernel = newKernel();
  const network = newNetwork(kernel);
  const link = network.link("a", "b");
  const lift = network.addRule({ from: "a", to: "*", judge: () => verdict });
  const arrivals: number[] = [];
  const told = link.send(10, LABELS.storeArrive, () => void arrivals.push(kernel.now), undefined);
  const transit = link.transit(10);
  kernel.at(liftAtUs, LABELS.fault, lift, undefined);
  await kernel.run(10 * SECOND);
  return { arrivals, told, transit };
}

describe("a bare message", () => {
  it("passes, is delayed, dropped or doubled as the verdict says", async () => {
    const plain = { arrivals: [1000], told: 1000, transit: 1000 };
    expect(await bareArrivals(undefined, SECOND)).toEqual(plain);
    expect(await bareArrivals("pass", SECOND)).toEqual(plain);
    expect(await bareArrivals({ delayUs: 40_000 }, SECOND)).toEqual({
      arrivals: [41_000],
      told: 41_000,
      transit: 41_000,
    });
    expect(await bareArrivals("drop", SECOND)).toEqual({ arrivals: [], told: -1, transit: -1 });
    expect((await bareArrivals("duplicate", SECOND)).arrivals).toEqual([1000, 1000]);
  });

  it("that is held arrives after the lift: at once if stalled, sent again if cut", async () => {
    const stalled = await bareArrivals("stall", 3 * SECOND);
    expect(stalled).toEqual({ arrivals: [3 * SECOND + LATENCY_US], told: -1, transit: -1 });
    const cut = await bareArrivals("hold", 3 * SECOND);
    expect(cut.arrivals).toHaveLength(1);
    expect(cut.arrivals[0]).toBeGreaterThanOrEqual(3.2 * SECOND);
    expect(cut.arrivals[0]).toBeLessThanOrEqual(4 * SECOND + LATENCY_US);
  });
});

describe("rules", () => {
  it("are asked in the order of installation; the first verdict wins", async () => {
    const kernel = newKernel();
    const network = newNetwork(kernel);
    const always = (verdict: Verdict | undefined) => ({
      from: "a",
      to: (site: string) => site.startsWith("b"),
      judge: () => verdict,
    });
    network.addRule(always(undefined));
    const liftSlow = network.addRule(always({ delayUs: 500 }));
    network.addRule(always({ delayUs: 9_000 }));
    expect(network.link("a", "b1").transit(1)).toBe(1500); // also on a link made later
    expect(network.link("b1", "a").transit(1)).toBe(1000);
    expect(network.link("a", "c").transit(1)).toBe(1000);
    liftSlow();
    liftSlow();
    expect(network.link("a", "b1").transit(1)).toBe(10_000);
    await kernel.run(1);
  });

  it("throttle and give back the bandwidth; the lowest limit holds", () => {
    const network = newNetwork(newKernel(), { bytesPerSecond: 1_000_000 });
    const link = network.link("a", "b");
    const first = network.throttle("a", "b", 10_000);
    const second = network.throttle("b", "a", 1_000);
    expect(link.transit(10)).toBe(11_000);
    first();
    expect(link.transit(10)).toBe(21_000);
    second();
    expect(link.transit(10)).toBe(1_030);
    network.throttle("*", "c", 1_000);
    expect(network.link("a", "c").transit(10)).toBe(11_000); // also on a link made later
  });
});

describe("a connection under rules", () => {
  it("loses nothing to a cut and keeps order around the heal", async () => {
    const pair = new Pair();
    await pair.open();
    pair.connection.send(DIALER, "before", 10);
    const heal = pair.network.cut("users", "node-1");
    pair.connection.send(DIALER, "during 1", 10);
    await pair.run(30 * SECOND);
    pair.connection.send(DIALER, "during 2", 10);
    expect(pair.acceptor.what).toEqual(["before"]);
    expect(pair.connection.bufferedBytes(DIALER)).toBe(20);
    heal();
    await pair.run(1_000);
    pair.connection.send(DIALER, "after", 10);
    await pair.run(2 * SECOND);
    expect(pair.acceptor.what).toEqual(["before", "during 1", "during 2", "after"]);
    expect(pair.connection.bufferedBytes(DIALER)).toBe(0);
    expect(pair.connection.inFlightBytes(DIALER)).toBe(0);
  });

  it("stays held when a second cut overlaps the first, also one that begins before the repeat", async () => {
    const pair = new Pair();
    await pair.open();
    const first = pair.network.cut("users", "node-1");
    const second = pair.network.isolate("node-1");
    pair.connection.send(DIALER, "held", 10);
    first();
    await pair.run(5 * SECOND);
    expect(pair.acceptor.what).toEqual([]);
    second();
    await pair.run(100_000); // less than any retransmission time
    const third = pair.network.cutOneWay("users", "node-1");
    await pair.run(5 * SECOND);
    expect(pair.acceptor.what).toEqual([]);
    third();
    await pair.run(2 * SECOND);
    expect(pair.acceptor.what).toEqual(["held"]);
  });

  it("one way: the other direction goes on", async () => {
    const pair = new Pair();
    await pair.open();
    pair.network.cutOneWay("users", "node-1");
    pair.connection.send(DIALER, "up", 10);
    pair.connection.send(ACCEPTOR, "down", 10);
    await pair.run(SECOND);
    expect(pair.acceptor.what).toEqual([]);
    expect(pair.dialer.what).toEqual(["down"]);
  });

  it("repeats lost packets in order and drops doubled ones", async () => {
    const pair = new Pair();
    await pair.open();
    pair.network.addRule({
      from: "users",
      to: "node-1",
      judge: (_bytes, u) => (u < 0.3 ? "drop" : u < 0.5 ? "duplicate" : undefined),
    });
    const sent: string[] = [];
    for (let i = 0; i < 100; i++) {
      sent.push(`m${i}`);
      pair.connection.send(DIALER, `m${i}`, 10);
      await pair.run(50_000);
    }
    await pair.run(60 * SECOND);
    expect(pair.acceptor.what).toEqual(sent);
  });

  it("delays all that passes and keeps order when the delay ends", async () => {
    const pair = new Pair();
    await pair.open();
    const lift = pair.network.delay("node-1", "users", (u) => 40_000 + u * 1_000);
    pair.connection.send(DIALER, "slow", 10);
    lift();
    pair.connection.send(DIALER, "fast", 10);
    await pair.run(SECOND);
    expect(pair.acceptor.what).toEqual(["slow", "fast"]);
    expect(Number.parseInt(pair.acceptor.seen[1]!, 10)).toBeGreaterThanOrEqual(42_000);
  });

  it("closes through a cut after the heal; a dial waits for it too", async () => {
    const pair = new Pair();
    await pair.open();
    const heal = pair.network.stall("users", "node-1");
    pair.connection.send(DIALER, "bye", 10);
    pair.connection.close(DIALER, 1001);
    const late = pair.network.connect<string, string>("users", "node-1", pair.dialer);
    await pair.run(5 * SECOND);
    expect(pair.acceptor.what).toEqual([]);
    heal();
    await pair.run(SECOND);
    expect(pair.acceptor.what).toEqual(["bye", "closed 1001"]);
    expect(late.isOpen(DIALER)).toBe(true);
  });
});
