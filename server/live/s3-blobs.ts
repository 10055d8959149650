// The BlobStore port on S3. A body is streamed through, never held whole: its last bytes are let go only when
// length and checksum are right, so a wrong body never becomes an object. Who may read one is the core's.
import { Agent } from "node:http";
import { Agent as SecureAgent } from "node:https";
import type { Readable } from "node:stream";
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import type { BlobBody, BlobStore, StoredBlob } from "../ports/blob-store.ts";
import { ok, UNAVAILABLE, UNKNOWN, type Outcome } from "../ports/outcome.ts";
import type { BlobId } from "../protocol/ids.ts";
import { CheckedBody, WrongBody } from "./checked-body.ts";
import { streamOf, type StreamBody } from "./opaque.ts";
import { Slots } from "./slots.ts";
import { transferMs, WHOLE_BYTES_MAX } from "./transfer-limits.ts";

export interface S3Options {
  readonly url: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region?: string;
  /** Over https: who signs the store's certificate, as PEM; undefined: whom the system trusts. */
  readonly tlsCa?: string | undefined;
  /** A put may take as long again as its bytes need at the slowest pace that is borne. */
  readonly callDeadlineMs: number;
}

type PutOutcome = Outcome<{ readonly created: boolean; readonly stored: StoredBlob }>;
type GetOutcome = Outcome<{ readonly stored: StoredBlob; readonly body: BlobBody } | undefined>;

const PART_BYTES = 5 * 1024 * 1024;
/** Uploads in parts at the same time, so that memory stays bounded; others wait. */
const PARTED_UPLOADS_MAX = 8;
const SOCKETS_MAX = 256;
const CONNECT_TIMEOUT_MS = 3_000;
/** Stores of one's own take any. */
const REGION = "us-east-1";

/** A failed call is answered, counted and traced; the client's own lines about it say nothing more. */
const ignore = (): void => undefined;
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

const CHECKSUM = Object.freeze({ kind: "refused", code: "checksum" } as const);

/** Rejects where S3 cannot be reached; makes the bucket where there is none. */
export async function openS3Blobs(
  options: S3Options,
): Promise<{ readonly port: BlobStore; readonly close: () => Promise<void> }> {
  const client = clientOf(options);
  await ensureBucket(client, options.bucket);
  const blobs = new S3Blobs(client, options.bucket, options.callDeadlineMs);
  return {
    port: {
      put: (blob, body, sha256) => blobs.put(blob, body, sha256),
      get: (blob) => blobs.get(blob),
    },
    close: async () => client.destroy(),
  };
}

function clientOf(options: S3Options): S3Client {
  const { url, accessKey, secretKey, region = REGION, tlsCa, callDeadlineMs } = options;
  const agent = { keepAlive: true, maxSockets: SOCKETS_MAX };
  return new S3Client({
    endpoint: url,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    logger: QUIET,
    // One port call is one attempt.
    maxAttempts: 1,
    // Bodies carry their SHA-256, which S3 checks itself.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: callDeadlineMs,
      httpAgent: new Agent(agent),
      httpsAgent: new SecureAgent({ ...agent, ...(tlsCa && { ca: tlsCa }) }),
    },
  });
}

async function ensureBucket(client: S3Client, bucket: string): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((failed: unknown) => {
      // Another node was quicker.
      if (statusOf(failed) !== 409) throw failed;
    });
  }
}

class S3Blobs {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #callDeadlineMs: number;
  readonly #parted = new Slots(PARTED_UPLOADS_MAX);

  constructor(client: S3Client, bucket: string, callDeadlineMs: number) {
    this.#client = client;
    this.#bucket = bucket;
    this.#callDeadlineMs = callDeadlineMs;
  }

  async put(blob: BlobId, body: BlobBody, sha256: string): Promise<PutOutcome> {
    const checked = new CheckedBody(streamOf(body), body.bytes, sha256);
    const abort = new AbortController();
    const deadlineMs = this.#callDeadlineMs + transferMs(body.bytes);
    const deadline = setTimeout(() => abort.abort(), deadlineMs);
    checked.once("error", () => abort.abort());
    const input = {
      Bucket: this.#bucket,
      Key: blob,
      Body: checked,
      IfNoneMatch: "*",
      Metadata: { sha256 },
    };
    try {
      if (body.bytes <= WHOLE_BYTES_MAX) await this.#putWhole(input, body.bytes, sha256, abort);
      else await this.#putParts(input, abort);
      return ok({ created: true, stored: { bytes: body.bytes, sha256 } });
    } catch (error) {
      return await this.#notPut(blob, checked, error);
    } finally {
      clearTimeout(deadline);
      checked.abandon();
    }
  }

  async #putWhole(
    input: PutObjectCommandInput,
    bytes: number,
    sha256: string,
    abort: AbortController,
  ): Promise<void> {
    const command = new PutObjectCommand({ ...input, ContentLength: bytes });
    command.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { headers: Record<string, string> };
        request.headers["x-amz-content-sha256"] = sha256;
        return next(args);
      },
      { step: "build", name: "declaredSha256" },
    );
    await this.#client.send(command, { abortSignal: abort.signal });
  }

  async #putParts(input: PutObjectCommandInput, abort: AbortController): Promise<void> {
    const leave = await this.#parted.enter(abort.signal);
    try {
      const upload = new Upload({
        client: this.#client,
        params: input,
        partSize: PART_BYTES,
        queueSize: 1,
        leavePartsOnError: false,
        abortController: abort,
      });
      await upload.done();
    } finally {
      leave();
    }
  }

  /** What a failed put means. As long as the last bytes were held back there can be no object. */
  async #notPut(blob: BlobId, checked: CheckedBody, error: unknown): Promise<PutOutcome> {
    if (checked.failure instanceof WrongBody) return CHECKSUM;
    const status = statusOf(error);
    if (status === 412 || status === 409) return await this.#taken(blob);
    if (!checked.released || surelyNotDone(error)) return UNAVAILABLE;
    return UNKNOWN;
  }

  /** The name is somebody's: this call wrote nothing, whatever is found out now. */
  async #taken(blob: BlobId): Promise<PutOutcome> {
    try {
      const head = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: blob }),
        { abortSignal: AbortSignal.timeout(this.#callDeadlineMs) },
      );
      return ok({ created: false, stored: storedOf(head) });
    } catch {
      return UNAVAILABLE;
    }
  }

  async get(blob: BlobId): Promise<GetOutcome> {
    const abort = new AbortController();
    const deadline = setTimeout(() => abort.abort(), this.#callDeadlineMs);
    try {
      const found = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: blob }),
        { abortSignal: abort.signal },
      );
      const stored = storedOf(found);
      const body: StreamBody = { bytes: stored.bytes, stream: found.Body as Readable };
      return ok({ stored, body });
    } catch (error) {
      if (statusOf(error) === 404) return ok(undefined);
      return surelyNotDone(error) ? UNAVAILABLE : UNKNOWN;
    } finally {
      clearTimeout(deadline);
    }
  }
}

function storedOf(answer: {
  readonly ContentLength?: number | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}): StoredBlob {
  return { bytes: answer.ContentLength ?? 0, sha256: answer.Metadata?.["sha256"] ?? "" };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** Nobody listened, or S3 said no (4xx, 503): other answers and silence may hide an object. */
function surelyNotDone(error: unknown): boolean {
  const status = statusOf(error);
  if (status !== undefined) return status === 503 || (status >= 400 && status < 500);
  return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
}
