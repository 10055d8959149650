// What every implementation of the Tokens port must do.
import { describe, expect, it } from "vitest";
import type { TokenClaims, Tokens } from "../../server/ports/tokens.ts";

export interface TokensArm {
  readonly port: Tokens;
  issue(claims: TokenClaims): Promise<string>;
  /** Signed by somebody else. */
  forge(claims: TokenClaims): Promise<string>;
}

const CLAIMS = { user: 5, device: 2 ** 47, signedInMs: 1_767_225_600_000, expiresMs: 2000 };

export function tokensContract(name: string, make: () => TokensArm): void {
  describe(`tokens contract: ${name}`, () => {
    it("gives back the claims until the token expires", async () => {
      const { port, issue } = make();
      const token = await issue(CLAIMS);
      expect(await port.check(token, 1999)).toEqual(CLAIMS);
      expect(await port.check(token, 2000)).toBeUndefined();
    });

    it("SEC1 refuses a token of another secret, of other claims, and no token at all", async () => {
      const { port, issue, forge } = make();
      const token = await issue(CLAIMS);
      const other = await issue({ ...CLAIMS, user: 6 });
      const end = token.lastIndexOf(".");
      const mixed = other.slice(0, other.lastIndexOf(".")) + token.slice(end);
      const damaged = [token.slice(0, -1), `${token}0`, token.slice(0, end), token.slice(end)];
      for (const wrong of [await forge(CLAIMS), mixed, ...damaged, "", ".", "..", "a.b.c.d.e"])
        expect(await port.check(wrong, 0)).toBeUndefined();
    });
  });
}
