// The plain meaning of the Tokens port, with the issuer that the harness plays: claims as text under a
// checksum of a secret. No protection against a hostile client (the live one is a signed JWT), but a damaged
// or foreign token is refused.
import type { TokenClaims, Tokens } from "../ports/tokens.ts";
import { fold } from "./fold.ts";

// Characters.
const DOT = 46;
const ZERO = 48;

export class MemoryTokens implements Tokens {
  #secret: number;

  constructor(secret: number) {
    this.#secret = secret;
  }

  issue(claims: TokenClaims): string {
    const { user, device, signedInMs, expiresMs } = claims;
    const sign = fold(fold(fold(fold(fold(0, this.#secret), user), device), signedInMs), expiresMs);
    return `${user}.${device}.${signedInMs}.${expiresMs}.${(sign >>> 0).toString(16)}`;
  }

  /** What it says, where it is what would be issued for that. */
  checkNow(token: string, wallMs: number): TokenClaims | undefined {
    const [user, device, signedInMs, expiresMs] = decimals(token);
    if (expiresMs === undefined || !(expiresMs > wallMs)) return undefined;
    const claims = { user: user!, device: device!, signedInMs: signedInMs!, expiresMs };
    return this.issue(claims) === token ? claims : undefined;
  }

  async check(token: string, wallMs: number): Promise<TokenClaims | undefined> {
    return this.checkNow(token, wallMs);
  }
}

/** The numbers before its first four dots; of other characters they are any numbers. */
function decimals(token: string): number[] {
  const found: number[] = [];
  let number = 0;
  for (let index = 0; index < token.length && found.length < 4; index++) {
    const code = token.charCodeAt(index);
    if (code === DOT) {
      found.push(number);
      number = 0;
    } else number = 10 * number + code - ZERO;
  }
  return found;
}
