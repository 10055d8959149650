// Issues sign-in tokens, which the messenger only checks: in production somebody else does it, with the same key.
import { SignJWT } from "jose";

const TOKEN_HOURS = 12;

export function signedToken(
  key: Uint8Array,
  user: number,
  device: number,
  signedInMs: number,
): Promise<string> {
  return new SignJWT({ dev: device, signedInMs })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject(String(user))
    .setExpirationTime(`${TOKEN_HOURS}h`)
    .sign(key);
}
