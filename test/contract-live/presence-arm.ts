// The presence store on a real Redis as an arm of the contract: ids of its own, and time that a test can move.
import { Redis } from "ioredis";
import { openRedisPresence, type RedisPresence } from "../../server/live/redis-presence.ts";
import type { PresenceStore } from "../../server/ports/presence-store.ts";
import { type Arm, counting } from "../contract/arm.ts";
import { freshName } from "../support/live-services.ts";

const CONNECT_MS = 5_000;

/** A store that has moved all it holds into the past cannot be told from one whose clock went ahead. */
const AGE = `
local left = redis.call('PTTL', KEYS[1]) - ARGV[1]
if left <= 0 then return redis.call('DEL', KEYS[1]) end
local text = redis.call('GET', KEYS[1])
local heartbeat = tonumber(string.match(text, '^[-%d]+|[01]|(%d+)'))
if heartbeat and heartbeat > 0 then
  local older = string.format('%013.0f', heartbeat - ARGV[1])
  text = string.sub(text, 1, 43) .. older .. string.sub(text, 57)
end
return redis.call('SET', KEYS[1], text, 'PX', left)`;

export class PresenceArm {
  readonly presence: RedisPresence;
  readonly admin: Redis;
  readonly prefix: string;

  private constructor(presence: RedisPresence, admin: Redis, prefix: string) {
    this.presence = presence;
    this.admin = admin;
    this.prefix = prefix;
  }

  static async open(
    url: string,
    { callDeadlineMs = 2_000, leaseTrustMs = 0, cluster = false } = {},
  ): Promise<PresenceArm> {
    const prefix = `${freshName("presence")}:`;
    const presence = openRedisPresence({ url, prefix, cluster, callDeadlineMs, leaseTrustMs });
    const connected = await presence.connected(CONNECT_MS);
    if (!connected) throw new Error("Redis does not answer");
    return new PresenceArm(presence, new Redis(url), prefix);
  }

  get arm(): Arm<PresenceStore> {
    return {
      port: this.presence.port,
      fresh: counting(),
      advance: async (ms) => {
        for (const key of await this.keys()) await this.admin.eval(AGE, 1, key, ms);
      },
      wipe: async () => {
        for (const key of await this.keys()) await this.admin.del(key);
      },
    };
  }

  keys(): Promise<string[]> {
    return this.admin.keys(`${this.prefix}*`);
  }

  async close(): Promise<void> {
    await this.presence.close();
    this.admin.disconnect();
  }
}
