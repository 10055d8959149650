// Between any two port calls of a handler there is a crash point, unless both only look: what a crash between two
// looks leaves behind is what a crash before the first does. The pairs are taken from what handlers do, one at a
// time, so a new call without its point fails here.
import { expect, test } from "vitest";
import { CRASH_POINTS } from "../../../server/ports/trace-sink.ts";
import { Cluster, Content } from "./cluster.ts";

const CHAT = 500;
const BLOB = "0123456789abcdef0123456789abcdef";
const TOKEN_LIFE_MS = 1e9;

/** Calls that change nothing, in a store or at a peer. */
const LOOKS: readonly string[] = [
  ...["rows", "logs", "unreadEntries", "unreadEntry", "receiptEntries", "blob"],
  ...["requests", "friendship", "friends", "friend", "lookup", "lookupMany"],
  ...["get", "vault:unwrap", "vault:create", "vault:rewrap", "link:who-has", "link:lease-age"],
];
/** Of timers: they fall between the steps of any handler. */
const APART: readonly string[] = ["renewLease", "lookupMany"];

/** Keys are wrapped anew beside the sign-in that found them old. */
const REWRAPPING: readonly string[] = ["vault:rewrap", "rewrap", "point:rewrap:wrap/write"];

/** "handler: a, b" for each pair of calls without a point between them. */
function unlabelled(handler: string, log: readonly string[]): string[] {
  const missing: string[] = [];
  let before: string | undefined;
  let labelled = false;
  for (const entry of log) {
    if (entry.startsWith("point:")) labelled = true;
    if (entry.startsWith("point:") || entry.startsWith("frame:") || APART.includes(entry)) continue;
    const onlyLooks = before !== undefined && LOOKS.includes(before) && LOOKS.includes(entry);
    if (before !== undefined && !labelled && !onlyLooks)
      missing.push(`${handler}: ${before}, ${entry}`);
    before = entry;
    labelled = false;
  }
  return missing;
}

async function quiet(): Promise<Cluster> {
  const cluster = await new Cluster(2, undefined, undefined, false).start();
  cluster.befriend(1, 2, CHAT);
  return cluster;
}

test("MSG7 a crash point stands between any two calls of which one changes something", async () => {
  const cluster = await quiet();
  const missing: string[] = [];
  const calls = new Set<string>();
  async function handler(name: string, act: () => unknown): Promise<void> {
    cluster.log.length = 0;
    await act();
    await cluster.clock.run(50);
    const isRewrapping = (entry: string): boolean => REWRAPPING.includes(entry);
    missing.push(
      ...unlabelled(
        name,
        cluster.log.filter((entry) => !isRewrapping(entry)),
      ),
    );
    missing.push(...unlabelled(`${name}, keys`, cluster.log.filter(isRewrapping)));
    for (const entry of cluster.log)
      if (!entry.startsWith("point:") && !entry.startsWith("frame:")) calls.add(entry);
  }
  const left = cluster.client(0, 1);
  const right = cluster.client(1, 2);
  await handler("connect", () => left.connect());
  await handler("send, nobody there", () => left.text(CHAT, 1));
  await handler("connect, with a backlog", () => right.connect());
  await handler("send", () => left.text(CHAT, 2));
  await handler("send, a repeat", () => left.text(CHAT, 2));
  await handler("void", () => left.voidAt(CHAT, 3));
  await handler("send, several", () => {
    for (const n of [4, 5, 6]) left.text(CHAT, n);
  });
  await handler("read", () =>
    right.say({ type: "read", chat: CHAT, device: left.device, n: 2, readAt: 1 }),
  );
  await handler("receipt-ok", () =>
    left.say({ type: "receipt-ok", chat: CHAT, device: left.device, n: 2 }),
  );
  const token = cluster.tokens.issue({
    user: 1,
    device: left.device,
    signedInMs: cluster.clock.wallMs(),
    expiresMs: cluster.clock.wallMs() + TOKEN_LIFE_MS,
  });
  const upload = { token, blob: BLOB, chat: CHAT, sha256: "aa", body: { bytes: 9 } };
  await handler("picture stored", () => cluster.nodes[0]!.putBlob(upload));
  await handler("picture stored again", () => cluster.nodes[0]!.putBlob(upload));
  await handler("picture sent", () =>
    left.text(CHAT, 7, "", { kind: "image", url: BLOB, thumbnail: new Content("t") }),
  );
  await handler("picture fetched", () => cluster.nodes[0]!.getBlob(token, BLOB));
  await handler("history", () => left.say({ type: "history", id: 1, chat: CHAT, limit: 2 }));
  const third = cluster.client(0, 3);
  await handler("connect, a stranger", () => third.connect());
  await handler("befriend", () => third.say({ type: "befriend", user: 1 }));
  await handler("accept", () => left.say({ type: "accept", user: 3 }));
  await handler("befriend, friends already", () => third.say({ type: "befriend", user: 1 }));
  cluster.vault.rotate();
  await handler("connect, keys under an old master key", () =>
    cluster.client(0, 2, { counter: 2, device: 21, signedInMs: cluster.clock.wallMs() }).connect(),
  );
  await handler("close", () => cluster.nodes[0]!.closed(third));
  expect(missing).toEqual([]);
  expect(cluster.faults).toEqual([]);
  expect([...calls].toSorted()).toEqual(
    [
      ...["append", "blob", "establish", "friend", "friends", "friendship", "get"],
      ...["hold", "link:deliver", "link:receipt", "logs", "lookup", "lookupMany", "put"],
      ...["putFriend", "raiseRead", "raiseReceipt", "raiseSeen", "raiseSent", "receiptEntries"],
      ...["recordBlob", "registerLog", "release", "request", "requests", "rewrap", "rows"],
      ...["unreadEntries", "unreadEntry", "vault:create", "vault:rewrap", "vault:unwrap"],
    ].toSorted(),
  );
  expect(CRASH_POINTS.filter((point) => !cluster.points.has(point))).toEqual([]);
});
