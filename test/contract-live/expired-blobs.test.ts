// Pictures of long ago that a live run plants: the messenger knows them as somebody's, and as too old.
import { expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../server/core/limits.ts";
import { writeExpiredBlobs } from "../../sim/world/live/expired-blobs.ts";
import { EXPIRED_LIVE_USERS, expiredBlobName } from "../../sim/users/expired-blob.ts";
import { sharedServices } from "../support/live-services.ts";
import { CASSANDRA_NODES, openCassandraArm } from "./cassandra-arm.ts";

it("IMG2 an expired picture is the first people's in each of their chats, older than any that may be named", async () => {
  const arm = await openCassandraArm();
  const { endpoints } = await sharedServices(CASSANDRA_NODES);
  const namespace = { keyspace: arm.keyspace, redisPrefix: "", bucket: "" };
  const edges = [
    { low: 1, high: 2, chat: 281_474_976_710_655 },
    { low: 1, high: EXPIRED_LIVE_USERS + 1, chat: 5 },
  ];
  expect(await writeExpiredBlobs(endpoints, namespace, edges)).toBe(3);
  for (const { low, high, chat } of edges)
    for (const owner of [low, high]) {
      const blob = expiredBlobName(owner, chat);
      expect(blob).toMatch(/^[0-9a-f]{32}$/);
      const found = await arm.messages.blob(blob);
      if (owner > EXPIRED_LIVE_USERS) expect(found).toEqual({ kind: "ok", value: undefined });
      else {
        expect(found).toMatchObject({ kind: "ok", value: { blob, chat, owner } });
        if (found.kind !== "ok" || found.value === undefined) throw new Error("not there");
        expect(Date.now() - found.value.createdAt).toBeGreaterThan(DEFAULT_LIMITS.blobAgeMsMax);
      }
    }
  await arm.close();
});
