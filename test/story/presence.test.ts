// Who is online, and who was online when: shown to friends without their asking, and true within its bounds.
import { describe, expect, it } from "vitest";
import { story } from "../support/story.ts";

const HOUR_MS = 3_600_000;

async function friends(xNode = "node-2", zNode = "node-1") {
  const town = await story({ friends: [["X", "Z"]] });
  const x = await town.signIn("X", { node: xNode });
  const z = await town.signIn("Z", { node: zNode });
  await town.runFor(60_000);
  return { town, x, z };
}

describe("who is online", () => {
  it("S8 PRE1 PRE3 a user who dies stops heart beating: the node stops updating Redis, friends see when X was last online", async () => {
    const { town, x, z } = await friends();
    expect(z.sees("X")?.state).toBe("online");
    const wentMs = town.world.ports.clock.wallMs();
    const wentT = town.kernel.now;
    x.vanish();
    await town.until(() => z.sees("X")!.state === "offline", 112_000, "shown offline");
    expect(town.kernel.now - wentT).toBeLessThanOrEqual(112_000_000);
    const { lastSeenMs } = z.sees("X")!;
    expect(lastSeenMs).toBe(town.store.presence("X")!.heartbeatMs);
    // The node renews until it takes a silent client for dead: 60 s of silence and a sweep of 15 s.
    expect(lastSeenMs - wentMs).toBeGreaterThanOrEqual(-31_000);
    expect(lastSeenMs - wentMs).toBeLessThanOrEqual(75_000);
    await town.runFor(HOUR_MS);
    expect(town.store.presence("X")!.heartbeatMs).toBe(lastSeenMs);
    expect(await town.close()).toEqual([]);
  });

  it("S8 PRE1 a user who closes is shown offline within 37 s, with a last seen close to the truth", async () => {
    const { town, x, z } = await friends();
    const wentMs = town.world.ports.clock.wallMs();
    x.signOut();
    const tookMs = await town.until(() => z.sees("X")!.state === "offline", 37_000, "offline");
    expect(tookMs).toBeGreaterThanOrEqual(5_000);
    const { lastSeenMs } = z.sees("X")!;
    expect(lastSeenMs).toBeLessThanOrEqual(wentMs);
    expect(wentMs - lastSeenMs).toBeLessThanOrEqual(37_000);
    expect(await town.close()).toEqual([]);
  });

  it("S9 PRE3 as on Facebook: this user is online, that one was online an hour ago", async () => {
    const town = await story({
      friends: [
        ["X", "Y"],
        ["X", "Z"],
      ],
    });
    await town.signIn("Y", { node: "node-3" });
    const z = await town.signIn("Z", { node: "node-1" });
    await town.runFor(60_000);
    z.signOut();
    const wentMs = town.world.ports.clock.wallMs();
    await town.runFor(HOUR_MS);
    const x = await town.signIn("X", { node: "node-2" });
    await town.runFor(1_000);
    expect(x.sees("Y")?.state).toBe("online");
    expect(x.sees("Z")?.state).toBe("offline");
    const agoMs = town.world.ports.clock.wallMs() - x.sees("Z")!.lastSeenMs;
    expect(Math.abs(agoMs - HOUR_MS)).toBeLessThanOrEqual(62_000);
    expect(wentMs - x.sees("Z")!.lastSeenMs).toBeLessThanOrEqual(60_000);
    expect(await town.close()).toEqual([]);
  });

  it("S10 online or not is judged by the last heartbeat in Redis", async () => {
    const { town, x } = await friends();
    expect(town.store.lookup("X").online).toBe(true);
    // The node lives on and its lease too; only the heartbeat in X's record stands still.
    town.gate.hold("presence.hold");
    const lastMs = town.store.presence("X")!.heartbeatMs;
    const redisMs = (): number => town.world.ports.clock.wallMs();
    await town.until(() => redisMs() - lastMs >= 89_000, 90_000);
    expect(town.store.lookup("X").online).toBe(true);
    await town.until(() => redisMs() - lastMs >= 90_000, 2_000);
    expect(town.store.lookup("X").online).toBe(false);
    expect(town.store.presence("X")).toMatchObject({ released: false, heartbeatMs: lastMs });
    expect(x.device.isOpen).toBe(true);
  });

  it("S77 N1 updates Redis that Z is online, and N2 reads every 30 s which friends of X are", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    await town.signIn("X", { node: "node-2" });
    await town.signIn("Z", { node: "node-1" });
    expect(town.store.lookup("Z")).toMatchObject({ online: true, record: { node: "node-1" } });
    const from = town.record.calls.length;
    await town.runFor(5 * 60_000);
    const looks = town.record.calls
      .slice(from)
      .filter(({ node, call }) => node === "node-2" && call === "presence.lookupMany");
    expect(looks.length).toBeGreaterThanOrEqual(9);
    expect(looks.length).toBeLessThanOrEqual(11);
    for (const { args } of looks) expect(args[0]).toEqual([town.user("Z")]);
  });

  it("S78 S79 PRE2 as soon as Z comes online X is told, without asking", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    const x = await town.signIn("X", { node: "node-2" });
    await town.runFor(2 * 60_000);
    expect(x.sees("Z")).toMatchObject({ state: "offline", lastSeenMs: 0 });
    const at = x.frames.length;
    await town.signIn("Z", { node: "node-1" });
    await town.until(() => x.sees("Z")!.state === "online", 1_000, "X is told");
    const told = x.frames.slice(at).filter(({ frame }) => frame.type === "presence");
    expect(told).toMatchObject([{ way: "down", frame: { user: town.user("Z"), state: "online" } }]);
    expect(await town.close()).toEqual([]);
  });

  it("S78 PRE2 where the hint over the links is lost, N2's own look into Redis finds Z within 37 s", async () => {
    const town = await story({ friends: [["X", "Z"]] });
    const x = await town.signIn("X", { node: "node-2" });
    await town.runFor(60_000);
    const heal = town.fault("cut node-1 node-2");
    await town.runFor(1_000);
    await town.signIn("Z", { node: "node-1" });
    const tookMs = await town.until(() => x.sees("Z")!.state === "online", 37_000, "X is told");
    expect(tookMs).toBeGreaterThan(0);
    heal();
    expect(await town.close()).toEqual([]);
  });

  it("PRE3 who was never seen has no last seen; with Redis away a friend's state is unknown, never offline", async () => {
    const { town, x } = await friends();
    expect(x.sees("Z")?.state).toBe("online");
    const away = town.fault("refuse redis");
    const awayT = town.kernel.now;
    await town.runFor(90_000);
    const during = x.sightings("Z").filter(({ t }) => t > awayT);
    expect(during.map(({ state }) => state)).toEqual(["unknown"]);
    away();
    await town.until(() => x.sees("Z")!.state === "online", 60_000, "known again");
    expect(await town.close()).toEqual([]);
  });
});
