// The message store contract on a real Cassandra.
import { afterAll, beforeAll, describe } from "vitest";
import { messageStoreContract } from "../contract/message-store-contract.ts";
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
});
