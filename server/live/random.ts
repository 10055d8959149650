// Randomness of a live node, from the operating system. Names of streams only keep the port's shape: no
// stream can be foretold, so none can disturb another.
import { randomBytes } from "node:crypto";
import type { Random, RandomStream } from "../ports/random.ts";

const TWO_TO_48 = 281474976710656;
const TWO_TO_53 = 9007199254740992;

const STREAM: RandomStream = {
  next: () => Number(randomBytes(8).readBigUInt64BE() >> 11n) / TWO_TO_53,
  int: (low, high) => low + below(high - low + 1),
};

export function liveRandom(): Random {
  return { stream: () => STREAM, id48 };
}

/** 1 to 2^48 - 1: 0 stands for "none" on the wire and in the stores. */
function id48(): number {
  for (;;) {
    const id = bits48();
    if (id !== 0) return id;
  }
}

/** Uniform below `count`, which is at most 2^48; node's own randomInt ends one short of that. */
function below(count: number): number {
  const fair = TWO_TO_48 - (TWO_TO_48 % count);
  for (;;) {
    const drawn = bits48();
    if (drawn < fair) return drawn % count;
  }
}

function bits48(): number {
  return randomBytes(6).readUIntBE(0, 6);
}
