// One node serves thousands, and the balancer says who goes to which node.
import { describe, expect, it } from "vitest";
import type { Town } from "../support/story.ts";
import { story } from "../support/story.ts";

const MINUTE_MS = 60_000;

function calls(town: Town, from: number, name: string): number {
  return town.record.calls.slice(from).filter(({ call }) => call === name).length;
}

describe("a node and its sessions", () => {
  it("S49 S50 BND1 one node serves 2,000 people at once, and each gets his messages", async () => {
    const pairs = Array.from({ length: 1_000 }, (_, i) => [`a${i}`, `b${i}`] as const);
    const town = await story({ nodes: 1, friends: pairs });
    for (const [a, b] of pairs) {
      town.dial(a);
      town.dial(b);
    }
    await town.runFor(10_000);
    const { node } = town.world.hosts[0]!.life!;
    expect(node.stats()).toMatchObject({ sockets: 2_000, sessions: 2_000 });
    for (const [a, b] of pairs) {
      town.person(a).send(b, `hello ${b}`);
      town.person(b).send(a, `hello ${a}`);
    }
    await town.runFor(10_000);
    const shown = town.record.events("shown");
    expect(shown).toHaveLength(2_000);
    expect(new Set(shown.map((told) => told["user"])).size).toBe(2_000);
    expect(town.record.events("sendEnded").every((told) => told["outcome"] === 0)).toBe(true);

    // Renewal and the look at friends go in batches: a bucket or a group a call, not a session a call.
    const from = town.record.calls.length;
    const lookedFrom = town.kernel.now;
    await town.runFor(5 * MINUTE_MS);
    const minutes = (town.kernel.now - lookedFrom) / 60e6;
    expect(calls(town, from, "presence.hold") / minutes).toBeLessThanOrEqual(2 * 256 + 1);
    expect(calls(town, from, "presence.lookupMany") / minutes).toBeLessThanOrEqual(2 * 8 + 1);
    // And all are online still: everyone's heartbeat was renewed, nobody was swept away.
    expect(node.stats().sessions).toBe(2_000);
    for (const [a, b] of pairs)
      for (const name of [a, b]) {
        const ageMs = town.world.ports.clock.wallMs() - town.store.presence(name)!.heartbeatMs;
        expect(ageMs).toBeLessThanOrEqual(31_000);
      }
    expect(await town.close()).toEqual([]);
  });
});

describe("the load balancer", () => {
  const people = Array.from({ length: 300 }, (_, i) => `user ${i}`);

  async function spread(policy: "least-connections" | "round-robin" | "random") {
    const town = await story({ people, balancer: policy });
    for (const name of people) town.dial(name);
    await town.runFor(10_000);
    return { town, counts: sessionsOf(town) };
  }

  function sessionsOf(town: Town): number[] {
    return town.world.hosts.map((host) => host.life?.node.stats().sessions ?? 0);
  }

  it.each(["least-connections", "round-robin"] as const)(
    "S50 %s spreads 300 users over three nodes, nobody choosing: at most one apart",
    async (policy) => {
      const { counts } = await spread(policy);
      expect(counts.reduce((sum, count) => sum + count)).toBe(300);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    },
  );

  it("S50 random spreads them too, less evenly: 75 to 125 each with this seed", async () => {
    const { counts } = await spread("random");
    expect(counts.reduce((sum, count) => sum + count)).toBe(300);
    for (const count of counts) {
      expect(count).toBeGreaterThanOrEqual(75);
      expect(count).toBeLessThanOrEqual(125);
    }
  });

  it.each(["least-connections", "round-robin", "random"] as const)(
    "%s never sends anybody to a node that is down or draining",
    async (policy) => {
      const town = await story({ people: people.slice(0, 60), balancer: policy });
      town.kill("node-1");
      town.fault("drain node-3");
      // The balancer's next health check sees it.
      await town.runFor(1_001);
      for (const name of people.slice(0, 60)) town.dial(name);
      await town.runFor(5_000);
      const nodes = town.record.events("connected").map((told) => told["node"]);
      expect(nodes).toEqual(Array.from({ length: 60 }, () => 1));
      expect(town.record.events("closed")).toEqual([]);
    },
  );
});
