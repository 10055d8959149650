// The client's end of a WebSocket (RFC 6455), no more than the protocol of this project needs: text frames both
// ways, close, ping. Of its own because a load generator holds tens of thousands: all sockets of a thread read
// into one buffer, and what is sent in one turn leaves in one write.
import { createHash, randomBytes, randomFillSync } from "node:crypto";
import { connect, type Socket } from "node:net";

export interface WebSocketTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly protocol: string;
}
export interface WebSocketHandler {
  opened(): void;
  text(text: string): void;
  /** Not called after `end` or `silence`. code 0: refused, broken or against the protocol. */
  closed(code: number, reason: string): void;
  /** The socket is gone, whoever ended it. */
  released(): void;
}

const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const HEAD_BYTES_MAX = 16_384;
const MESSAGE_BYTES_MAX = 1_048_576;
const NORMAL = 1000;
/** After a close frame the other side has so long to close. */
const LINGER_MS = 2_000;
const TEXT = 1;
const CONTINUATION = 0;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

const STATE = { connecting: 0, open: 1, closing: 2, silent: 3, gone: 4 } as const;
type State = (typeof STATE)[keyof typeof STATE];

const NOTHING = Buffer.alloc(0);
/** Every read of this thread lands here and is used up before the next one. */
const READ_BUFFER = Buffer.allocUnsafeSlow(65_536);
/** What leaves in this turn is put together here. */
let writeBuffer = Buffer.allocUnsafeSlow(65_536);

export class WebSocket {
  readonly #handler: WebSocketHandler;
  readonly #socket: Socket;
  readonly #key: string;
  #state: State = STATE.connecting;
  /** Bytes that did not make a whole frame yet. */
  #rest: Buffer = NOTHING;
  #fragments: Buffer[] | undefined = undefined;
  #out: string[] | undefined = undefined;
  #isSlow = false;

  constructor(target: WebSocketTarget, handler: WebSocketHandler) {
    this.#handler = handler;
    this.#key = handshakeKey();
    const { host, port } = target;
    this.#socket = connect({
      host,
      port,
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (bytes, buffer) => this.#read((buffer as Buffer).subarray(0, bytes)),
      },
    });
    this.#socket.once("connect", () => this.#socket.write(this.#request(target)));
    // `close` follows every error and tells all that matters.
    this.#socket.on("error", () => {});
    this.#socket.once("close", () => {
      this.#lost(0, "");
      this.#handler.released();
    });
  }

  /** Leaves with all else that is sent in this turn. */
  send(text: string): void {
    if (this.#state !== STATE.open) return;
    if (this.#out === undefined) {
      this.#out = [text];
      queueMicrotask(() => this.#flush());
    } else this.#out.push(text);
  }

  /** Closes politely; `closed` is not called. */
  end(): void {
    if (this.#state >= STATE.closing) return;
    const wasOpen = this.#state === STATE.open;
    this.#flush();
    this.#state = STATE.closing;
    if (!wasOpen) {
      this.#socket.destroy();
      return;
    }
    this.#socket.end(closeFrame(NORMAL));
    setTimeout(() => this.#socket.destroy(), LINGER_MS).unref();
  }

  /** Breaks at once; `closed` is called with 0. */
  break(): void {
    this.#socket.destroy();
  }

  /** Neither says nor hears anything any more, and leaves the connection standing for the other side. */
  silence(lastMs: number): void {
    if (this.#state >= STATE.silent) return;
    this.#state = STATE.silent;
    this.#out = undefined;
    this.#rest = NOTHING;
    this.#socket.pause();
    setTimeout(() => this.destroy(), lastMs).unref();
  }

  destroy(): void {
    this.#state = STATE.gone;
    this.#socket.destroy();
  }

  /** Stops and starts reading: the other side's bytes pile up meanwhile. */
  setReading(reading: boolean): void {
    this.#isSlow = !reading;
    if (this.#state === STATE.silent) return;
    if (reading) this.#socket.resume();
    else this.#socket.pause();
  }

  #request(target: WebSocketTarget): string {
    return (
      `GET ${target.path} HTTP/1.1\r\nHost: ${target.host}:${target.port}\r\n` +
      "Upgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Key: ${this.#key}\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Protocol: ${target.protocol}\r\n\r\n`
    );
  }

  /** False stops the reading. */
  #read(bytes: Buffer): boolean {
    if (this.#state >= STATE.silent) return false;
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const used = this.#state === STATE.connecting ? this.#readHead(all) : this.#readFrames(all, 0);
    // The read buffer is not ours: what is left over is copied.
    this.#rest = used < all.length ? Buffer.from(all.subarray(used)) : NOTHING;
    return !this.#isSlow;
  }

  /** Gives the number of bytes used. */
  #readHead(all: Buffer): number {
    const end = all.indexOf("\r\n\r\n");
    if (end < 0) {
      if (all.length > HEAD_BYTES_MAX) this.#socket.destroy();
      return 0;
    }
    if (!this.#isAccepted(all.toString("latin1", 0, end))) {
      this.#socket.destroy();
      return all.length;
    }
    this.#state = STATE.open;
    this.#handler.opened();
    return this.#readFrames(all, end + 4);
  }

  #isAccepted(head: string): boolean {
    if (!head.startsWith("HTTP/1.1 101 ")) return false;
    const accept = /\r\nsec-websocket-accept: *([^\r]*)/i.exec(head)?.[1]?.trim();
    const wanted = createHash("sha1")
      .update(this.#key + ACCEPT_GUID)
      .digest("base64");
    return accept === wanted;
  }

  #readFrames(all: Buffer, start: number): number {
    let at = start;
    for (;;) {
      if (all.length - at < 2 || this.#state >= STATE.silent) return at;
      const first = all[at]!;
      let length = all[at + 1]! & 127;
      let body = at + 2;
      if (length === 126) {
        if (all.length - at < 4) return at;
        length = all.readUInt16BE(at + 2);
        body = at + 4;
      } else if (length === 127) {
        if (all.length - at < 10) return at;
        length = Number(all.readBigUInt64BE(at + 2));
        body = at + 10;
      }
      // A server's frames are not masked.
      if (length > MESSAGE_BYTES_MAX || all[at + 1]! > 127) {
        this.#socket.destroy();
        return all.length;
      }
      if (all.length - body < length) return at;
      at = body + length;
      this.#frame(first, all, body, at);
    }
  }

  #frame(first: number, all: Buffer, start: number, end: number): void {
    const opcode = first & 15;
    if (opcode === TEXT && first > 127) {
      if (this.#state === STATE.open) this.#handler.text(all.toString("utf8", start, end));
    } else if (opcode === TEXT || opcode === CONTINUATION) {
      (this.#fragments ??= []).push(Buffer.from(all.subarray(start, end)));
      if (first <= 127) return;
      const whole = Buffer.concat(this.#fragments);
      this.#fragments = undefined;
      if (this.#state === STATE.open) this.#handler.text(whole.toString("utf8"));
    } else if (opcode === CLOSE) {
      const code = end - start >= 2 ? all.readUInt16BE(start) : NORMAL;
      this.#closed(code, all.toString("utf8", Math.min(start + 2, end), end));
    } else if (opcode === PING) {
      this.#socket.write(maskedFrame(PONG, Buffer.from(all.subarray(start, end))));
    } else if (opcode !== PONG) this.#socket.destroy();
  }

  #closed(code: number, reason: string): void {
    if (this.#state === STATE.open) this.#socket.end(closeFrame(code));
    else this.#socket.end();
    this.#lost(code, reason);
  }

  #lost(code: number, reason: string): void {
    const wasHere = this.#state < STATE.closing;
    this.#state = STATE.gone;
    this.#out = undefined;
    this.#rest = NOTHING;
    this.#fragments = undefined;
    if (wasHere) this.#handler.closed(code, reason);
  }

  #flush(): void {
    const out = this.#out;
    this.#out = undefined;
    if (out === undefined || this.#state !== STATE.open) return;
    let at = 0;
    for (const text of out) at = putText(text, at);
    this.#socket.write(Buffer.from(writeBuffer.subarray(0, at)));
  }
}

// ── random bytes of handshakes, drawn for many at a time
const KEY_BYTES = 16;
const keyPool = Buffer.alloc(KEY_BYTES * 256);
let keyPoolUsed = keyPool.length;

function handshakeKey(): string {
  if (keyPoolUsed === keyPool.length) {
    randomFillSync(keyPool);
    keyPoolUsed = 0;
  }
  keyPoolUsed += KEY_BYTES;
  return keyPool.toString("base64", keyPoolUsed - KEY_BYTES, keyPoolUsed);
}

// ── frames from a client: masked, with a key that is new for every frame
let maskState = randomBytes(4).readUInt32LE(0) | 1;

function nextMask(): number {
  maskState ^= maskState << 13;
  maskState ^= maskState >>> 17;
  maskState ^= maskState << 5;
  return maskState;
}

/** Puts a text frame into the write buffer at `at`; gives its end. */
function putText(text: string, at: number): number {
  // One byte a character and a byte for good measure is not enough for all texts: three is.
  const room = at + 14 + text.length * 3;
  if (room > writeBuffer.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(room, writeBuffer.length * 2));
    writeBuffer.copy(larger, 0, 0, at);
    writeBuffer = larger;
  }
  // Written behind the longest header, then the header is put right before it.
  const bytes = writeBuffer.write(text, at + 8, text.length * 3, "utf8");
  return putFrame(TEXT, writeBuffer, at, at + 8, bytes);
}

function maskedFrame(opcode: number, body: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(8 + body.length);
  body.copy(frame, 8);
  return Buffer.from(frame.subarray(0, putFrame(opcode, frame, 0, 8, body.length)));
}

function closeFrame(code: number): Buffer {
  const body = Buffer.allocUnsafe(2);
  body.writeUInt16BE(code);
  return maskedFrame(CLOSE, body);
}

/** Header at `at`, the body masked and moved from `body` to right behind it; gives the end. */
function putFrame(opcode: number, into: Buffer, at: number, body: number, length: number): number {
  if (length > 65_535) throw new Error(`a frame of ${length} bytes is too long for this protocol`);
  into[at] = 128 | opcode;
  let head = at + 2;
  if (length < 126) into[at + 1] = 128 | length;
  else {
    into[at + 1] = 128 | 126;
    into[at + 2] = length >> 8;
    into[at + 3] = length & 255;
    head = at + 4;
  }
  const mask = nextMask();
  into.writeInt32BE(mask, head);
  const start = head + 4;
  const m0 = mask >>> 24;
  const m1 = (mask >>> 16) & 255;
  const m2 = (mask >>> 8) & 255;
  const m3 = mask & 255;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    into[start + i] = into[body + i]! ^ m0;
    into[start + i + 1] = into[body + i + 1]! ^ m1;
    into[start + i + 2] = into[body + i + 2]! ^ m2;
    into[start + i + 3] = into[body + i + 3]! ^ m3;
  }
  if (i < length) into[start + i] = into[body + i]! ^ m0;
  if (i + 1 < length) into[start + i + 1] = into[body + i + 1]! ^ m1;
  if (i + 2 < length) into[start + i + 2] = into[body + i + 2]! ^ m2;
  return start + length;
}
