// Checks sign-in tokens (JWT, HS256). Issuing them is outside the messenger.
import type { DeviceId, UserId } from "../protocol/ids.ts";

export interface TokenClaims {
  readonly user: UserId;
  readonly device: DeviceId;
  /** When the person signed in, milliseconds; an automatic reconnect carries the same token. */
  readonly signedInMs: number;
  readonly expiresMs: number;
}

export interface Tokens {
  /** The claims of a well-signed token that has not expired at `wallMs`; undefined otherwise. */
  check(token: string, wallMs: number): Promise<TokenClaims | undefined>;
}
