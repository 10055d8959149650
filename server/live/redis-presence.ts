// The PresenceStore on Redis. Keys carry Cluster hash tags: all records of a bucket lie in one slot, a node's
// lease in its own. Times are the server's own (TIME); a record is forgotten 30 days after its last heartbeat.
import { parseEpoch } from "../protocol/epoch.ts";
import type { NodeId, UserId } from "../protocol/ids.ts";
import { presenceBucket } from "../protocol/presence-bucket.ts";
import { OK, ok, type Outcome } from "../ports/outcome.ts";
import type {
  Claim,
  Epoch,
  HoldAnswer,
  Presence,
  PresenceRecord,
  PresenceStore,
} from "../ports/presence-store.ts";
import { RedisConnection, type RedisConnectionOptions } from "./redis-connection.ts";
import { RedisLeases } from "./redis-leases.ts";
import { HOLD, LOOK, RECORD_FRESH_MS, RELEASE } from "./redis-scripts.ts";
import { TurnLookups } from "./turn-lookups.ts";

export interface RedisPresenceOptions extends RedisConnectionOptions {
  /** Before every key: several deployments, or tests, may share one Redis. */
  readonly prefix: string;
  /** How long a lease seen alive counts without another look, within its own time; 0 looks every time. */
  readonly leaseTrustMs?: number;
}

export interface RedisPresence {
  readonly port: PresenceStore;
  /** True once connected, false where that did not happen in time. The port may be used at once all the same. */
  connected(deadlineMs: number): Promise<boolean>;
  close(): Promise<void>;
}

const LEASE_TRUST_MS = 1_000;
const EXTENDED: HoldAnswer = Object.freeze({ kind: "extended" });
const REINSTALLED: HoldAnswer = Object.freeze({ kind: "reinstalled" });
const NEVER_SEEN: Presence = Object.freeze({ record: undefined, online: false });

export function openRedisPresence(options: RedisPresenceOptions): RedisPresence {
  const { prefix, callDeadlineMs, leaseTrustMs = LEASE_TRUST_MS, onConnection } = options;
  if (/[{}\s]/.test(prefix))
    throw new Error(`a key prefix has no braces and no blanks: "${prefix}"`);
  const connection = new RedisConnection({
    ...options,
    onConnection: (up, why) => {
      leases.forget();
      onConnection?.(up, why);
    },
  });
  const leases = new RedisLeases(connection, prefix, callDeadlineMs, leaseTrustMs);

  const keyOf = (user: UserId): string => `${prefix}presence:{${presenceBucket(user)}}:${user}`;

  function keysOf(users: readonly UserId[]): string[] {
    const bucket = presenceBucket(users[0]!);
    for (const user of users)
      if (presenceBucket(user) !== bucket)
        throw new Error(`presence: users ${users[0]} and ${user} are of two buckets`);
    return users.map(keyOf);
  }

  async function hold(claims: readonly Claim[]): Promise<Outcome<readonly HoldAnswer[]>> {
    if (claims.length === 0) return ok([]);
    const keys = keysOf(claims.map(({ user }) => user));
    const args: string[] = [];
    for (const { epoch, node, incarnation, connection: id } of claims)
      args.push(checked(epoch), `${node}|${incarnation}|${id}`);
    const outcome = await connection.call(HOLD, keys, args, callDeadlineMs);
    if (outcome.kind !== "ok") return outcome;
    const answers = outcome.value as readonly string[];
    return ok(claims.map(({ user }, index) => holdAnswer(user, answers[index]!)));
  }

  async function release(user: UserId, epoch: Epoch): Promise<Outcome<undefined>> {
    const outcome = await connection.call(
      RELEASE,
      keysOf([user]),
      [checked(epoch)],
      callDeadlineMs,
    );
    return outcome.kind === "ok" ? OK : outcome;
  }

  async function look(users: readonly UserId[]): Promise<Outcome<readonly Presence[]>> {
    const startMs = performance.now();
    const outcome = await connection.call(LOOK, users.map(keyOf), [], callDeadlineMs);
    if (outcome.kind !== "ok") return outcome;
    const [nowText, ...texts] = outcome.value as readonly (string | null)[];
    const nowMs = Number(nowText);
    const records = texts.map((text, index) => recordOf(users[index]!, text));
    const claimed = records.filter((record) => isFresh(record, nowMs));
    const alive = await leases.alive(claimed, callDeadlineMs - (performance.now() - startMs));
    if (alive.kind !== "ok") return alive;
    return ok(
      records.map((record) =>
        record === undefined ? NEVER_SEEN : { record, online: alive.value.has(record) },
      ),
    );
  }

  // One server takes keys of any slots in one call.
  const lookups = new TurnLookups(options.cluster === true ? presenceBucket : () => 0, look);

  const port: PresenceStore = {
    hold,
    release,
    lookup: (user) => lookups.lookup(user),
    lookupMany: (users) => lookups.lookupMany(users),
    renewLease: (lease) => leases.renew(lease),
    bucket: presenceBucket,
  };
  return {
    port,
    connected: (deadlineMs) => connection.connected(deadlineMs),
    close: async () => connection.close(),
  };
}

function holdAnswer(user: UserId, text: string): HoldAnswer {
  if (text === "e") return EXTENDED;
  const standing = recordOf(user, text.slice(1));
  if (text.startsWith("r") && standing !== undefined) return { kind: "replaced", by: standing };
  return standing === undefined ? REINSTALLED : { kind: "reinstalled", displaced: standing };
}

/** Undefined where there is none, or where what stands there is not ours. */
function recordOf(user: UserId, text: string | null): PresenceRecord | undefined {
  if (text === null) return undefined;
  const [epoch, released, heartbeat, node, incarnation, connection] = text.split("|");
  const fields = parseEpoch(epoch!);
  if (fields === undefined || connection === undefined) return undefined;
  return {
    user,
    epoch: epoch!,
    released: released === "1",
    node: node as NodeId,
    incarnation: Number(incarnation),
    connection: Number(connection),
    device: fields.device,
    heartbeatMs: Number(heartbeat),
  };
}

function isFresh(record: PresenceRecord | undefined, nowMs: number): record is PresenceRecord {
  return record !== undefined && !record.released && nowMs - record.heartbeatMs < RECORD_FRESH_MS;
}

/** The scripts compare epochs as text of 40 characters. */
function checked(epoch: Epoch): string {
  if (parseEpoch(epoch) === undefined) throw new Error(`presence: not an epoch: "${epoch}"`);
  return epoch;
}
