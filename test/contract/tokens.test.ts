// The memory tokens: what is issued is checked, what is damaged or expired is not.
import { describe, expect, it } from "vitest";
import { MemoryTokens } from "../../server/memory/tokens.ts";

describe("tokens contract: memory", () => {
  const tokens = new MemoryTokens(123_456_789_012);
  const claims = { user: 5, device: 2 ** 47, signedInMs: 1_767_225_600_000, expiresMs: 2000 };
  const token = tokens.issue(claims);

  it("gives back the claims until the token expires", async () => {
    expect(await tokens.check(token, 1999)).toEqual(claims);
    expect(await tokens.check(token, 2000)).toBeUndefined();
  });

  it("SEC1 refuses a token of another secret, of other claims, and no token at all", async () => {
    const other = new MemoryTokens(123_456_789_013).issue(claims);
    const forged = `6${token.slice(1)}`;
    for (const wrong of [other, forged, token.slice(0, -1), `${token}0`, "", ".", "a.b.c.d.e"])
      expect(await tokens.check(wrong, 0)).toBeUndefined();
  });
});
