// The RosterStore port on Cassandra. A friendship is decided by the only lightweight transaction; its copies and
// re-wrapped keys are plain writes.
import type { types } from "cassandra-driver";
import { ok, type Outcome } from "../ports/outcome.ts";
import type { FriendRow, Friendship, RosterStore, WrappedKey } from "../ports/roster-store.ts";
import type { ChatId, UserId } from "../protocol/ids.ts";
import { numberOf, type CassandraClient, type Statement } from "./cassandra-client.ts";

/**
 * A transaction's cells carry a coordinator's clock. A re-wrap must be above them though that clock may be ahead
 * of this node's: re-wraps of `friendship` live an hour in the future, against one another in their own order.
 */
const ABOVE_TRANSACTIONS_US = 3_600_000_000;

const INSERT_REQUEST =
  "INSERT INTO friend_request (to_user, from_user, requested_at) VALUES (?, ?, ?) USING TIMESTAMP ?";
const SELECT_REQUESTS = "SELECT from_user, requested_at FROM friend_request WHERE to_user = ?";
const FRIENDSHIP =
  "INSERT INTO friendship (user_lo, user_hi, chat_id, key_version, wrapped_key, kek_id) " +
  "VALUES (?, ?, ?, ?, ?, ?)";
const ESTABLISH = `${FRIENDSHIP} IF NOT EXISTS`;
const REWRAP_FRIENDSHIP = `${FRIENDSHIP} USING TIMESTAMP ?`;
const SELECT_FRIENDSHIP =
  "SELECT chat_id, key_version, wrapped_key, kek_id FROM friendship WHERE user_lo = ? AND user_hi = ?";
const PUT_FRIEND =
  "INSERT INTO user_friend (user_id, friend_id, chat_id, key_version, wrapped_key, kek_id) " +
  "VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?";
const SELECT_FRIENDS =
  "SELECT friend_id, chat_id, key_version, wrapped_key, kek_id FROM user_friend WHERE user_id = ?";
const SELECT_FRIEND = `${SELECT_FRIENDS} AND friend_id = ?`;

export function cassandraRoster(client: CassandraClient): RosterStore {
  return {
    request: ({ to, from, requestedAt }) =>
      client.write(INSERT_REQUEST, [to, from, requestedAt, client.nextMicros()]),
    requests: async (to) => {
      const found = await client.read(SELECT_REQUESTS, [to]);
      if (found.kind !== "ok") return found;
      return ok(
        found.value.map((row) => {
          return {
            to,
            from: numberOf(row, "from_user"),
            requestedAt: numberOf(row, "requested_at"),
          };
        }),
      );
    },
    establish: (candidate) => establish(client, candidate),
    friendship: async (userLow, userHigh) => {
      const found = await client.read(SELECT_FRIENDSHIP, [userLow, userHigh]);
      if (found.kind !== "ok") return found;
      const [row] = found.value;
      return ok(row === undefined ? undefined : { userLow, userHigh, ...keyOf(row) });
    },
    putFriend: (row) => {
      const { query, params } = copy(client, row);
      return client.write(query, params);
    },
    friends: async (user) => {
      const found = await client.read(SELECT_FRIENDS, [user]);
      return found.kind === "ok" ? ok(found.value.map((row) => friendRow(user, row))) : found;
    },
    friend: async (user, friend) => {
      const found = await client.read(SELECT_FRIEND, [user, friend]);
      if (found.kind !== "ok") return found;
      const [row] = found.value;
      return ok(row === undefined ? undefined : friendRow(user, row));
    },
    rewrap: (friendship) => rewrap(client, friendship),
  };
}

async function establish(
  client: CassandraClient,
  candidate: Friendship,
): Promise<Outcome<Friendship>> {
  const { userLow, userHigh } = candidate;
  if (!(userLow < userHigh)) throw new Error("establish: userLow must be below userHigh");
  const decided = await client.decide(ESTABLISH, friendshipParams(candidate));
  if (decided.kind !== "ok") return decided;
  const standing = decided.value;
  return ok(standing === undefined ? candidate : { userLow, userHigh, ...keyOf(standing) });
}

function rewrap(client: CassandraClient, friendship: Friendship): Promise<Outcome<undefined>> {
  const { userLow, userHigh, chat, keyVersion, kekId, wrapped } = friendship;
  const key = { chat, keyVersion, kekId, wrapped };
  return client.writeEverywhere([
    {
      query: REWRAP_FRIENDSHIP,
      params: [...friendshipParams(friendship), client.nextMicros() + ABOVE_TRANSACTIONS_US],
    },
    copy(client, { user: userLow, friend: userHigh, ...key }),
    copy(client, { user: userHigh, friend: userLow, ...key }),
  ]);
}

function friendshipParams(friendship: Friendship): unknown[] {
  const { userLow, userHigh, chat, keyVersion, kekId, wrapped } = friendship;
  return [userLow, userHigh, chat, keyVersion, wrapped, kekId];
}

function copy(client: CassandraClient, row: FriendRow): Statement {
  const { user, friend, chat, keyVersion, kekId, wrapped } = row;
  const params = [user, friend, chat, keyVersion, wrapped, kekId, client.nextMicros()];
  return { query: PUT_FRIEND, params };
}

function friendRow(user: UserId, row: types.Row): FriendRow {
  return { user, friend: numberOf(row, "friend_id"), ...keyOf(row) };
}

function keyOf(row: types.Row): WrappedKey & { readonly chat: ChatId } {
  return {
    chat: numberOf(row, "chat_id"),
    keyVersion: numberOf(row, "key_version"),
    kekId: row["kek_id"] as string,
    wrapped: row["wrapped_key"] as string,
  };
}
