// The presence store's scripts. Each is atomic and safe to repeat, and touches the keys of one hash slot only.
// A record is text of fixed places, readable in redis-cli:
//   epoch (1-40) | 0 or 1, released (42) | heartbeat in ms, 13 digits (44-56) | node | incarnation | connection
import { createHash } from "node:crypto";

export interface RedisScript {
  readonly name: string;
  readonly lua: string;
  readonly sha: string;
}

export const RECORD_FRESH_MS = 90_000;
export const RECORD_KEPT_MS = 30 * 24 * 3600 * 1000;
export const LEASE_MS = 9_000;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * The max-register on the epoch, claim and renewal alike. KEYS: a record each; ARGV: epoch and owner for each.
 * Answers "e" (extended), "i" (reinstalled) with what it displaced, or "r" (replaced) with what stands.
 */
export const HOLD = script(
  "hold",
  `${NOW}
local stamp = string.format('%013.0f', now)
local answers = {}
for i, key in ipairs(KEYS) do
  local epoch, owner = ARGV[2 * i - 1], ARGV[2 * i]
  local standing = redis.call('GET', key)
  local stood, released, heartbeat = '', false, 0
  if standing then
    stood = string.sub(standing, 1, 40)
    released = string.sub(standing, 42, 42) == '1'
    heartbeat = tonumber(string.sub(standing, 44, 56)) or 0
  end
  if standing and (stood > epoch or (stood == epoch and released)) then
    answers[i] = 'r' .. standing
  else
    redis.call('SET', key, epoch .. '|0|' .. stamp .. '|' .. owner, 'PX', ${RECORD_KEPT_MS})
    if stood == epoch and now - heartbeat < ${RECORD_FRESH_MS} then
      answers[i] = 'e'
    elseif standing and not released then
      answers[i] = 'i' .. standing
    else
      answers[i] = 'i'
    end
  end
end
return answers
`,
);

/** Raises the record to (epoch, released) and keeps its heartbeat, with it the day on which it is forgotten. */
export const RELEASE = script(
  "release",
  `
local epoch = ARGV[1]
local standing = redis.call('GET', KEYS[1])
if not standing then
  redis.call('SET', KEYS[1], epoch .. '|1|0000000000000||0|0', 'PX', ${RECORD_KEPT_MS})
  return 1
end
local stood = string.sub(standing, 1, 40)
if stood > epoch then return 0 end
local heartbeat = string.sub(standing, 43, 57)
if stood == epoch then
  redis.call('SET', KEYS[1], epoch .. '|1' .. string.sub(standing, 43), 'KEEPTTL')
else
  redis.call('SET', KEYS[1], epoch .. '|1' .. heartbeat .. '|0|0', 'KEEPTTL')
end
return 1
`,
);

/** The store's time, then the records of KEYS, in their order. */
export const LOOK = script(
  "look",
  `${NOW}
local records = redis.call('MGET', unpack(KEYS))
table.insert(records, 1, string.format('%.0f', now))
return records
`,
);

/** A lease is "incarnation|state|address". Answers 1 where it stood with this incarnation. */
export const RENEW_LEASE = script(
  "renew-lease",
  `
local before = redis.call('GET', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1] .. '|' .. ARGV[2], 'PX', ${LEASE_MS})
if before and string.match(before, '^%d+') == ARGV[1] then return 1 end
return 0
`,
);

/** A lease and the milliseconds that it has left. */
export const READ_LEASE = script(
  "read-lease",
  `return { redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1]) }`,
);

function script(name: string, lua: string): RedisScript {
  return { name, lua, sha: createHash("sha1").update(lua).digest("hex") };
}
