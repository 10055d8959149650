// Randomness of a live node, from the operating system. Names of streams only keep the port's shape: no
// stream can be foretold, so none can disturb another.
import { randomBytes, randomInt } from "node:crypto";
import type { Random, RandomStream } from "../ports/random.ts";

const TWO_TO_53 = 9007199254740992;

const STREAM: RandomStream = {
  next: () => Number(randomBytes(8).readBigUInt64BE() >> 11n) / TWO_TO_53,
  int: (low, high) => (high === low ? low : low + randomInt(high - low + 1)),
};

export function liveRandom(): Random {
  return { stream: () => STREAM, id48 };
}

/** 1 to 2^48 - 1: 0 stands for "none" on the wire and in the stores. */
function id48(): number {
  for (;;) {
    const id = randomBytes(6).readUIntBE(0, 6);
    if (id !== 0) return id;
  }
}
