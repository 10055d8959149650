// What every implementation of the PresenceStore port must do: a record that only rises, and leases.
import { describe, expect, it } from "vitest";
import { OK, ok } from "../../server/ports/outcome.ts";
import type {
  Claim,
  HoldAnswer,
  NodeLease,
  Presence,
  PresenceStore,
} from "../../server/ports/presence-store.ts";
import type { Arm, MakeArm } from "./arm.ts";

const DEVICE = 77;

export function epochOf(signedInMs: number, counter: number, device = DEVICE): string {
  const digits = (value: number, width: number): string => String(value).padStart(width, "0");
  return `${digits(signedInMs, 13)}-${digits(counter, 10)}-${digits(device, 15)}`;
}

export function claimOf(user: number, epoch: string, node = "node-1"): Claim {
  return { user, epoch, node, incarnation: node.length * 1000 + 1, connection: 5, device: DEVICE };
}

function leaseOf(node: string): NodeLease {
  return { node, incarnation: node.length * 1000 + 1, address: `${node}:7420`, state: "up" };
}

async function hold(port: PresenceStore, claim: Claim): Promise<HoldAnswer> {
  const outcome = await port.hold([claim]);
  if (outcome.kind !== "ok") throw new Error(`hold: ${outcome.kind}`);
  expect(outcome.value).toHaveLength(1);
  return outcome.value[0]!;
}

async function lookup(port: PresenceStore, user: number): Promise<Presence> {
  const outcome = await port.lookup(user);
  if (outcome.kind !== "ok") throw new Error(`lookup: ${outcome.kind}`);
  return outcome.value;
}

export function presenceStoreContract(name: string, make: MakeArm<PresenceStore>): void {
  describe(`presence store contract: ${name}`, () => {
    holdContract(make);
    releaseContract(make);
    timeContract(make);
    wipeContract(make);
    bucketContract(make);
  });
}

function holdContract(make: MakeArm<PresenceStore>): void {
  it("installs a first claim, extends the same one, both with their owner", async () => {
    const { port, fresh } = make();
    const claim = claimOf(fresh(), epochOf(1000, 1));
    await port.renewLease(leaseOf("node-1"));
    expect(await hold(port, claim)).toEqual({ kind: "reinstalled" });
    expect(await hold(port, claim)).toEqual({ kind: "extended" });
    const { record, online } = await lookup(port, claim.user);
    expect(record).toEqual({ ...claim, released: false, heartbeatMs: record!.heartbeatMs });
    expect(online).toBe(true);
  });

  it("PRE4 a higher epoch displaces a lower one and names it; the lower one is then replaced", async () => {
    const { port, fresh } = make();
    const user = fresh();
    const old = claimOf(user, epochOf(1000, 9), "node-1");
    const young = claimOf(user, epochOf(1001, 1), "node-22");
    await hold(port, old);
    const answer = await hold(port, young);
    expect(answer).toMatchObject({ kind: "reinstalled", displaced: { ...old, released: false } });
    expect(await hold(port, old)).toMatchObject({ kind: "replaced", by: young });
    expect((await lookup(port, user)).record).toMatchObject(young);
  });

  it("PRE4 compares sign-in time, then counter, then device", async () => {
    const { port, fresh } = make();
    const user = fresh();
    const rising = [epochOf(999, 500), epochOf(1000, 9), epochOf(1000, 10), epochOf(1000, 10, 78)];
    for (const epoch of rising)
      expect((await hold(port, claimOf(user, epoch))).kind).toBe("reinstalled");
    for (const epoch of rising.slice(0, -1))
      expect((await hold(port, claimOf(user, epoch))).kind).toBe("replaced");
  });

  it("holds many users of one bucket in one call, answering in their order", async () => {
    const { port, fresh } = make();
    const bucket = port.bucket(fresh());
    const users: number[] = [];
    while (users.length < 3) {
      const user = fresh();
      if (port.bucket(user) === bucket) users.push(user);
    }
    const [a, b, c] = users;
    await hold(port, claimOf(a!, epochOf(5, 5)));
    await hold(port, claimOf(b!, epochOf(9, 9)));
    const outcome = await port.hold(users.map((user) => claimOf(user, epochOf(5, 5))));
    expect(outcome.kind === "ok" && outcome.value.map(({ kind }) => kind)).toEqual([
      "extended",
      "replaced",
      "reinstalled",
    ]);
    const found = await port.lookupMany([c!, a!, b!]);
    expect(found.kind === "ok" && found.value.map(({ record }) => record?.user)).toEqual([c, a, b]);
  });

  it("looks at users of any buckets in one call, answering in their order", async () => {
    const { port, fresh } = make();
    const users = [fresh()];
    while (users.length < 3) {
      const user = fresh();
      if (users.every((each) => port.bucket(each) !== port.bucket(user))) users.push(user);
    }
    const [a, b, never] = users;
    for (const user of [a!, b!]) await hold(port, claimOf(user, epochOf(5, 5)));
    const found = await port.lookupMany([b!, never!, a!, b!]);
    expect(found.kind === "ok" && found.value.map(({ record }) => record?.user)).toEqual([
      ...[b, undefined, a, b],
    ]);
    expect(await port.lookupMany([])).toEqual({ kind: "ok", value: [] });
  });
}

function releaseContract(make: MakeArm<PresenceStore>): void {
  it("PRE1 a release ends presence, keeps the heartbeat, and no late renewal undoes it", async () => {
    const { port, fresh } = make();
    const claim = claimOf(fresh(), epochOf(1000, 1));
    await port.renewLease(leaseOf("node-1"));
    await hold(port, claim);
    const before = await lookup(port, claim.user);
    expect(await port.release(claim.user, claim.epoch)).toEqual(OK);
    const after = await lookup(port, claim.user);
    expect(after.online).toBe(false);
    expect(after.record).toMatchObject({ epoch: claim.epoch, released: true, device: DEVICE });
    expect(after.record!.heartbeatMs).toBe(before.record!.heartbeatMs);
    expect(await hold(port, claim)).toMatchObject({ kind: "replaced", by: { released: true } });
    expect(await port.release(claim.user, claim.epoch)).toEqual(OK);
    expect(await lookup(port, claim.user)).toEqual(after);
  });

  it("PRE1 a release that comes before its claim, or where nothing stands, holds the claim off", async () => {
    const { port, fresh } = make();
    const [absent, lower] = [fresh(), fresh()];
    expect(await port.release(absent, epochOf(1000, 1))).toEqual(OK);
    expect((await lookup(port, absent)).record).toMatchObject({ released: true, heartbeatMs: 0 });
    expect((await hold(port, claimOf(absent, epochOf(1000, 1)))).kind).toBe("replaced");
    await hold(port, claimOf(lower, epochOf(1000, 1)));
    const { record } = await lookup(port, lower);
    await port.release(lower, epochOf(1000, 2));
    const raised = await lookup(port, lower);
    expect(raised.record).toMatchObject({ epoch: epochOf(1000, 2), released: true });
    expect(raised.record!.heartbeatMs).toBe(record!.heartbeatMs);
    expect((await hold(port, claimOf(lower, epochOf(1000, 2)))).kind).toBe("replaced");
  });

  it("PRE2 a late release of an old connection leaves the new one online", async () => {
    const { port, fresh } = make();
    const user = fresh();
    await port.renewLease(leaseOf("node-1"));
    await hold(port, claimOf(user, epochOf(1000, 1)));
    await hold(port, claimOf(user, epochOf(1000, 2)));
    await port.release(user, epochOf(1000, 1));
    expect(await lookup(port, user)).toMatchObject({ online: true, record: { released: false } });
  });

  it("a higher epoch comes after a release; a released record is not displaced", async () => {
    const { port, fresh } = make();
    const user = fresh();
    await hold(port, claimOf(user, epochOf(1000, 1)));
    await port.release(user, epochOf(1000, 1));
    expect(await hold(port, claimOf(user, epochOf(1000, 2)))).toEqual({ kind: "reinstalled" });
  });
}

function timeContract(make: MakeArm<PresenceStore>): void {
  const needsTime =
    (test: (arm: Arm<PresenceStore>, advance: (ms: number) => Promise<void>) => Promise<void>) =>
    async (context: { skip: (why: string) => void }): Promise<void> => {
      const arm = make();
      if (arm.advance === undefined) return context.skip("this store's time cannot be moved");
      await test(arm, arm.advance);
    };

  it(
    "PRE1 online wants a heartbeat younger than 90 s; an older record is reinstalled",
    needsTime(async ({ port, fresh }, advance) => {
      const claim = claimOf(fresh(), epochOf(1000, 1));
      await hold(port, claim);
      await advance(89_000);
      await port.renewLease(leaseOf("node-1"));
      expect((await lookup(port, claim.user)).online).toBe(true);
      expect(await hold(port, claim)).toEqual({ kind: "extended" });
      await advance(90_500);
      await port.renewLease(leaseOf("node-1"));
      expect((await lookup(port, claim.user)).online).toBe(false);
      expect(await hold(port, claim)).toMatchObject({ kind: "reinstalled", displaced: claim });
      expect((await lookup(port, claim.user)).online).toBe(true);
    }),
  );

  it(
    "PRE4 an old record still outranks a lower epoch",
    needsTime(async ({ port, fresh }, advance) => {
      const user = fresh();
      await hold(port, claimOf(user, epochOf(1000, 2)));
      await advance(120_000);
      expect((await hold(port, claimOf(user, epochOf(1000, 1)))).kind).toBe("replaced");
    }),
  );

  it(
    "PRE1 a lease stands 9 s after its last renewal; without it nobody of the node is online",
    needsTime(async ({ port, fresh }, advance) => {
      const claim = claimOf(fresh(), epochOf(1000, 1));
      const lease = leaseOf("node-1");
      expect(await port.renewLease(lease)).toEqual(ok({ standing: false }));
      expect(await port.renewLease(lease)).toEqual(ok({ standing: true }));
      await hold(port, claim);
      await advance(8_500);
      expect((await lookup(port, claim.user)).online).toBe(true);
      expect(await port.renewLease(lease)).toEqual(ok({ standing: true }));
      await advance(9_500);
      expect((await lookup(port, claim.user)).online).toBe(false);
      expect(await port.renewLease(lease)).toEqual(ok({ standing: false }));
    }),
  );

  it("PRE1 a restarted node's lease does not keep its earlier incarnation's users online", async () => {
    const { port, fresh } = make();
    const claim = claimOf(fresh(), epochOf(1000, 1));
    await port.renewLease(leaseOf("node-1"));
    await hold(port, claim);
    const restarted = { ...leaseOf("node-1"), incarnation: 424242 };
    expect(await port.renewLease(restarted)).toEqual(ok({ standing: false }));
    expect((await lookup(port, claim.user)).online).toBe(false);
  });
}

function wipeContract(make: MakeArm<PresenceStore>): void {
  it("PRE4 after a wipe the standing claim comes back by its renewal, and no old one wins over it", async (context) => {
    const { port, fresh, wipe } = make();
    if (wipe === undefined) return context.skip("this store is not wiped");
    const user = fresh();
    await port.renewLease(leaseOf("node-1"));
    await hold(port, claimOf(user, epochOf(1000, 7)));
    await wipe();
    expect(await lookup(port, user)).toEqual({ record: undefined, online: false });
    expect(await port.renewLease(leaseOf("node-1"))).toEqual(ok({ standing: false }));
    expect(await hold(port, claimOf(user, epochOf(1000, 7)))).toEqual({ kind: "reinstalled" });
    expect((await hold(port, claimOf(user, epochOf(1000, 6)))).kind).toBe("replaced");
    expect((await lookup(port, user)).online).toBe(true);
  });
}

function bucketContract(make: MakeArm<PresenceStore>): void {
  it("spreads users over 256 buckets", () => {
    const { port } = make();
    const counts = new Map<number, number>();
    for (let user = 1; user <= 25_600; user++) {
      const bucket = port.bucket(user);
      expect(Number.isInteger(bucket) && bucket >= 0 && bucket <= 255).toBe(true);
      counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
    }
    expect(counts.size).toBe(256);
    expect(Math.max(...counts.values())).toBeLessThan(180);
  });
}
