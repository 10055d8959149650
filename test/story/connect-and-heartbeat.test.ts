// A client keeps a connection open: it signs in with a token, and both ends go on hearing each other.
import { describe, expect, it } from "vitest";
import { story } from "../support/story.ts";

const PERIOD_MS = 25_000;

describe("S1 how the client maintains an open connection with the node", () => {
  it("S2 PRE2 user X and node-2 are constantly heart beating back and forth", async () => {
    const town = await story({ friends: [["X", "Y"]] });
    const x = await town.signIn("X", { node: "node-2" });
    expect(x.node).toBe("node-2");
    expect(x.heard("connected")).toEqual([
      {
        type: "connected",
        session: 1,
        epoch: expect.stringMatching(/^\d{13}-\d{10}-\d{15}$/),
        serverTime: expect.any(Number),
        heartbeatMs: PERIOD_MS,
        window: 64,
        reconnect: { baseMs: 500, capMs: 15_000 },
      },
    ]);
    await town.runFor(10 * PERIOD_MS);
    const pings = x.frames.filter(({ way, frame }) => way === "up" && frame.type === "ping");
    expect(pings.length).toBeGreaterThanOrEqual(9);
    for (let i = 1; i < pings.length; i++)
      expect((pings[i]!.t - pings[i - 1]!.t) / 1000).toBe(PERIOD_MS);
    // Each was answered before the next one went out, on the one connection.
    expect(x.frames.filter(({ frame }) => frame.type === "pong")).toHaveLength(pings.length);
    expect(x.nodes()).toEqual(["node-2"]);
    expect(await town.close()).toEqual([]);
  });

  it("S12 user Y, a friend of X, is also online and heart beating with the N4 server", async () => {
    const town = await story({ nodes: 4, friends: [["X", "Y"]] });
    const x = await town.signIn("X", { node: "node-3" });
    const y = await town.signIn("Y", { node: "node-4" });
    await town.runFor(4 * PERIOD_MS);
    for (const person of [x, y]) {
      expect(person.heard("pong").length).toBeGreaterThanOrEqual(3);
      expect(town.store.lookup(person.name).online).toBe(true);
    }
    expect([x.node, y.node]).toEqual(["node-3", "node-4"]);
    expect(x.sees("Y")?.state).toBe("online");
  });

  it("S13 N4 stores user Y's entry in Redis, and keeps its heartbeat moving", async () => {
    const town = await story({ nodes: 4, friends: [["X", "Y"]] });
    const x = await town.signIn("X", { node: "node-3" });
    const y = await town.signIn("Y", { node: "node-4" });
    expect(town.store.presence("Y")).toMatchObject({
      user: y.user,
      device: y.device.device,
      node: "node-4",
      incarnation: town.world.hosts[3]!.life!.incarnation.id,
      connection: y.heard("connected")[0]!.session,
      epoch: y.heard("connected")[0]!.epoch,
      released: false,
    });
    // As long as Y pings the heartbeat moves on every 30 s, and no later.
    const beats = [town.store.presence("Y")!.heartbeatMs];
    const pings = y.sent("ping").length;
    for (let half = 0; half < 6 * 60; half++) {
      await town.runFor(500);
      const { heartbeatMs } = town.store.presence("Y")!;
      if (heartbeatMs !== beats.at(-1)) beats.push(heartbeatMs);
    }
    expect(y.sent("ping").length).toBeGreaterThan(pings + 5);
    expect(beats.length).toBeGreaterThan(5);
    for (let i = 1; i < beats.length; i++)
      expect(beats[i]! - beats[i - 1]!).toBeLessThanOrEqual(30_100);
    // Only the node that holds the connection writes the record: the other one holds X's alone.
    const held = (user: number): string[] => [
      ...new Set(
        town.record.calls
          .filter(({ call, args }) => call === "presence.hold" && claims(args).includes(user))
          .map(({ node }) => node),
      ),
    ];
    expect(held(y.user)).toEqual(["node-4"]);
    expect(held(x.user)).toEqual(["node-3"]);
  });

  it("S75 user Z is heart beating with some other server N1", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    await town.signIn("X", { node: "node-2" });
    const z = await town.signIn("Z", { node: "node-1" });
    await town.runFor(2 * PERIOD_MS);
    expect(z.node).toBe("node-1");
    expect(z.heard("pong").length).toBeGreaterThan(0);
    expect(town.store.presence("Z")?.node).toBe("node-1");
    expect(town.store.presence("X")?.node).toBe("node-2");
  });

  it("S76 the connection is bi-directional: Z talks with N1, and N1 fetches and sends it all", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    const x = await town.signIn("X", { node: "node-2" });
    x.send("Z", "hello Z");
    await town.runFor(500);
    const z = await town.signIn("Z", { node: "node-1" });
    expect(z.texted()).toEqual(["hello Z"]);
    const fetched = town.record.calls
      .filter(({ node }) => node === "node-1")
      .map((one) => one.call);
    expect(fetched).toEqual(
      expect.arrayContaining(["roster.friends", "messages.unreadEntries", "messages.rows"]),
    );
    // A push arrives without a request, and a request is answered, on the same socket.
    const before = z.frames.length;
    x.send("Z", "are you there?");
    await town.runFor(500);
    const after = z.frames.slice(before);
    expect(after.map(({ frame }) => frame.type)).toContain("message");
    expect(after.filter(({ way }) => way === "up")).toEqual([]);
    z.send("X", "yes");
    await town.runFor(500);
    expect(z.outcome("yes")).toBe("ok");
    expect(z.nodes()).toEqual(["node-1"]);
    expect(x.texted()).toEqual(["yes"]);
  });

  it.each([
    ["made up", (good: string) => `${good}0`],
    ["of another user", (good: string) => good.replace(/^\d+/, "2")],
  ])("SEC1 a token that is %s is closed with 4401 and leaves no record", async (_what, spoil) => {
    const town = await story({ friends: [["X", "Y"]] });
    const x = town.dialWith("X", spoil(town.world.issueToken(1, 4711)));
    await town.runFor(30_000);
    expect(x.closes()).toEqual([4401]);
    expect(x.frames.filter(({ way }) => way === "down")).toEqual([]);
    expect(town.store.presence("X")).toBeUndefined();
    expect(town.store.presence("Y")).toBeUndefined();
    expect(x.device.isOpen).toBe(false);
  });

  it("SEC1 an expired token is closed with 4401 and leaves no record", async () => {
    const town = await story({ people: ["X"] });
    const signedInMs = 500_000_000;
    const expired = { user: 1, device: 4711, signedInMs, expiresMs: signedInMs + 1 };
    const x = town.dialWith("X", town.world.tokens.issue(expired));
    await town.runFor(5_000);
    expect(x.closes()).toEqual([4401]);
    expect(town.store.presence("X")).toBeUndefined();
  });
});

function claims(args: readonly unknown[]): number[] {
  return (args[0] as { user: number }[]).map((claim) => claim.user);
}
