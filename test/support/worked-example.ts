// One message and one picture, sealed by the letter of server/protocol/sealing.ts with the platform's own
// cipher: the vectors that the published documents show, and that every client can check itself against.
import { createCipheriv, createHash, hkdfSync } from "node:crypto";
import {
  BLOB_NONCE_BYTES,
  blobKeyInfo,
  sealAdditionalData,
  type SealPlace,
  sealNonce,
} from "../../server/protocol/sealing.ts";

export const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
export const PLACE: SealPlace = {
  chat: 187_649_984_473_770,
  from: 7,
  device: 93_824_992_236_885,
  n: 12,
  keyVersion: 1,
  kind: "text",
  part: 0,
};
export const TEXT = "hello";
export const BLOB = "0123456789abcdef0123456789abcdef";
export const PICTURE = "not really a picture";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function seal(key: Buffer, nonce: Uint8Array, extra: Uint8Array, plain: string): Buffer {
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(extra);
  return Buffer.concat([cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

export function messageVector() {
  const nonce = sealNonce(PLACE);
  const additionalData = sealAdditionalData(PLACE);
  return {
    key: KEY.toString("base64"),
    ...PLACE,
    plaintext: TEXT,
    nonce: hex(nonce),
    additionalData: hex(additionalData),
    body: seal(KEY, nonce, additionalData, TEXT).toString("base64"),
  };
}

export function blobVector() {
  const info = blobKeyInfo(BLOB);
  const key = Buffer.from(hkdfSync("sha256", KEY, Buffer.alloc(0), info, 32));
  const file = seal(key, Buffer.alloc(BLOB_NONCE_BYTES), Buffer.alloc(0), PICTURE);
  return {
    key: KEY.toString("base64"),
    blob: BLOB,
    plaintext: PICTURE,
    info: hex(info),
    blobKey: hex(key),
    file: hex(file),
    sha256: createHash("sha256").update(file).digest("hex"),
  };
}
