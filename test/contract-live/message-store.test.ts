// The message store contract on a real Cassandra.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { MessageRow } from "../../server/ports/message-store.ts";
import { OK, ok } from "../../server/ports/outcome.ts";
import { messageStoreContract, TextBody } from "../contract/message-store-contract.ts";
import { CASSANDRA, type CassandraArm, openCassandraArm } from "./cassandra-arm.ts";
import { risingIds } from "./live-ids.ts";

describe(CASSANDRA, () => {
  const fresh = risingIds();
  let arm: CassandraArm;

  beforeAll(async () => {
    arm = await openCassandraArm();
  });
  afterAll(() => arm.close());

  messageStoreContract("cassandra", () => ({ port: arm.messages, fresh }));

  describe("one cell a message", () => {
    afterEach(() => void vi.restoreAllMocks());

    function racing(): readonly [MessageRow, MessageRow] {
      const log = { chat: fresh(), from: fresh(), device: fresh(), n: 1 };
      const text = { ...log, sentAt: 1, kind: "text", keyVersion: 1, body: new TextBody("words") };
      const picture = {
        ...log,
        ...{ sentAt: 2, kind: "image", keyVersion: 2, body: new TextBody("a sealed picture") },
        ...{ url: "0123456789abcdef0123456789abcdef", thumbnail: new TextBody("small") },
      };
      return [text as MessageRow, picture as MessageRow];
    }

    const stored = ({ chat, from: user, device }: MessageRow) =>
      arm.messages.rows({ chat, user, device }, 1, 1, 1);

    it("MSG10 two rows of one n in the same microsecond: one of them stands whole, in either order", async () => {
      vi.spyOn(arm.client, "nextMicros").mockReturnValue(1_763_900_000_000_000);
      for (const order of [0, 1]) {
        const rows = racing();
        const [first, second] = order === 0 ? rows : ([rows[1], rows[0]] as const);
        await Promise.all([arm.messages.append([first]), arm.messages.append([second])]);
        const found = await stored(first);
        expect([ok([first]), ok([second])]).toContainEqual(found);
        // A repeat changes nothing of that.
        await arm.messages.append([first]);
        await arm.messages.append([second]);
        expect(await stored(first)).toEqual(found);
      }
    });

    it("MSG10 rows of before that have a cell for each column are read, and beaten by a void", async () => {
      const [, picture] = racing();
      const { chat, from, device, n, sentAt, kind, keyVersion, url } = picture;
      await arm.client.driver.execute(
        "INSERT INTO communication (chat_id, from_user, device, block, n, sent_at, kind, key_version, " +
          "body, url, thumbnail) VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)",
        [
          ...[chat, from, device, n, sentAt, kind, keyVersion],
          ...[Buffer.from("a sealed picture"), url, Buffer.from("small")],
        ],
        { prepare: true },
      );
      expect(await stored(picture)).toEqual(ok([picture]));
      const gone: MessageRow = { chat, from, device, n, sentAt, kind: "void", keyVersion };
      expect(await arm.messages.append([gone])).toEqual(OK);
      expect(await stored(picture)).toEqual(ok([gone]));
    });
  });
});
