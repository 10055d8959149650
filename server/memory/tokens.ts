// The plain meaning of the Tokens port, with the issuer that the harness plays: claims as text under a
// checksum of a secret. No protection against a hostile client (the live one is a signed JWT), but a damaged
// or foreign token is refused.
import type { TokenClaims, Tokens } from "../ports/tokens.ts";

export class MemoryTokens implements Tokens {
  #secret: number;

  constructor(secret: number) {
    this.#secret = secret;
  }

  issue(claims: TokenClaims): string {
    const text = `${claims.user}.${claims.device}.${claims.signedInMs}.${claims.expiresMs}`;
    return `${text}.${this.#sign(text)}`;
  }

  checkNow(token: string, wallMs: number): TokenClaims | undefined {
    const end = token.lastIndexOf(".");
    const text = token.slice(0, Math.max(end, 0));
    if (token.slice(end + 1) !== this.#sign(text)) return undefined;
    const [user, device, signedInMs, expiresMs] = text.split(".").map(Number);
    if (!(expiresMs! > wallMs)) return undefined;
    return { user: user!, device: device!, signedInMs: signedInMs!, expiresMs: expiresMs! };
  }

  async check(token: string, wallMs: number): Promise<TokenClaims | undefined> {
    return this.checkNow(token, wallMs);
  }

  #sign(text: string): string {
    let high = this.#secret | 0;
    let low = Math.floor(this.#secret / 4294967296) ^ 0x9e3779b9;
    for (let index = 0; index < text.length; index++) {
      high = Math.imul(high ^ text.charCodeAt(index), 0x85ebca6b);
      low = Math.imul(low ^ (high >>> 13), 0xc2b2ae35);
    }
    return (high >>> 0).toString(16) + (low >>> 0).toString(16);
  }
}
