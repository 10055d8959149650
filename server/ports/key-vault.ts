// The master key. It wraps and unwraps the keys of friendships and never leaves the vault.
import type { ChatId, UserId } from "../protocol/ids.ts";
import type { Outcome } from "./outcome.ts";
import type { WrappedKey } from "./roster-store.ts";

/** Additional data of the wrapping: a key unwraps only for the friendship it was made for. */
export interface KeyContext {
  readonly chat: ChatId;
  readonly userLow: UserId;
  readonly userHigh: UserId;
  readonly keyVersion: number;
}

/** One of the keys that are unwrapped together. */
export interface SealedKey {
  readonly key: WrappedKey;
  readonly context: KeyContext;
}

export interface KeyVault {
  /** A new random 256-bit key, already wrapped under the current master key. */
  create(context: KeyContext): Promise<Outcome<WrappedKey>>;
  /** The plain keys as text (base64 live), in the order asked; undefined for a wrong context or damaged text. */
  unwrap(keys: readonly SealedKey[]): Promise<Outcome<readonly (string | undefined)[]>>;
  /**
   * The same key under the current master key. Refused code "not-older" where it is not under one that this vault knows
   * as older: nodes that disagree on the current one must not re-wrap to and fro.
   */
  rewrap(key: WrappedKey, context: KeyContext): Promise<Outcome<WrappedKey>>;
  /** Which master key new wrappings use; changes when the master key is rotated. */
  currentKekId(): string;
}
