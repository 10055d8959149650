// Sign-in tokens: JWT, HS256, issued elsewhere with the same key. What they claim is checked here, once, so
// that the core can build on every field.
import { webcrypto } from "node:crypto";
import { errors, jwtVerify } from "jose";
import type { TokenClaims, Tokens } from "../ports/tokens.ts";

const KEY_BYTES_MIN = 32;
/** A token of ours has about 250 characters; more is not even hashed. */
const TOKEN_CHARS_MAX = 2_048;
const DEVICE_MAX = 0xffff_ffff_ffff;
/** An epoch writes the sign-in time with 13 digits. */
const SIGNED_IN_MS_MAX = 1e13 - 1;
const USER = /^[1-9]\d{0,15}$/;

/** `keyHex`: at least 32 bytes in hex digits, shared with the issuer. */
export function jwtTokens(keyHex: string): Tokens {
  if (!/^([0-9a-f]{2})+$/i.test(keyHex) || keyHex.length < KEY_BYTES_MIN * 2)
    throw new Error(`the token key must be at least ${KEY_BYTES_MIN} bytes in hex digits`);
  // Imported once: jose would do it anew for each token, at twice the price.
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = webcrypto.subtle.importKey("raw", Buffer.from(keyHex, "hex"), hmac, false, [
    "verify",
  ]);
  return {
    check: async (token, wallMs) => {
      if (token.length > TOKEN_CHARS_MAX) return undefined;
      const payload = await verified(token, await key, wallMs);
      return payload === undefined ? undefined : claimsOf(payload, wallMs);
    },
  };
}

async function verified(
  token: string,
  key: webcrypto.CryptoKey,
  wallMs: number,
): Promise<Record<string, unknown> | undefined> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["HS256"],
      currentDate: new Date(wallMs),
      requiredClaims: ["sub", "exp"],
    });
    return payload;
  } catch (error) {
    // Any defect of the token is the same to its bearer: not signed in.
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}

function claimsOf(payload: Record<string, unknown>, wallMs: number): TokenClaims | undefined {
  const { sub, dev: device, signedInMs, exp } = payload;
  if (typeof sub !== "string" || !USER.test(sub)) return undefined;
  const user = Number(sub);
  if (!Number.isSafeInteger(user)) return undefined;
  if (!isWithin(device, 1, DEVICE_MAX) || !isWithin(signedInMs, 0, SIGNED_IN_MS_MAX))
    return undefined;
  if (typeof exp !== "number" || !Number.isFinite(exp)) return undefined;
  const expiresMs = Math.floor(exp * 1000);
  return expiresMs > wallMs ? { user, device, signedInMs, expiresMs } : undefined;
}

function isWithin(value: unknown, low: number, high: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high;
}
