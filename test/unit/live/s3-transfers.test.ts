// Uploads on their way into an S3 that the test plays: how long a slow one may take, and what is left of one whose
// sender has gone.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import type { StreamBody } from "../../../server/live/opaque.ts";
import { openS3Blobs } from "../../../server/live/s3-blobs.ts";
import { ok, UNAVAILABLE } from "../../../server/ports/outcome.ts";

const BLOB = "ab".repeat(16);
/** Without what a body's bytes need: 64,000 of them may take two seconds more. */
const CALL_DEADLINE_MS = 500;
const BYTES = 64_000;
const DRIPS = 8;

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function playedS3(put: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    if (request.method === "PUT") put(request, response);
    else response.end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return openS3Blobs({
    ...{ url, bucket: "bucket", accessKey: "access", secretKey: "secret" },
    callDeadlineMs: CALL_DEADLINE_MS,
  });
}

describe("an upload", () => {
  it("may take as long in the store as its bytes need at the door", async () => {
    let stored = 0;
    const { port, close } = await playedS3((request, response) => {
      void buffer(request).then((body) => {
        stored = body.length;
        response.end();
      });
    });
    const part = Buffer.alloc(BYTES / DRIPS, "x");
    const stream = new PassThrough();
    const sha256 = createHash("sha256").update("x".repeat(BYTES)).digest("hex");
    const put = port.put(BLOB, { bytes: BYTES, stream } as StreamBody, sha256);
    for (let drip = 0; drip < DRIPS; drip += 1) {
      stream.write(part);
      await new Promise((resolve) => setTimeout(resolve, CALL_DEADLINE_MS / 4));
    }
    stream.end();
    expect(await put).toEqual(ok({ created: true, stored: { bytes: BYTES, sha256 } }));
    expect(stored).toBe(BYTES);
    await close();
  });

  it("ends at once in the store too, where its sender leaves", async () => {
    let begun = false;
    let cut = false;
    const { port, close } = await playedS3((request) => {
      begun = true;
      request.on("error", () => undefined).once("close", () => (cut = true));
      request.resume();
    });
    const stream = new PassThrough();
    // The last chunk is held back.
    for (let chunk = 0; chunk < 2; chunk += 1) stream.write(Buffer.alloc(BYTES / 4));
    const put = port.put(BLOB, { bytes: BYTES, stream } as StreamBody, "0".repeat(64));
    await expect.poll(() => begun).toBe(true);
    const startMs = performance.now();
    stream.destroy();
    expect(await put).toEqual(UNAVAILABLE);
    await expect.poll(() => cut).toBe(true);
    expect(performance.now() - startMs).toBeLessThan(CALL_DEADLINE_MS);
    await close();
  });
});
