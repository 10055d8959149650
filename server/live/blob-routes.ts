// PUT and GET /blobs/:id: what an HTTP request must bring, and how a body streams through the node without
// ever being held. Who may store and who may read is the core's to decide.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BlobHandler, BlobReply } from "../ports/client-transport.ts";
import type { NodeMetrics } from "./metrics.ts";
import { type StreamBody, streamOf } from "./opaque.ts";

const BLOB = /^[0-9a-f]{32}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const CHAT_MAX = 0xffff_ffff_ffff;
const TOKEN_CHARS_MAX = 4_096;
/** Bodies on their way through this node at once; each holds a few buffers. */
const TRANSFERS_MAX = 256;
const RETRY_AFTER_S = 1;
/** A body that nobody wants is read off for so long, so that the client can read why; then it is cut. */
const UNWANTED_MS = 1_000;

interface BlobParams {
  readonly id: string;
}

export class BlobRoutes {
  readonly #handler: BlobHandler;
  readonly #metrics: NodeMetrics;
  readonly #blobBytesMax: number;
  #transfers = 0;

  constructor(handler: BlobHandler, metrics: NodeMetrics, blobBytesMax: number) {
    this.#handler = handler;
    this.#metrics = metrics;
    this.#blobBytesMax = blobBytesMax;
  }

  /** Requests that are being answered. */
  get transfers(): number {
    return this.#transfers;
  }

  routes(app: FastifyInstance): void {
    app.put<{ Params: BlobParams }>("/blobs/:id", (request, reply) =>
      this.#counted("PUT", request, reply, () => this.#put(request)),
    );
    app.get<{ Params: BlobParams }>("/blobs/:id", (request, reply) =>
      this.#counted("GET", request, reply, () => this.#get(request)),
    );
  }

  async #counted(
    method: "PUT" | "GET",
    request: FastifyRequest,
    reply: FastifyReply,
    answer: () => Promise<BlobReply>,
  ): Promise<FastifyReply> {
    let answered: BlobReply;
    if (this.#transfers >= TRANSFERS_MAX) {
      answered = { status: 503, code: "busy" };
    } else {
      this.#transfers += 1;
      reply.raw.once("close", () => (this.#transfers -= 1));
      answered = await answer();
    }
    this.#metrics.blobRequest(method, answered.status);
    return this.#send(request, reply, answered);
  }

  #send(request: FastifyRequest, reply: FastifyReply, answered: BlobReply): FastifyReply {
    const { status, code, sha256, body } = answered;
    reply.code(status);
    if (sha256 !== undefined) reply.header("x-sha256", sha256);
    if (status === 503) reply.header("retry-after", RETRY_AFTER_S);
    if (!request.raw.complete && request.method === "PUT") cutUnread(request, reply);
    if (body === undefined)
      return reply.send(sha256 === undefined ? { code: code ?? "" } : { sha256, code: code ?? "" });
    const stream = streamOf(body);
    reply.raw.once("close", () => {
      if (!stream.readableEnded) stream.destroy();
    });
    this.#metrics.blobBytes("out", body.bytes);
    return reply
      .header("content-type", "application/octet-stream")
      .header("content-length", body.bytes)
      .send(stream);
  }

  async #put(request: FastifyRequest<{ Params: BlobParams }>): Promise<BlobReply> {
    const { id } = request.params;
    const token = bearer(request);
    if (token === undefined) return { status: 401, code: "unauthorised" };
    const sha256 = request.headers["x-sha256"];
    const chat = Number(request.headers["x-chat"]);
    const bytes = wholeNumber(request.headers["content-length"]);
    if (!BLOB.test(id)) return { status: 400, code: "bad-name" };
    if (typeof sha256 !== "string" || !SHA256.test(sha256))
      return { status: 400, code: "bad-x-sha256" };
    if (!Number.isSafeInteger(chat) || chat < 1 || chat > CHAT_MAX)
      return { status: 400, code: "bad-x-chat" };
    // Without it nothing says how much is to come.
    if (bytes === undefined) return { status: 411, code: "no-content-length" };
    if (bytes < 1) return { status: 400, code: "empty" };
    if (bytes > this.#blobBytesMax) return { status: 413, code: "too-large" };
    const body: StreamBody = { bytes, stream: request.raw };
    const answered = await this.#handler.putBlob({ token, blob: id, chat, sha256, body });
    if (answered.status === 201) this.#metrics.blobBytes("in", bytes);
    return answered;
  }

  async #get(request: FastifyRequest<{ Params: BlobParams }>): Promise<BlobReply> {
    const { id } = request.params;
    const token = bearer(request);
    if (token === undefined) return { status: 401, code: "unauthorised" };
    if (!BLOB.test(id)) return { status: 404, code: "no-blob" };
    return this.#handler.getBlob(token, id);
  }
}

/** The answer came before the body: the connection is good for nothing more. */
function cutUnread(request: FastifyRequest, reply: FastifyReply): void {
  reply.header("connection", "close");
  reply.raw.once("finish", () => {
    request.raw.resume();
    const cut = setTimeout(() => request.raw.destroy(), UNWANTED_MS);
    request.raw.once("close", () => clearTimeout(cut));
  });
}

function bearer(request: FastifyRequest): string | undefined {
  const match = /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? "");
  const token = match?.[1];
  return token !== undefined && token.length <= TOKEN_CHARS_MAX ? token : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
