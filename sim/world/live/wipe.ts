// Redis loses everything of this run at one moment, and its scripts: what a restart without persistence does, in
// a Redis that others may share.
import { Redis } from "ioredis";

const SCRIPT = `
local cursor = "0"
local gone = 0
repeat
  local page = redis.call("SCAN", cursor, "MATCH", ARGV[1], "COUNT", 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do gone = gone + redis.call("DEL", key) end
until cursor == "0"
return gone`;

/** Returns how many keys are gone. */
export async function wipeRedis(url: string, prefix: string): Promise<number> {
  return withRedis(url, async (redis) => {
    const gone = await deleteUnder(redis, prefix);
    await redis.script("FLUSH");
    return gone;
  });
}

export async function deleteKeys(url: string, prefix: string): Promise<number> {
  return withRedis(url, (redis) => deleteUnder(redis, prefix));
}

async function deleteUnder(redis: Redis, prefix: string): Promise<number> {
  // Nothing in it may mean something in a pattern.
  if (!/^[\w:-]+$/.test(prefix)) throw new Error(`keys are deleted by a plain prefix: "${prefix}"`);
  return (await redis.eval(SCRIPT, 0, `${prefix}*`)) as number;
}

/** What is asked is asked again where Redis goes away meanwhile: deleting twice is deleting. */
const TRIES_MAX = 20;

async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: TRIES_MAX });
  // Told by the work, if no try succeeds.
  redis.on("error", () => undefined);
  try {
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
