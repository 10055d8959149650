// What a device is built on. The same device runs in a simulation and live; only these differ.
import type { BlobBody } from "../../server/ports/blob-store.ts";
import type { Clock } from "../../server/ports/clock.ts";
import type { RandomStream } from "../../server/ports/random.ts";
import type {
  BlobId,
  ChatId,
  DeviceId,
  MessageKind,
  Opaque,
  UserId,
} from "../../server/protocol/ids.ts";
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";

/** Told by the transport, in order. After `closed` nothing more comes from this connection. */
export interface TransportHandler {
  opened(connection: TransportConnection): void;
  frame(connection: TransportConnection, frame: ServerFrame): void;
  /** code 0: refused, broken or reset; otherwise the close code. byDevice: the winner named by 4409. */
  closed(connection: TransportConnection, code: number, byDevice: DeviceId): void;
}
export interface TransportConnection {
  /** Unique in the run: the history's session. */
  readonly session: number;
  /** Index of the node it reaches, -1 before it opened. */
  readonly node: number;
  send(frame: ClientFrame): void;
  /** Leaves politely; `closed` is not called back. */
  close(): void;
  /** Disappears without a word: the node hears nothing. `closed` is not called back. */
  vanish(): void;
}
export interface Transport {
  /** Asks the balancer for a node and dials it; the device gives up after its own 5 s by `close`. */
  connect(user: UserId, device: DeviceId, handler: TransportHandler): TransportConnection;
}

export interface UploadAnswer {
  /** HTTP status; 0 where no answer came within the deadline (60 s). */
  readonly status: number;
  readonly sha256?: string;
  readonly body?: BlobBody;
}
export interface Uploads {
  put(
    token: string,
    blob: BlobId,
    chat: ChatId,
    sealed: SealedBlob,
    done: (answer: UploadAnswer) => void,
  ): void;
  /** `key`: the chat's, where it is known: a live world opens a picture while it arrives. */
  get(
    token: string,
    blob: BlobId,
    done: (answer: UploadAnswer) => void,
    key: string | undefined,
  ): void;
}

/** Encrypted picture on its way. */
export interface SealedBlob extends BlobBody {
  readonly sha256: string;
}

/** Additional data of the encryption; a different one must fail to open. */
export interface SealContext {
  readonly chat: ChatId;
  readonly from: UserId;
  readonly device: DeviceId;
  readonly n: number;
  readonly keyVersion: number;
  readonly kind: MessageKind;
  /** 0 body, 1 thumbnail */
  readonly part: 0 | 1;
}
/** Plaintext is a function of (seed, chat, device, content) and a length. */
export interface Plain {
  readonly content: number;
  readonly bytes: number;
}
export interface Cipher {
  seal(key: string, context: SealContext, plain: Plain): Opaque;
  /** undefined where key or context is wrong, or the bytes are damaged. */
  open(key: string, context: SealContext, sealed: Opaque): Plain | undefined;
  /** Under HKDF(key, blob). */
  sealBlob(key: string, blob: BlobId, plain: Plain): SealedBlob;
  openBlob(key: string, blob: BlobId, body: BlobBody): Plain | undefined;
  /** A number that stands for a key in the history. */
  keyNumber(key: string): number;
  blobNumber(blob: BlobId): number;
}

/** One object may serve all devices of a run: nothing in it belongs to a single one. */
export interface DevicePorts {
  /** Microseconds since the start of the run, true time: for the history only, no decision rests on it. */
  nowUs(): number;
  readonly clock: Clock;
  readonly random: RandomStream;
  readonly transport: Transport;
  readonly uploads: Uploads;
  readonly cipher: Cipher;
}
