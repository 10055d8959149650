// The byte layouts of encryption: nonce, additional data, and what a picture's own key is derived from. They
// are part of the wire, as every client must build the same bytes. Big-endian, fixed widths; no cipher here.
import type { BlobId, ChatId, DeviceId, MessageKind, UserId } from "./ids.ts";

/** A message's own place: a ciphertext opens for no other. */
export interface SealPlace {
  readonly chat: ChatId;
  readonly from: UserId;
  readonly device: DeviceId;
  readonly n: number;
  readonly keyVersion: number;
  readonly kind: MessageKind;
  /** 0 body, 1 thumbnail */
  readonly part: 0 | 1;
}

/** One byte a kind, in this order. A `void` has nothing sealed. */
export const SEALED_KINDS: readonly MessageKind[] = ["text", "image", "voice", "file"];

interface LayoutField {
  readonly field: keyof SealPlace;
  readonly bytes: number;
}

/** 12 bytes. The device is never reused and takes each n once, so no (key, nonce) comes twice. */
export const NONCE_LAYOUT: readonly LayoutField[] = [
  { field: "device", bytes: 6 },
  { field: "n", bytes: 5 },
  { field: "part", bytes: 1 },
];

/** 31 bytes. */
export const ADDITIONAL_DATA_LAYOUT: readonly LayoutField[] = [
  { field: "chat", bytes: 6 },
  { field: "from", bytes: 8 },
  { field: "device", bytes: 6 },
  { field: "n", bytes: 5 },
  { field: "keyVersion", bytes: 4 },
  { field: "kind", bytes: 1 },
  { field: "part", bytes: 1 },
];

/** In front of the blob's 16 bytes, as ASCII, in the info of HKDF-SHA-256 (no salt, 32 bytes out). */
export const BLOB_KEY_LABEL = "chatquake blob";
/** A picture's key seals once, so its nonce is zeros; it has no additional data. */
export const BLOB_NONCE_BYTES = 12;
/** AES-GCM's tag, behind the ciphertext. */
export const TAG_BYTES = 16;

export function sealNonce(place: SealPlace): Uint8Array {
  return laidOut(NONCE_LAYOUT, place);
}

export function sealAdditionalData(place: SealPlace): Uint8Array {
  return laidOut(ADDITIONAL_DATA_LAYOUT, place);
}

export function blobKeyInfo(blob: BlobId): Uint8Array {
  const info = new Uint8Array(BLOB_KEY_LABEL.length + 16);
  for (let i = 0; i < BLOB_KEY_LABEL.length; i++) info[i] = BLOB_KEY_LABEL.charCodeAt(i);
  for (let i = 0; i < 16; i++)
    info[BLOB_KEY_LABEL.length + i] = parseInt(blob.slice(2 * i, 2 * i + 2), 16);
  return info;
}

function laidOut(layout: readonly LayoutField[], place: SealPlace): Uint8Array {
  let length = 0;
  for (const { bytes } of layout) length += bytes;
  const out = new Uint8Array(length);
  let end = 0;
  for (const { field, bytes } of layout) {
    end += bytes;
    const value = place[field];
    let rest = typeof value === "string" ? SEALED_KINDS.indexOf(value) : value;
    if (rest < 0) throw new Error(`a ${value} has nothing sealed`);
    for (let i = end - 1; i >= end - bytes; i--) {
      out[i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    if (rest !== 0) throw new Error(`${field} ${value} does not fit ${bytes} bytes`);
  }
  return out;
}
