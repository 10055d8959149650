// The tokens contract on signed JWTs, and what a JWT may carry besides.
import { createHmac } from "node:crypto";
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { jwtTokens } from "../../server/live/jwt-tokens.ts";
import type { TokenClaims } from "../../server/ports/tokens.ts";
import { tokensContract } from "../contract/tokens-contract.ts";

const KEY = "a1".repeat(32);
const OTHER_KEY = "a2".repeat(32);
const PAYLOAD = { sub: "5", dev: 2 ** 40, signedInMs: 1_767_225_600_000, exp: 1_800_000_000 };
const NOW_MS = 1_770_000_000_000;

function sign(payload: object, keyHex = KEY, alg = "HS256"): Promise<string> {
  return new SignJWT({ ...payload }).setProtectedHeader({ alg }).sign(Buffer.from(keyHex, "hex"));
}

function issue(claims: TokenClaims, keyHex: string): Promise<string> {
  const { user, device, signedInMs, expiresMs } = claims;
  return sign({ sub: String(user), dev: device, signedInMs, exp: expiresMs / 1000 }, keyHex);
}

tokensContract("jwt", () => ({
  port: jwtTokens(KEY),
  issue: (claims) => issue(claims, KEY),
  forge: (claims) => issue(claims, OTHER_KEY),
}));

describe("jwt tokens", () => {
  const tokens = jwtTokens(KEY);

  it("takes what the issuer writes", async () => {
    expect(await tokens.check(await sign(PAYLOAD), NOW_MS)).toEqual({
      user: 5,
      device: 2 ** 40,
      signedInMs: 1_767_225_600_000,
      expiresMs: 1_800_000_000_000,
    });
  });

  it("SEC1 knows one algorithm: no unsigned token, no other hash", async () => {
    const unsigned = new UnsecuredJWT(PAYLOAD).encode();
    const long = await sign(PAYLOAD, "a1".repeat(64), "HS512");
    expect(await tokens.check(unsigned, NOW_MS)).toBeUndefined();
    expect(await jwtTokens("a1".repeat(64)).check(long, NOW_MS)).toBeUndefined();
    const header = Buffer.from('{"alg":"none"}').toString("base64url");
    const body = (await sign(PAYLOAD)).split(".")[1]!;
    const signature = createHmac("sha256", Buffer.from(KEY, "hex")).update(`${header}.${body}`);
    const token = `${header}.${body}.${signature.digest("base64url")}`;
    expect(await tokens.check(token, NOW_MS)).toBeUndefined();
  });

  it.each<[string, object]>([
    ["no user", { sub: undefined }],
    ["a user that is no text of a number", { sub: 5 }],
    ["user 0", { sub: "0" }],
    ["a user with a leading zero", { sub: "05" }],
    ["a user beyond the safe integers", { sub: "9007199254740993" }],
    ["a negative user", { sub: "-5" }],
    ["no device", { dev: undefined }],
    ["device 0", { dev: 0 }],
    ["a device of more than 48 bits", { dev: 2 ** 48 }],
    ["a device as text", { dev: "77" }],
    ["a device with a fraction", { dev: 1.5 }],
    ["no sign-in time", { signedInMs: undefined }],
    ["a sign-in time that an epoch cannot write", { signedInMs: 1e13 }],
    ["a negative sign-in time", { signedInMs: -1 }],
    ["no expiry", { exp: undefined }],
    ["a token of the past", { exp: NOW_MS / 1000 }],
    ["a token of the future", { nbf: NOW_MS / 1000 + 10 }],
    ["an expiry as text", { exp: "1800000000" }],
    ["a token too long to be ours", { more: "x".repeat(3_000) }],
  ])("SEC1 refuses %s", async (_, change) => {
    expect(await tokens.check(await sign({ ...PAYLOAD, ...change }), NOW_MS)).toBeUndefined();
  });

  it.each(["", "a1".repeat(31), "xy".repeat(32), "a".repeat(65)])(
    "does not start on a key that is short or not hex",
    (key) => expect(() => jwtTokens(key)).toThrow("at least 32 bytes in hex"),
  );
});
