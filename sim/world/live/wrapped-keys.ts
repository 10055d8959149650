// Opens wrapped keys of friendships with the run's master keys: code of the harness's own, so that the scan does
// not believe the messenger about itself.
import { createDecipheriv } from "node:crypto";
import type { Secrets } from "./secrets.ts";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface WrappedKeyRow {
  readonly chat: number;
  readonly userLow: number;
  readonly userHigh: number;
  readonly keyVersion: number;
  readonly kekId: string;
  /** base64 of nonce, ciphertext and tag. */
  readonly wrapped: string;
}

/** undefined where it does not open under that friendship's context. */
export function unwrapKey(row: WrappedKeyRow, secrets: Secrets): Buffer | undefined {
  const master = secrets.masterKey(row.kekId);
  const bytes = Buffer.from(row.wrapped, "base64");
  if (master === undefined || bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", master, bytes.subarray(0, NONCE_BYTES));
  const { chat, userLow, userHigh, keyVersion } = row;
  decipher.setAAD(
    Buffer.from(`chatquake friendship key 1|${chat}|${userLow}|${userHigh}|${keyVersion}`),
  );
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
  try {
    const body = bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    return undefined; // another context, or damaged: the caller counts it
  }
}
