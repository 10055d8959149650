// Frames to JSON text and back. Text from outside is checked against the schema here, once; what comes out
// is a frame as the core and the device see it.
import type { ClientFrame, HistoryRow, MessageFrame, SendFrame, ServerFrame } from "./frames.ts";
import type { Opaque } from "./ids.ts";
import { CLIENT_FRAMES } from "./wire-client.ts";
import { FrameChecker } from "./wire-schema.ts";
import { SERVER_FRAMES } from "./wire-server.ts";

/** Ciphertext on the wire: base64 text live, the descriptor itself in a simulation. */
export interface OpaqueCodec {
  /** Text that needs no escapes between JSON's quotes. */
  toWire(opaque: Opaque): string;
  /** Undefined where the value is not one. */
  fromWire(value: unknown): Opaque | undefined;
}

export class Codec {
  #opaque: OpaqueCodec;
  #client = new FrameChecker(CLIENT_FRAMES);
  #server = new FrameChecker(SERVER_FRAMES);

  constructor(opaque: OpaqueCodec) {
    this.#opaque = opaque;
  }

  encode(frame: ClientFrame | ServerFrame): string {
    switch (frame.type) {
      case "send":
      case "message":
        return this.#message(frame);
      case "sent":
        return `{"type":"sent","chat":${frame.chat},"n":${frame.n}}`;
      case "history":
        return "rows" in frame
          ? JSON.stringify({ ...frame, rows: frame.rows.map((row) => this.#toWire(row)) })
          : JSON.stringify(frame);
      default:
        return JSON.stringify(frame);
    }
  }

  /** Most of all frames: put together by hand, which takes half of what the object and its text would. */
  #message(frame: SendFrame | MessageFrame): string {
    const { type, chat, n, sentAt, kind, keyVersion, body, url, thumbnail } = frame;
    let text = `{"type":"${type}","chat":${chat},`;
    if (type === "message") text += `"from":${frame.from},"device":${frame.device},`;
    text += `"n":${n},"sentAt":${sentAt},"kind":"${kind}","keyVersion":${keyVersion}`;
    if (body !== undefined) text += `,"body":"${this.#opaque.toWire(body)}"`;
    if (url !== undefined) text += `,"url":"${url}"`;
    if (thumbnail !== undefined) text += `,"thumbnail":"${this.#opaque.toWire(thumbnail)}"`;
    return `${text}}`;
  }

  /** Undefined where the text is no client frame. */
  decodeClient(text: string): ClientFrame | undefined {
    const value = parse(text);
    if (!this.#client.check(value)) return undefined;
    const frame = value as ClientFrame;
    return frame.type === "send" ? this.#fromWire(frame) : frame;
  }

  /** Undefined where the text is no server frame. */
  decodeServer(text: string): ServerFrame | undefined {
    const value = parse(text);
    if (!this.#server.check(value)) return undefined;
    const frame = value as ServerFrame;
    if (frame.type === "message") return this.#fromWire(frame);
    if (frame.type !== "history") return frame;
    const rows: HistoryRow[] = [];
    for (const row of frame.rows) {
      const decoded = this.#fromWire(row);
      if (decoded === undefined) return undefined;
      rows.push(decoded);
    }
    return { ...frame, rows };
  }

  #toWire(message: HistoryRow): object {
    if (message.body === undefined && message.thumbnail === undefined) return message;
    const wire: Record<string, unknown> = { ...message };
    if (message.body !== undefined) wire["body"] = this.#opaque.toWire(message.body);
    if (message.thumbnail !== undefined) wire["thumbnail"] = this.#opaque.toWire(message.thumbnail);
    return wire;
  }

  /** In place: the value was parsed here, and nobody else holds it. */
  #fromWire<M extends WithOpaque>(message: M): M | undefined {
    if (message.body !== undefined) {
      const body = this.#opaque.fromWire(message.body);
      if (body === undefined) return undefined;
      message.body = body;
    }
    if (message.thumbnail !== undefined) {
      const thumbnail = this.#opaque.fromWire(message.thumbnail);
      if (thumbnail === undefined) return undefined;
      message.thumbnail = thumbnail;
    }
    return message;
  }
}

interface WithOpaque {
  body?: Opaque;
  thumbnail?: Opaque;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is no frame either.
    return undefined;
  }
}
