// The KeyVault on a file of master keys: {"current": "kek-2", "keys": {"kek-1": "<base64, 32 bytes>", ...}}.
// A friendship's key is wrapped with AES-256-GCM; its friendship is the additional data, so it unwraps for
// that one only. To rotate: add a key at the end of the file, name it current, reload; old keys stay for unwrapping.
// The file's order is the keys' age, oldest first: only what is under an older key than the current one is re-wrapped.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { KeyContext, KeyVault } from "../ports/key-vault.ts";
import { ok, type Refused } from "../ports/outcome.ts";
import type { WrappedKey } from "../ports/roster-store.ts";

const BAD_KEY: Refused = Object.freeze({ kind: "refused", code: "bad-key" });
const NOT_OLDER: Refused = Object.freeze({ kind: "refused", code: "not-older" });
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;
/** A master key that this process does not know may have come with a rotation: the file is read again. */
const REREAD_MS = 1_000;
const KEK_ID = /^[\w.-]{1,64}$/;

interface MasterKeys {
  readonly current: string;
  /** Those that stand in front of the current one. */
  readonly older: ReadonlySet<string>;
  readonly keys: ReadonlyMap<string, Buffer>;
}

export interface FileKeyVault {
  readonly port: KeyVault;
  /** Reads the file again. Throws where it is not valid; the keys known before then stay in use. */
  reload(): void;
  close(): Promise<void>;
}

/** Throws where the file is missing or not valid. */
export function fileKeyVault(path: string): FileKeyVault {
  let master = readMasterKeys(path);
  let readMs = performance.now();

  function reload(): void {
    readMs = performance.now();
    master = readMasterKeys(path);
  }

  function masterKey(kekId: string): Buffer | undefined {
    const known = master.keys.get(kekId);
    if (known !== undefined || performance.now() - readMs < REREAD_MS) return known;
    try {
      reload();
    } catch {
      // A file that is just being written; the next stranger, a second from now, looks again.
      return undefined;
    }
    return master.keys.get(kekId);
  }

  function wrap(plain: Buffer, context: KeyContext): WrappedKey {
    const { current, keys } = master;
    const wrapped = seal(plain, keys.get(current)!, context);
    return { keyVersion: context.keyVersion, kekId: current, wrapped };
  }

  function unwrap(key: WrappedKey, context: KeyContext): Buffer | undefined {
    const under = masterKey(key.kekId);
    if (under === undefined || key.keyVersion !== context.keyVersion) return undefined;
    return open(key.wrapped, under, context);
  }

  const port: KeyVault = {
    create: async (context) => ok(wrap(randomBytes(KEY_BYTES), context)),
    unwrap: async (keys) =>
      ok(keys.map(({ key, context }) => unwrap(key, context)?.toString("base64"))),
    rewrap: async (key, context) => {
      const plain = unwrap(key, context);
      if (plain === undefined) return BAD_KEY;
      return master.older.has(key.kekId) ? ok(wrap(plain, context)) : NOT_OLDER;
    },
    currentKekId: () => master.current,
  };
  return { port, reload, close: async () => undefined };
}

/** Base64 of nonce, ciphertext and tag. Nonces are random: a master key is good for 2^32 wrappings. */
function seal(plain: Buffer, under: Buffer, context: KeyContext): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", under, nonce).setAAD(additionalData(context));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString(
    "base64",
  );
}

function open(wrapped: string, under: Buffer, context: KeyContext): Buffer | undefined {
  const bytes = Buffer.from(wrapped, "base64");
  if (bytes.length !== WRAPPED_BYTES) return undefined;
  const decipher = createDecipheriv("aes-256-gcm", under, bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(additionalData(context));
  decipher.setAuthTag(bytes.subarray(WRAPPED_BYTES - TAG_BYTES));
  try {
    const body = bytes.subarray(NONCE_BYTES, WRAPPED_BYTES - TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]);
  } catch {
    // The tag does not fit: another friendship's key, another master key, or damaged.
    return undefined;
  }
}

function additionalData({ chat, userLow, userHigh, keyVersion }: KeyContext): Buffer {
  return Buffer.from(`chatquake friendship key 1|${chat}|${userLow}|${userHigh}|${keyVersion}`);
}

/** Errors name the file and the master key's id, never a key. */
function readMasterKeys(path: string): MasterKeys {
  const file = parse(path);
  const keys = new Map<string, Buffer>();
  for (const [kekId, text] of Object.entries(file.keys)) {
    const key = typeof text === "string" ? Buffer.from(text, "base64") : undefined;
    // Node skips what is no base64: what it read must be what was written.
    if (!KEK_ID.test(kekId) || key?.length !== KEY_BYTES || key.toString("base64") !== text)
      throw new Error(`${path}: master key "${kekId}" is not ${KEY_BYTES} bytes in base64`);
    keys.set(kekId, key);
  }
  if (!keys.has(file.current))
    throw new Error(`${path}: "current" names no key of "keys": "${file.current}"`);
  const ids = Array.from(keys.keys());
  const older = new Set(ids.slice(0, ids.indexOf(file.current)));
  return { current: file.current, older, keys };
}

function parse(path: string): { readonly current: string; readonly keys: Record<string, unknown> } {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // A syntax error would quote the text, and with it a key.
    const why = error instanceof SyntaxError ? "it is not JSON" : (error as Error).message;
    throw new Error(`${path}: the master keys cannot be read: ${why}`);
  }
  const file = value as { current?: unknown; keys?: unknown } | null;
  if (typeof file?.current !== "string" || typeof file.keys !== "object" || file.keys === null)
    throw new Error(`${path}: expected {"current": id, "keys": {id: base64}}`);
  return { current: file.current, keys: file.keys as Record<string, unknown> };
}
