// The friend graph: degrees, symmetry, order, speed of nothing but shape.
import { describe, expect, it } from "vitest";
import { quantile } from "../../../sim/kernel/distribution.ts";
import { Streams } from "../../../sim/kernel/random.ts";
import { buildFriendGraph, type FriendGraph } from "../../../sim/users/friend-graph.ts";

const FRIENDS = { dist: "lognormal", median: 8, p99: 60 } as const;

function graphOf(users: number, seed = 1): FriendGraph {
  const streams = new Streams(seed);
  return buildFriendGraph(
    users,
    FRIENDS,
    streams.stream("a"),
    streams.stream("b"),
    streams.stream("c"),
  );
}

describe("the friend graph", () => {
  it("has about the number of friends that was asked for", () => {
    const graph = graphOf(20_000);
    const degrees = Array.from({ length: 20_000 }, (_, i) => graph.degree(i + 1));
    degrees.sort((a, b) => a - b);
    expect(degrees[10_000]).toBeGreaterThanOrEqual(7);
    expect(degrees[10_000]).toBeLessThanOrEqual(9);
    const p99 = quantile(FRIENDS, 0.99);
    expect(degrees[19_800]! / p99).toBeGreaterThan(0.9);
    expect(degrees[19_800]! / p99).toBeLessThan(1.1);
  });

  it("is undirected, without loops and doubles, and leaves nobody alone", () => {
    const graph = graphOf(500);
    const chats = new Set<number>();
    for (const { low, high, chat } of graph.edges()) {
      expect(low).toBeLessThan(high);
      expect(graph.chatOf(low, high)).toBe(chat);
      expect(graph.chatOf(high, low)).toBe(chat);
      chats.add(chat);
    }
    let places = 0;
    for (let user = 1; user <= 500; user++) {
      expect(graph.degree(user)).toBeGreaterThan(0);
      places += graph.degree(user);
      for (let place = 1; place < graph.degree(user); place++)
        expect(graph.friend(user, place)).toBeGreaterThan(graph.friend(user, place - 1));
    }
    expect(chats.size * 2).toBe(places);
  });

  it("is the same for the same seed, another for another, and stands with one user or two", () => {
    expect([...graphOf(300).edges()]).toEqual([...graphOf(300).edges()]);
    expect([...graphOf(300).edges()]).not.toEqual([...graphOf(300, 2).edges()]);
    expect([...graphOf(1).edges()]).toEqual([]);
    expect([...graphOf(2).edges()]).toHaveLength(1);
  });
});
