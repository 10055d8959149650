// The identity provider of a live run: hands out device ids and signs tokens (JWT, HS256), as design.md leaves
// to the harness. All is a function of the seed and of the person, so that workers need not ask each other.
import { createHmac } from "node:crypto";
import type { DeviceId, UserId } from "../../../../server/protocol/ids.ts";
import { keyedUint32 } from "../../../kernel/random.ts";

const TOKEN_LIFE_S = 30 * 24 * 3_600;
const PURPOSE = 302;
/** A device id has 48 bits: the person in the upper half, the person's how-manieth device mixed into the lower. */
const USERS_MAX = 16_777_216;
const DEVICES_MAX = 16_777_216;
/** Odd, so that different ordinals of a person give different ids. */
const STEP = 0x9e3779;
const HEADER = base64Url('{"alg":"HS256","typ":"JWT"}');

export class IdentityProvider {
  readonly #key: Buffer;
  readonly #seed32: number;
  readonly #wallMs: () => number;
  readonly #devices = new Map<UserId, number>();
  readonly #signedInMs = new Map<UserId, number>();

  constructor(tokenKey: string, seed32: number, wallMs: () => number) {
    this.#key = Buffer.from(tokenKey, "hex");
    this.#seed32 = seed32;
    this.#wallMs = wallMs;
  }

  newDeviceId(user: UserId): DeviceId {
    if (user >= USERS_MAX) throw new Error(`user ${user}: a live run has at most ${USERS_MAX}`);
    const ordinal = this.#devices.get(user) ?? 0;
    this.#devices.set(user, ordinal + 1);
    const start = keyedUint32(this.#seed32, user, PURPOSE, 0) % DEVICES_MAX;
    return user * DEVICES_MAX + ((start + ordinal * STEP) % DEVICES_MAX);
  }

  /** Two sign-ins of a person never carry the same time. */
  issueToken(user: UserId, device: DeviceId): string {
    const nowMs = this.#wallMs();
    const signedInMs = Math.max(nowMs, (this.#signedInMs.get(user) ?? 0) + 1);
    this.#signedInMs.set(user, signedInMs);
    const exp = Math.floor(nowMs / 1000) + TOKEN_LIFE_S;
    const payload = base64Url(
      `{"sub":"${user}","dev":${device},"signedInMs":${signedInMs},"exp":${exp}}`,
    );
    const signed = `${HEADER}.${payload}`;
    return `${signed}.${createHmac("sha256", this.#key).update(signed).digest("base64url")}`;
  }
}

function base64Url(text: string): string {
  return Buffer.from(text).toString("base64url");
}
