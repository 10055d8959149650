// Encryption in a simulation: ciphertext is a descriptor of what was sealed under which key and context, and
// opens only for the same ones. What is common to a log's messages is interned, so one stays small.
import type { BlobBody } from "../../server/ports/blob-store.ts";
import type {
  BlobId,
  ChatId,
  DeviceId,
  MessageKind,
  Opaque,
  UserId,
} from "../../server/protocol/ids.ts";
import type { Cipher, Plain, SealContext, SealedBlob } from "./ports.ts";
import { blobNumber, keyNumber } from "./secret-numbers.ts";

/** What AES-GCM adds to a text. */
export const TAG_BYTES = 16;
const KINDS: readonly MessageKind[] = ["text", "image", "voice", "file", "void"];
/** A length takes the lower bits of a packed number, the content those above. */
const LENGTH_LIMIT = 1048576;

/** Key and additional data that all messages of one log have in common. */
interface LogContext {
  readonly index: number;
  readonly key: string;
  readonly chat: ChatId;
  readonly from: UserId;
  readonly device: DeviceId;
  readonly keyVersion: number;
}

export class SimulatedSealed implements Opaque {
  readonly length: number;
  readonly log: LogContext;
  /** n, kind and part in one number. */
  readonly place: number;
  readonly content: number;

  constructor(log: LogContext, place: number, content: number, length: number) {
    this.length = length;
    this.log = log;
    this.place = place;
    this.content = content;
  }

  same(other: Opaque): boolean {
    return (
      other instanceof SimulatedSealed &&
      other.length === this.length &&
      other.place === this.place &&
      other.content === this.content &&
      other.log === this.log
    );
  }
}

/** An encrypted picture; nothing but its sizes and its origin exists. */
export class SimulatedBlob implements SealedBlob {
  readonly bytes: number;
  readonly sha256: string;
  readonly key: string;
  readonly blob: BlobId;
  readonly content: number;

  constructor(key: string, blob: BlobId, plain: Plain) {
    this.bytes = plain.bytes + TAG_BYTES;
    this.key = key;
    this.blob = blob;
    this.content = plain.content;
    this.sha256 = `${blob}${plain.content.toString(16).padStart(16, "0")}${this.bytes.toString(16).padStart(16, "0")}`;
  }

  damaged(): SealedBlob {
    return new DamagedBlob(this);
  }
}

/** The same picture with wrong bytes: it has another checksum and opens to nothing. */
class DamagedBlob implements SealedBlob {
  readonly bytes: number;
  readonly sha256: string;

  constructor(whole: SealedBlob) {
    this.bytes = whole.bytes;
    this.sha256 = `damaged-${whole.sha256}`;
  }
}

export class SimulatedCipher implements Cipher {
  #logs: LogContext[] = [];
  #byDevice = new Map<DeviceId, LogContext[]>();

  seal(key: string, context: SealContext, plain: Plain): Opaque {
    const log = this.#log(key, context);
    return new SimulatedSealed(log, place(context), plain.content, plain.bytes + TAG_BYTES);
  }

  open(key: string, context: SealContext, sealed: Opaque): Plain | undefined {
    if (!(sealed instanceof SimulatedSealed)) return undefined;
    const log = sealed.log;
    if (
      log.chat !== context.chat ||
      log.from !== context.from ||
      log.device !== context.device ||
      log.keyVersion !== context.keyVersion ||
      sealed.place !== place(context) ||
      log.key !== key
    )
      return undefined;
    return { content: sealed.content, bytes: sealed.length - TAG_BYTES };
  }

  sealBlob(key: string, blob: BlobId, plain: Plain): SealedBlob {
    return new SimulatedBlob(key, blob, plain);
  }

  openBlob(key: string, blob: BlobId, body: BlobBody): Plain | undefined {
    if (!(body instanceof SimulatedBlob) || body.key !== key || body.blob !== blob)
      return undefined;
    return { content: body.content, bytes: body.bytes - TAG_BYTES };
  }

  keyNumber(key: string): number {
    return keyNumber(key);
  }

  blobNumber(blob: BlobId): number {
    return blobNumber(blob);
  }

  // ── how a store may keep a descriptor: three numbers instead of an object
  readonly width = 3;

  pack(body: Opaque, into: Float64Array, offset: number): void {
    if (!(body instanceof SimulatedSealed)) throw new Error("not sealed by a simulated device");
    into[offset] = body.log.index;
    into[offset + 1] = body.place;
    into[offset + 2] = body.content * LENGTH_LIMIT + body.length;
  }

  unpack(from: Float64Array, offset: number): Opaque {
    const log = this.#logs[from[offset]!]!;
    const packed = from[offset + 2]!;
    const content = Math.floor(packed / LENGTH_LIMIT);
    return new SimulatedSealed(log, from[offset + 1]!, content, packed - content * LENGTH_LIMIT);
  }

  #log(key: string, context: SealContext): LogContext {
    let logs = this.#byDevice.get(context.device);
    if (logs === undefined) this.#byDevice.set(context.device, (logs = []));
    for (let i = 0; i < logs.length; i++) {
      const log = logs[i]!;
      if (
        log.chat === context.chat &&
        log.from === context.from &&
        log.keyVersion === context.keyVersion &&
        log.key === key
      )
        return log;
    }
    const log = {
      index: this.#logs.length,
      key,
      chat: context.chat,
      from: context.from,
      device: context.device,
      keyVersion: context.keyVersion,
    };
    this.#logs.push(log);
    logs.push(log);
    return log;
  }
}

function place(context: SealContext): number {
  return context.n * 16 + KINDS.indexOf(context.kind) * 2 + context.part;
}
