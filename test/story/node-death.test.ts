// The node that serves X dies: X's device notices, goes to another node by itself, and nothing is lost.
import { describe, expect, it } from "vitest";
import type { Town } from "../support/story.ts";
import { story } from "../support/story.ts";

const FRIENDS = [["X", "Y"]] as const;

async function served() {
  const town = await story({ friends: FRIENDS });
  const x = await town.signIn("X", { node: "node-2" });
  const y = await town.signIn("Y", { node: "node-1" });
  await town.runFor(5_000);
  return { town, x, y };
}

const heartbeats = (town: Town): number => town.store.presence("X")!.heartbeatMs;

describe("one server dies", () => {
  it("S3 S4 node-2, which manages X, dies: the WebSocket breaks and X's device knows", async () => {
    const { town, x } = await served();
    expect(x.device.isOpen).toBe(true);
    town.kill("node-2");
    const tookMs = await town.until(() => x.closes().length > 0, 1_000, "the break");
    expect(tookMs).toBeLessThan(200);
    expect(x.closes()).toEqual([0]);
    expect(x.device.isOpen).toBe(false);
  });

  it("S4 where no break is seen, X's device takes the node for dead 10 s after an unanswered ping", async () => {
    const { town, x } = await served();
    town.halfOpen("X");
    const silentT = town.kernel.now;
    await town.until(() => x.closes().length > 0, 40_000, "X gives the node up");
    const pings = x.frames.filter(({ t, frame }) => t >= silentT && frame.type === "ping");
    expect((town.kernel.now - pings[0]!.t) / 1000).toBeCloseTo(10_000, -2);
    await town.until(() => x.device.synced, 10_000, "X is back");
    expect(await town.close()).toEqual([]);
  });

  it("S5 LIV2 it initiates a new connection with a new host, nobody touching it", async () => {
    const { town, x } = await served();
    town.kill("node-2");
    const tookMs = await town.until(() => x.device.synced && x.nodes().length === 2, 10_000);
    expect(tookMs).toBeLessThan(5_000);
    expect(["node-1", "node-3"]).toContain(x.node);
    // The same token under a higher counter: a reconnect is no sign-in.
    const [before, after] = x.sent("connect");
    expect(after!.token).toBe(before!.token);
    expect(after!.counter).toBeGreaterThan(before!.counter);
    expect(town.record.events("signedIn", { user: x.user })).toHaveLength(1);
    expect(await town.close()).toEqual([]);
  });

  it("S6 PRE4 N3 starts updating the heartbeat information in Redis", async () => {
    const { town, x } = await served();
    town.sendTo("X", "node-3");
    const old = town.store.presence("X")!;
    town.kill("node-2");
    await town.until(() => x.device.synced && x.nodes().length === 2, 10_000);
    const record = town.store.presence("X")!;
    expect([old.node, record.node]).toEqual(["node-2", "node-3"]);
    expect(record.epoch > old.epoch).toBe(true);
    expect(record.incarnation).toBe(town.world.hosts[2]!.life!.incarnation.id);
    let last = heartbeats(town);
    for (let step = 0; step < 4; step++) {
      await town.runFor(31_000);
      expect(heartbeats(town)).toBeGreaterThan(last);
      last = heartbeats(town);
    }
    expect(town.store.lookup("X").online).toBe(true);
    expect(await town.close()).toEqual([]);
  });

  it("S6 the lease of the dead node stops within 9 s: what still names it counts as offline", async () => {
    const { town } = await served();
    // Every way to the other nodes is closed, so that the record goes on naming the dead one.
    const cuts = ["node-1", "node-3"].map((node) => town.fault(`cut ${node} users`));
    town.kill("node-2");
    expect(town.store.lookup("X").online).toBe(true);
    const tookMs = await town.until(() => !town.store.lookup("X").online, 10_000, "offline");
    expect(tookMs).toBeLessThanOrEqual(9_000);
    expect(town.store.presence("X")).toMatchObject({ node: "node-2", released: false });
    for (const heal of cuts) heal();
    await town.runFor(60_000);
    expect(town.store.lookup("X").online).toBe(true);
    expect(await town.close()).toEqual([]);
  });

  it("S7 PRE2 it is no big deal: another server takes over, and friends hardly notice", async () => {
    const { town, x, y } = await served();
    expect(y.sees("X")?.state).toBe("online");
    const killedT = town.kernel.now;
    town.kill("node-2");
    await town.runFor(3 * 60_000);
    expect(x.device.synced).toBe(true);
    expect(town.store.presence("X")!.node).not.toBe("node-2");
    const shownAway = y.sightings("X").filter(({ t, state }) => t > killedT && state !== "online");
    expect(shownAway).toEqual([]);
    expect(y.sees("X")?.state).toBe("online");
    expect(await town.close()).toEqual([]);
  });

  it("S7 MSG1 what was sent to X in the gap, and what X sent, arrives once", async () => {
    const { town, x, y } = await served();
    town.kill("node-2");
    x.send("Y", "from X into the void");
    y.send("X", "to X in the gap");
    await town.until(() => y.outcome("to X in the gap") === "ok", 5_000, "confirmed");
    await town.until(() => x.device.synced, 10_000, "X is back");
    await town.runFor(2_000);
    expect(x.texted()).toEqual(["to X in the gap"]);
    expect(y.texted()).toEqual(["from X into the void"]);
    expect(x.outcome("from X into the void")).toBe("ok");
    expect(await town.close()).toEqual([]);
  });

  it("MSG4 a send that the node took and did not answer is repeated elsewhere, and stands once", async () => {
    const { town, x, y } = await served();
    const release = town.gate.hold("messages.raiseSent");
    x.send("Y", "hi");
    await town.until(() => town.store.messages().length === 1, 1_000, "stored");
    town.kill("node-2");
    release();
    await town.until(() => x.outcome("hi") === "ok", 10_000, "confirmed elsewhere");
    await town.runFor(2_000);
    expect(x.sent("send").map(({ n }) => n)).toEqual([1, 1]);
    expect(town.store.messages()).toHaveLength(1);
    expect(y.texted()).toEqual(["hi"]);
    expect(await town.close()).toEqual([]);
  });
});
