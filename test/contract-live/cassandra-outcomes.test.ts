// How every call ends when the line to a real Cassandra fails: refused only where surely nothing was applied,
// unknown at the latest at the deadline, and never sent a second time.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { OK, ok, UNAVAILABLE, UNKNOWN, type Outcome } from "../../server/ports/outcome.ts";
import { row } from "../contract/message-store-contract.ts";
import { blobName } from "../contract/random-commands.ts";
import { copy, friendship } from "../contract/roster-store-contract.ts";
import { freshName, sharedServices } from "../support/live-services.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { type CassandraArm, openCassandraArm } from "./cassandra-arm.ts";
import { risingIds } from "./live-ids.ts";

const DEADLINE_MS = 1_000;
/** A busy machine may be late by this. */
const LATE_MS = 1_500;
const BACK_MS_MAX = 15_000;

const fresh = risingIds();

interface Ids {
  readonly chat: number;
  readonly user: number;
  readonly reader: number;
  readonly device: number;
}

function freshIds(): Ids {
  return { chat: fresh(), user: fresh(), reader: fresh(), device: fresh() };
}

type Call = (arm: CassandraArm, ids: Ids) => Promise<Outcome<unknown>>;

const friends = ({ user, reader, chat }: Ids) => friendship(user, reader, chat, "wrapped");

const READS: Readonly<Record<string, Call>> = {
  rows: ({ messages }, ids) => messages.rows(ids, 1, 9, 9),
  logs: ({ messages }, { chat }) => messages.logs(chat),
  unreadEntries: ({ messages }, { reader }) => messages.unreadEntries(reader),
  unreadEntry: ({ messages }, { reader, chat, device }) =>
    messages.unreadEntry(reader, chat, device),
  receiptEntries: ({ messages }, { user }) => messages.receiptEntries(user),
  blob: ({ messages }, { chat }) => messages.blob(blobName(chat)),
  requests: ({ roster }, { reader }) => roster.requests(reader),
  friendship: ({ roster }, { user, reader }) => roster.friendship(user, reader),
  friends: ({ roster }, { user }) => roster.friends(user),
  friend: ({ roster }, { user, reader }) => roster.friend(user, reader),
};

/** Each with the read that shows whether it was applied. */
const WRITES: readonly (readonly [string, Call, Call])[] = [
  [
    "append",
    ({ messages }, ids) => messages.append([row(ids, 1, "one"), row(ids, 2, "two")]),
    READS["rows"]!,
  ],
  ["append of one", ({ messages }, ids) => messages.append([row(ids, 1, "one")]), READS["rows"]!],
  ["registerLog", ({ messages }, ids) => messages.registerLog(ids), READS["logs"]!],
  [
    "raiseSent",
    ({ messages }, { reader, chat, device, user }) =>
      messages.raiseSent(reader, chat, device, user, 2),
    READS["unreadEntry"]!,
  ],
  [
    "raiseRead",
    ({ messages }, { reader, chat, device }) => messages.raiseRead(reader, chat, device, 1),
    READS["unreadEntry"]!,
  ],
  [
    "raiseReceipt",
    ({ messages }, { user, chat, device, reader }) =>
      messages.raiseReceipt(user, chat, device, reader, 1, 1000),
    READS["receiptEntries"]!,
  ],
  [
    "raiseSeen",
    ({ messages }, { user, chat, device }) => messages.raiseSeen(user, chat, device, 1),
    READS["receiptEntries"]!,
  ],
  [
    "recordBlob",
    ({ messages }, { chat, user: owner }) =>
      messages.recordBlob({
        blob: blobName(chat),
        chat,
        owner,
        bytes: 9,
        sha256: "ab".repeat(32),
        createdAt: 1,
      }),
    READS["blob"]!,
  ],
  [
    "request",
    ({ roster }, { reader, user }) => roster.request({ to: reader, from: user, requestedAt: 1 }),
    READS["requests"]!,
  ],
  ["establish", ({ roster }, ids) => roster.establish(friends(ids)), READS["friendship"]!],
  [
    "putFriend",
    ({ roster }, ids) => roster.putFriend(copy(friends(ids), ids.user)),
    READS["friend"]!,
  ],
  ["rewrap", ({ roster }, ids) => roster.rewrap(friends(ids)), READS["friend"]!],
];

const CALLS: readonly (readonly [string, Call])[] = [
  ...WRITES.map(([name, call]) => [name, call] as const),
  ...Object.entries(READS),
];

async function timed<T>(call: Promise<T>): Promise<{ outcome: T; ms: number }> {
  const startMs = performance.now();
  const outcome = await call;
  return { outcome, ms: performance.now() - startMs };
}

function expectAtDeadline(name: string, ended: { outcome: Outcome<unknown>; ms: number }): void {
  expect(ended.outcome, name).toEqual(UNKNOWN);
  expect(ended.ms, name).toBeGreaterThan(DEADLINE_MS - 50);
  expect(ended.ms, name).toBeLessThan(DEADLINE_MS + LATE_MS);
}

describe("cassandra behind a line that fails", () => {
  const keyspace = freshName("outcomes");
  let direct: CassandraArm;
  let point: string;
  let proxy: TcpProxy;
  let arm: CassandraArm;

  beforeAll(async () => {
    const services = await sharedServices();
    point = services.endpoints.cassandra.contactPoints[0]!;
    direct = await openCassandraArm({ keyspace }, services);
  });
  beforeEach(async () => {
    proxy = await TcpProxy.start(Number(point.split(":")[1]));
    const translate = new Map([[point, `127.0.0.1:${proxy.port}`]]);
    arm = await openCassandraArm(
      { keyspace, translate, callDeadlineMs: DEADLINE_MS },
      await sharedServices(),
    );
    // All statements are prepared: what is tested is the call itself.
    for (const [, call] of CALLS) await call(arm, freshIds());
  });
  afterEach(async () => {
    await arm.close();
    await proxy.close();
  });
  afterAll(async () => {
    await direct.client.driver.execute(`DROP KEYSPACE ${keyspace}`, [], { prepare: false });
    await direct.close();
  });

  async function isThere(shows: Call, ids: Ids): Promise<boolean> {
    const outcome = await shows(direct, ids);
    if (outcome.kind !== "ok") throw new Error(outcome.kind);
    const { value } = outcome;
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  }

  it("refuses every call where nobody listens, and is there again when somebody does", async () => {
    const { port } = proxy;
    await proxy.close();
    const any = freshIds();
    await vi.waitFor(async () => expect(await READS["rows"]!(arm, any)).toEqual(UNAVAILABLE), {
      timeout: BACK_MS_MAX,
    });
    for (const [name, call] of CALLS) {
      const { outcome, ms } = await timed(call(arm, any));
      expect(outcome, name).toEqual(UNAVAILABLE);
      expect(ms, name).toBeLessThan(DEADLINE_MS / 2);
    }
    for (const [name, , shows] of WRITES) expect(await isThere(shows, any), name).toBe(false);
    proxy = await TcpProxy.start(Number(point.split(":")[1]), port);
    await vi.waitFor(async () => expect((await READS["rows"]!(arm, any)).kind).toBe("ok"), {
      timeout: BACK_MS_MAX,
    });
    for (const [name, call] of CALLS) expect((await call(arm, any)).kind, name).toBe("ok");
  });

  it("a write whose reply is lost is unknown at its deadline, and applied", async () => {
    proxy.swallowReplies = true;
    const all = WRITES.map(async ([name, call, shows]) => {
      const ids = freshIds();
      expectAtDeadline(name, await timed(call(arm, ids)));
      expect(await isThere(shows, ids), name).toBe(true);
    });
    await Promise.all(all);
  });

  it("LIV1 every call on a silent line is unknown at its deadline", async () => {
    proxy.swallowRequests = true;
    const all = CALLS.map(async ([name, call]) =>
      expectAtDeadline(name, await timed(call(arm, freshIds()))),
    );
    await Promise.all(all);
  });

  it.each(WRITES)(
    "%s under way at a cut is unknown at once, and not sent again",
    async (_, call, shows) => {
      const ids = freshIds();
      proxy.swallowRequests = true;
      const inFlight = timed(call(arm, ids));
      await new Promise((resolve) => setTimeout(resolve, 50));
      proxy.swallowRequests = false;
      proxy.cut();
      const { outcome, ms } = await inFlight;
      expect(outcome).toEqual(UNKNOWN);
      expect(ms).toBeLessThan(DEADLINE_MS);
      await vi.waitFor(async () => expect((await READS["rows"]!(arm, ids)).kind).toBe("ok"), {
        timeout: BACK_MS_MAX,
      });
      expect(await isThere(shows, ids)).toBe(false);
      expect((await call(arm, ids)).kind).toBe("ok");
    },
  );

  it("a line that fell silent is given up for a new one, though nothing ever broke", async () => {
    const { reader, chat, device, user } = freshIds();
    const raise = (n: number) => arm.messages.raiseSent(reader, chat, device, user, n);
    proxy.swallowRequests = true;
    const lost = await Promise.all(Array.from({ length: 20 }, () => raise(1)));
    for (const outcome of lost) expect(outcome).toEqual(UNKNOWN);
    proxy.swallowRequests = false;
    await vi.waitFor(async () => expect(await raise(2)).toEqual(OK), { timeout: BACK_MS_MAX });
    expect(await direct.messages.unreadEntry(reader, chat, device)).toEqual(
      ok({ chat, device, from: user, sentN: 2, readN: 0 }),
    );
  });
});
