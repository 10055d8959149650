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

/** `prefix` holds none of the characters that mean something in a pattern. Returns how many keys are gone. */
export async function wipeRedis(url: string, prefix: string): Promise<number> {
  if (!/^[\w:-]+$/.test(prefix)) throw new Error(`a wipe wants a plain prefix, not "${prefix}"`);
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  try {
    await redis.connect();
    const gone = (await redis.eval(SCRIPT, 0, `${prefix}*`)) as number;
    await redis.script("FLUSH");
    return gone;
  } finally {
    redis.disconnect();
  }
}
