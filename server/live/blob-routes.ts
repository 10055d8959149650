// PUT and GET /blobs/:id: what an HTTP request must bring, and how a body streams through the node without
// ever being held. Who may store and who may read is the core's to decide.
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BlobHandler, BlobReply } from "../ports/client-transport.ts";
import type { UserId, ChatId } from "../protocol/ids.ts";
import type { NodeMetrics } from "./metrics.ts";
import { type StreamBody, streamOf } from "./opaque.ts";
import { transferMs, WHOLE_BYTES_MAX } from "./transfer-limits.ts";

const BLOB = /^[0-9a-f]{32}$/;
const SHA256 = /^[0-9a-f]{64}$/;
const CHAT = /^[1-9]\d{0,14}$/;
const CHAT_MAX = 0xffff_ffff_ffff;
const TOKEN_CHARS_MAX = 4_096;
/** Bodies on their way through this node at once, each of which holds a few buffers; and those of one user. */
const TRANSFERS_MAX = 256;
const USER_TRANSFERS_MAX = 16;
/** An upload that the store takes in parts counts as so many: few of those go on at once, and nobody may have them all. */
const PARTED_TRANSFERS = 8;
/** A body may take so long, and as long as its bytes need: whoever is slower is cut. */
const GRACE_MS = 10_000;
const RETRY_AFTER_S = 1;
/** A body that nobody wants is read off for so long, so that the client can read why; then it is cut. */
const UNWANTED_MS = 1_000;

const UNAUTHORISED: BlobReply = Object.freeze({ status: 401, code: "unauthorised" });
const USER_BUSY: BlobReply = Object.freeze({ status: 429, code: "busy" });
/** Another node may have room. */
const BUSY: BlobReply = Object.freeze({ status: 503, code: "busy" });
const TOO_SLOW: BlobReply = Object.freeze({ status: 408, code: "too-slow" });

interface BlobParams {
  readonly id: string;
}

/** What the messenger does for a request, and what the client is told, perhaps before that has ended. */
interface Begun {
  readonly work: Promise<BlobReply>;
  readonly answer: Promise<BlobReply>;
}

export interface BlobRoutesOptions {
  readonly blobBytesMax: number;
  /** Whose token it is; undefined where it is none. The messenger checks it again. */
  readonly userOf: (token: string) => Promise<UserId | undefined>;
  /** Another patience than the standard one is for tests. */
  readonly graceMs?: number;
}

export class BlobRoutes {
  readonly #handler: BlobHandler;
  readonly #metrics: NodeMetrics;
  readonly #options: BlobRoutesOptions;
  readonly #byUser = new Map<UserId, number>();
  #transfers = 0;

  constructor(handler: BlobHandler, metrics: NodeMetrics, options: BlobRoutesOptions) {
    this.#handler = handler;
    this.#metrics = metrics;
    this.#options = options;
  }

  /** Requests that are being answered. */
  get transfers(): number {
    return this.#transfers;
  }

  routes(app: FastifyInstance): void {
    app.put<{ Params: BlobParams }>("/blobs/:id", (request, reply) =>
      this.#counted("PUT", request, reply, (token) => this.#put(request, token)),
    );
    app.get<{ Params: BlobParams }>("/blobs/:id", (request, reply) =>
      this.#counted("GET", request, reply, (token) => this.#get(request, token)),
    );
  }

  async #counted(
    method: "PUT" | "GET",
    request: FastifyRequest,
    reply: FastifyReply,
    begin: (token: string) => Begun,
  ): Promise<FastifyReply> {
    const token = bearer(request);
    const user = token === undefined ? undefined : await this.#options.userOf(token);
    let answered: BlobReply;
    if (token === undefined || user === undefined) answered = UNAUTHORISED;
    else answered = await this.#admitted(user, places(request), reply, () => begin(token));
    this.#metrics.blobRequest(method, answered.status);
    return this.#send(request, reply, answered);
  }

  /** Begins it where there is room, which it holds until it has ended and its connection is done with it. */
  #admitted(
    user: UserId,
    count: number,
    reply: FastifyReply,
    begin: () => Begun,
  ): Promise<BlobReply> {
    const own = this.#byUser.get(user) ?? 0;
    if (own + count > USER_TRANSFERS_MAX) return Promise.resolve(USER_BUSY);
    if (this.#transfers >= TRANSFERS_MAX) return Promise.resolve(BUSY);
    const { work, answer } = begin();
    this.#transfers += 1;
    this.#byUser.set(user, own + count);
    void Promise.allSettled([work, closed(reply)]).then(() => {
      this.#transfers -= 1;
      const left = this.#byUser.get(user)! - count;
      if (left === 0) this.#byUser.delete(user);
      else this.#byUser.set(user, left);
    });
    return answer;
  }

  #send(request: FastifyRequest, reply: FastifyReply, answered: BlobReply): FastifyReply {
    const { status, code, sha256, body } = answered;
    reply.code(status);
    if (sha256 !== undefined) reply.header("x-sha256", sha256);
    if (status === 503 || status === 429) reply.header("retry-after", RETRY_AFTER_S);
    if (!request.raw.complete && request.method === "PUT") cutUnread(request, reply);
    if (body === undefined)
      return reply.send(sha256 === undefined ? { code: code ?? "" } : { sha256, code: code ?? "" });
    const stream = streamOf(body);
    const slow = setTimeout(() => reply.raw.destroy(), this.#patienceMs(body.bytes));
    void closed(reply).then(() => {
      clearTimeout(slow);
      if (!stream.readableEnded) stream.destroy();
    });
    this.#metrics.blobBytes("out", body.bytes);
    return reply
      .header("content-type", "application/octet-stream")
      .header("content-length", body.bytes)
      .send(stream);
  }

  #put(request: FastifyRequest<{ Params: BlobParams }>, token: string): Begun {
    const { id } = request.params;
    const sha256 = request.headers["x-sha256"];
    const chat = chatOf(request.headers["x-chat"]);
    const bytes = wholeNumber(request.headers["content-length"]);
    if (!BLOB.test(id)) return refused(400, "bad-name");
    if (typeof sha256 !== "string" || !SHA256.test(sha256)) return refused(400, "bad-x-sha256");
    if (chat === undefined) return refused(400, "bad-x-chat");
    // Without it nothing says how much is to come.
    if (bytes === undefined) return refused(411, "no-content-length");
    if (bytes < 1) return refused(400, "empty");
    if (bytes > this.#options.blobBytesMax) return refused(413, "too-large");
    const body: StreamBody = { bytes, stream: request.raw };
    const work = this.#handler.putBlob({ token, blob: id, chat, sha256, body }).then((answered) => {
      if (answered.status === 201) this.#metrics.blobBytes("in", bytes);
      return answered;
    });
    return { work, answer: this.#within(this.#patienceMs(bytes), request, work) };
  }

  /** Whoever sends too slowly is told so; what it sent already comes to nothing when its connection is cut. */
  #within(ms: number, request: FastifyRequest, answer: Promise<BlobReply>): Promise<BlobReply> {
    return new Promise((resolve, reject) => {
      const slow = setTimeout(() => {
        // All of it is here: then it is not the sender who is slow.
        if (!request.raw.complete) resolve(TOO_SLOW);
      }, ms);
      answer.then(resolve, reject).finally(() => clearTimeout(slow));
    });
  }

  #patienceMs(bytes: number): number {
    return (this.#options.graceMs ?? GRACE_MS) + transferMs(bytes);
  }

  #get(request: FastifyRequest<{ Params: BlobParams }>, token: string): Begun {
    const { id } = request.params;
    if (!BLOB.test(id)) return refused(404, "no-blob");
    const work = this.#handler.getBlob(token, id);
    return { work, answer: work };
  }
}

function refused(status: number, code: string): Begun {
  const answer = Promise.resolve({ status, code });
  return { work: answer, answer };
}

/** Its answer has left, or its connection is gone; that may have been before anybody asked. */
function closed({ raw }: FastifyReply): Promise<void> {
  return new Promise((resolve) => {
    if (raw.closed) resolve();
    else raw.once("close", resolve);
  });
}

/** How much of its user's room a request takes. */
function places(request: FastifyRequest): number {
  const bytes = wholeNumber(request.headers["content-length"]) ?? 0;
  return bytes > WHOLE_BYTES_MAX ? PARTED_TRANSFERS : 1;
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

/** Decimal, as it is printed: no sign, no exponent, no other base. */
function chatOf(header: string | readonly string[] | undefined): ChatId | undefined {
  if (typeof header !== "string" || !CHAT.test(header)) return undefined;
  const chat = Number(header);
  return chat <= CHAT_MAX ? chat : undefined;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
