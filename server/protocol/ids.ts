// Ids, and bytes that the core stores and forwards but never looks into.

/** A person; a positive safe integer. */
export type UserId = number;
/** 48 bits, belongs to one user for ever; part of the signed token. */
export type DeviceId = number;
/** 48 random bits, unique for each friendship. */
export type ChatId = number;
/** "node-1", "node-2", ... */
export type NodeId = string;
/** 32 hex digits: a random 128-bit name chosen by the device. */
export type BlobId = string;

/**
 * Ciphertext, as the core sees it: an opaque value with a length in bytes. Live it wraps bytes; in a
 * simulation it is a descriptor (what was encrypted, under which key and context) that is never
 * allocated. `same` is byte equality.
 */
export interface Opaque {
  readonly length: number;
  same(other: Opaque): boolean;
}

export type MessageKind = "text" | "image" | "voice" | "file" | "void";
