// Pictures between a device and a node over HTTP/1.1 with connections that are kept: streamed both ways, opened
// while they arrive, ended by the device's deadline of 60 s.
import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { BlobId, ChatId } from "../../../../server/protocol/ids.ts";
import type { SealedBlob, UploadAnswer, Uploads } from "../../../device/ports.ts";
import type { LiveNodeAddress } from "./contract.ts";
import { LiveBlob, OpenedBlob } from "./live-blob.ts";
import type { LiveCipher } from "./live-cipher.ts";

const DEADLINE_MS = 60_000;
const SOCKETS_MAX = 64;
const ANSWER_BYTES_MAX = 65_536;
const PART_BYTES = 65_536;
const NO_ANSWER: UploadAnswer = { status: 0 };

export interface UploadOptions {
  readonly nodes: readonly LiveNodeAddress[];
  readonly cipher: LiveCipher;
  /** Index of a node; -1 for none. */
  choose(): number;
}

type Done = (answer: UploadAnswer) => void;

export class LiveUploads implements Uploads {
  readonly #options: UploadOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX, scheduling: "fifo" });
  /** Requests under way. */
  readonly #pending = new Set<ClientRequest>();

  constructor(options: UploadOptions) {
    this.#options = options;
  }

  get sockets(): number {
    return this.#pending.size;
  }

  put(token: string, blob: BlobId, chat: ChatId, sealed: SealedBlob, done: Done): void {
    if (!(sealed instanceof LiveBlob)) throw new Error("not sealed by a live device");
    void sealed.digest().then((sha256) => {
      const headers = {
        "content-length": sealed.bytes,
        "content-type": "application/octet-stream",
        "x-chat": chat,
        "x-sha256": sha256,
      };
      const exchange = this.#begin("PUT", token, blob, headers, answerOnce(done));
      if (exchange === undefined) return;
      const { sent, answer } = exchange;
      const body = Readable.from(sealed.parts(), {
        objectMode: false,
        highWaterMark: PART_BYTES,
      });
      sent.on("close", () => body.destroy());
      sent.on("response", (response) => void readAnswer(response).then(answer));
      body.pipe(sent);
    });
  }

  get(token: string, blob: BlobId, done: Done, key: string | undefined): void {
    const exchange = this.#begin("GET", token, blob, {}, answerOnce(done));
    if (exchange === undefined) return;
    const { sent, answer } = exchange;
    sent.on("response", (response) => {
      const reading =
        response.statusCode === 200 ? this.#open(response, blob, key) : readAnswer(response);
      void reading.then(answer);
    });
    sent.end();
  }

  close(): void {
    for (const sent of this.#pending) sent.destroy();
    this.#agent.destroy();
  }

  #begin(
    method: "PUT" | "GET",
    token: string,
    blob: BlobId,
    headers: Readonly<Record<string, string | number>>,
    answer: Done,
  ): { readonly sent: ClientRequest; readonly answer: Done } | undefined {
    const node = this.#options.nodes[this.#options.choose()];
    if (node === undefined) {
      setImmediate(answer, NO_ANSWER);
      return undefined;
    }
    const sent = request({
      agent: this.#agent,
      host: node.host,
      port: node.port,
      method,
      path: `/blobs/${blob}`,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    const timer = setTimeout(() => sent.destroy(), DEADLINE_MS);
    this.#pending.add(sent);
    // Whatever ends without an answer is unknown: `close` follows every error.
    sent.on("error", () => {});
    let response: IncomingMessage | undefined;
    sent.on("response", (got) => {
      response = got;
    });
    sent.on("close", () => {
      clearTimeout(timer);
      this.#pending.delete(sent);
      if (response?.complete !== true) answer(NO_ANSWER);
    });
    return { sent, answer };
  }

  async #open(
    response: IncomingMessage,
    blob: BlobId,
    key: string | undefined,
  ): Promise<UploadAnswer> {
    const opener = key === undefined ? undefined : this.#options.cipher.blobOpener(key, blob);
    let bytes = 0;
    try {
      for await (const part of response as AsyncIterable<Buffer>) {
        bytes += part.length;
        opener?.take(part);
      }
    } catch {
      // It broke off in the middle.
      return NO_ANSWER;
    }
    if (opener === undefined || key === undefined) return { status: 200, body: { bytes } };
    return { status: 200, body: new OpenedBlob(blob, key, bytes, opener.end()) };
  }
}

/** The first answer counts. */
function answerOnce(done: Done): Done {
  let isDone = false;
  return (answer) => {
    if (isDone) return;
    isDone = true;
    done(answer);
  };
}

/** A status, and what the node has under that name where it says so. */
async function readAnswer(response: IncomingMessage): Promise<UploadAnswer> {
  const status = response.statusCode ?? 0;
  let text = "";
  try {
    for await (const part of response as AsyncIterable<Buffer>)
      if (text.length < ANSWER_BYTES_MAX) text += part.toString("latin1");
  } catch {
    // The status has arrived, and it is what counts.
    return { status };
  }
  const sha256 = /"sha256"\s*:\s*"([0-9a-f]{64})"/.exec(text)?.[1];
  return sha256 === undefined ? { status } : { status, sha256 };
}
