// Where one value of the Redis protocol ends and what it says, cut at any byte.
import { describe, expect, it } from "vitest";
import { valueEnd, values, verbOf } from "../../../sim/world/live/proxies/redis-values.ts";

const WHOLE = [
  "+OK\r\n",
  ":42\r\n",
  "-ERR no\r\n",
  "$5\r\nhello\r\n",
  "$-1\r\n",
  "*-1\r\n",
  "*0\r\n",
  "*2\r\n$1\r\na\r\n*1\r\n:1\r\n",
  "%1\r\n+a\r\n:1\r\n",
  "_\r\n",
  "|1\r\n+ttl\r\n:3\r\n+OK\r\n",
];

describe("values of Redis' protocol", () => {
  it.each(WHOLE)("%j is one value, and nothing shorter is", (text) => {
    const bytes = Buffer.from(`${text}:7\r\n`);
    expect(valueEnd(bytes, 0)).toBe(text.length);
    for (let end = 0; end < text.length; end += 1)
      expect(valueEnd(Buffer.from(text.slice(0, end)), 0)).toBe(-1);
  });

  it("a stream in any pieces gives the same values", () => {
    const stream = WHOLE.join("");
    for (const size of [1, 2, 3, 7, 1000]) {
      const told: string[] = [];
      const take = values((value) => told.push(value.toString()));
      for (let at = 0; at < stream.length; at += size)
        take(Buffer.from(stream.slice(at, at + size)));
      expect(told).toEqual(WHOLE);
    }
  });

  it("the verb of a call is its first word", () => {
    expect(verbOf(Buffer.from("*3\r\n$7\r\nevalsha\r\n$2\r\nab\r\n$1\r\n0\r\n"))).toBe("EVALSHA");
  });
});
