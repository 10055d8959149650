// The blob store contract on a real S3, and what only real bytes and lines can show: parts, lost senders, wrong
// lengths, a line that fails, memory that stays flat.
import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamBody } from "../../server/live/opaque.ts";
import { openS3Blobs } from "../../server/live/s3-blobs.ts";
import type { BlobStore } from "../../server/ports/blob-store.ts";
import { ok, UNAVAILABLE, UNKNOWN } from "../../server/ports/outcome.ts";
import { type BlobArm, blobStoreContract } from "../contract/blob-store-contract.ts";
import { blobName } from "../contract/random-commands.ts";
import { sharedServices } from "../support/live-services.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { bodyOf, contentOf, openBlobArm, sha256Of } from "./blob-arm.ts";

const MIB = 1024 * 1024;
/** Above this an upload goes in parts. */
const WHOLE_BYTES_MAX = 16 * MIB;
const PARTED = 18 * MIB + 7;
const CHECKSUM = { kind: "refused", code: "checksum" };

let arm: BlobArm;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ arm, close } = await openBlobArm());
});
afterAll(() => close());

function freshBlob(): string {
  return blobName(arm.fresh());
}

blobStoreContract("s3", () => arm);

describe("uploads of every size", () => {
  it.each([0, 1, WHOLE_BYTES_MAX, WHOLE_BYTES_MAX + 1, PARTED])(
    "IMG1 %s bytes come back as they went, and stand against a second body",
    async (bytes) => {
      const blob = freshBlob();
      const stored = { bytes, sha256: sha256Of(1, bytes) };
      expect(await arm.port.put(blob, bodyOf(1, bytes), stored.sha256)).toEqual(
        ok({ created: true, stored }),
      );
      const second = arm.port.put(blob, bodyOf(2, bytes + 9), sha256Of(2, bytes + 9));
      expect(await second).toEqual(ok({ created: false, stored }));
      const found = await arm.port.get(blob);
      if (found.kind !== "ok" || found.value === undefined) throw new Error("not found");
      expect(found.value.stored).toEqual(stored);
      expect(await arm.sha256Of(found.value.body)).toBe(stored.sha256);
    },
  );

  it.each([5000, PARTED])("IMG1 of many puts of %s bytes at once one wins", async (bytes) => {
    const blob = freshBlob();
    const contents = [1, 2, 3, 4];
    const puts = contents.map((content) =>
      arm.port.put(blob, bodyOf(content, bytes), sha256Of(content, bytes)),
    );
    const answers = await Promise.all(puts);
    const winners = answers.filter((answer) => answer.kind === "ok" && answer.value.created);
    expect(winners).toHaveLength(1);
    const [winner] = winners;
    const stored = winner!.kind === "ok" ? winner!.value.stored : undefined;
    for (const answer of answers)
      if (answer !== winner) expect(answer).toEqual(ok({ created: false, stored }));
    const found = await arm.port.get(blob);
    expect(found.kind === "ok" && found.value?.stored).toEqual(stored);
  });
});

describe("bodies that are not what they say", () => {
  it.each([
    ["a byte is wrong", 5000, 5000, 2],
    ["it is shorter", 5000, 4999, 1],
    ["it is longer", 5000, 200_000, 1],
    ["a byte is wrong in a parted one", PARTED, PARTED, 2],
    ["a parted one is shorter", PARTED, PARTED - 1, 1],
  ])("IMG1 refuses where %s, and stores nothing", async (_, declared, real, content) => {
    const blob = freshBlob();
    const body: StreamBody = { ...bodyOf(content, real), bytes: declared };
    expect(await arm.port.put(blob, body, sha256Of(1, declared))).toEqual(CHECKSUM);
    expect(await arm.port.get(blob)).toEqual(ok(undefined));
  });

  it.each([5000, 1_000_000, PARTED])(
    "refuses %s bytes whose sender goes away under way, and stores nothing",
    async (bytes) => {
      const blob = freshBlob();
      const stream = new PassThrough();
      const put = arm.port.put(blob, { bytes, stream } as StreamBody, sha256Of(1, bytes));
      const sent = Math.floor(bytes * 0.9);
      for (const chunk of contentOf(1, sent))
        if (!stream.write(chunk)) await new Promise((resolve) => stream.once("drain", resolve));
      stream.destroy();
      expect(await put).toEqual(UNAVAILABLE);
      expect(await arm.port.get(blob)).toEqual(ok(undefined));
    },
  );

  it("reads a body to its end though the name is taken: its sender can be answered", async () => {
    const blob = freshBlob();
    await arm.port.put(blob, bodyOf(1, 10), sha256Of(1, 10));
    const body = bodyOf(2, 3_000_000);
    const ended = new Promise((resolve) => body.stream.once("end", resolve));
    const second = await arm.port.put(blob, body, sha256Of(2, 3_000_000));
    expect(second).toMatchObject(ok({ created: false }));
    await ended;
  });
});

describe("a line to S3 that fails", () => {
  const DEADLINE_MS = 1_000;

  async function behindProxy(
    use: (port: BlobStore, proxy: TcpProxy) => Promise<void>,
  ): Promise<void> {
    const { s3 } = (await sharedServices()).endpoints;
    const proxy = await TcpProxy.start(Number(new URL(s3.url).port));
    const url = `http://127.0.0.1:${proxy.port}`;
    const { port, close: closeBlobs } = await openS3Blobs({
      ...s3,
      url,
      callDeadlineMs: DEADLINE_MS,
    });
    try {
      await use(port, proxy);
    } finally {
      await closeBlobs();
      await proxy.close();
    }
  }

  it("refuses where nobody listens", async () => {
    const { s3 } = (await sharedServices()).endpoints;
    const proxy = await TcpProxy.start(Number(new URL(s3.url).port));
    const url = `http://127.0.0.1:${proxy.port}`;
    const options = { ...s3, url, callDeadlineMs: DEADLINE_MS };
    const { port, close: closeBlobs } = await openS3Blobs(options);
    await proxy.close();
    const blob = freshBlob();
    // What went out on a connection that was kept open, nobody can tell.
    expect((await port.get(blob)).kind).not.toBe("ok");
    expect(await port.put(blob, bodyOf(1, 5000), sha256Of(1, 5000))).toEqual(UNAVAILABLE);
    expect(await port.put(blob, bodyOf(1, PARTED), sha256Of(1, PARTED))).toEqual(UNAVAILABLE);
    expect(await port.get(blob)).toEqual(UNAVAILABLE);
    await closeBlobs();
    await expect(openS3Blobs(options)).rejects.toThrow();
    expect(await arm.port.get(blob)).toEqual(ok(undefined));
  });

  it("LIV1 a put whose reply is lost is unknown at its deadline, and stored", async () => {
    const blob = freshBlob();
    const sha256 = sha256Of(1, 5000);
    await behindProxy(async (port, proxy) => {
      proxy.swallowReplies = true;
      const startMs = performance.now();
      expect(await port.put(blob, bodyOf(1, 5000), sha256)).toEqual(UNKNOWN);
      expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS + 1_500);
      proxy.swallowReplies = false;
      // The same body again is told that it stands.
      expect(await port.put(blob, bodyOf(1, 5000), sha256)).toEqual(
        ok({ created: false, stored: { bytes: 5000, sha256 } }),
      );
    });
  });

  it("LIV1 calls on a silent line are unknown at their deadline, and not applied", async () => {
    const blob = freshBlob();
    await behindProxy(async (port, proxy) => {
      proxy.swallowRequests = true;
      const startMs = performance.now();
      const calls = [port.put(blob, bodyOf(1, 5000), sha256Of(1, 5000)), port.get(blob)];
      for (const outcome of await Promise.all(calls)) expect(outcome).toEqual(UNKNOWN);
      expect(performance.now() - startMs).toBeLessThan(DEADLINE_MS + 1_500);
    });
    expect(await arm.port.get(blob)).toEqual(ok(undefined));
  });

  it("refuses at the deadline what was not sent whole: there can be no object", async () => {
    const blob = freshBlob();
    await behindProxy(async (port) => {
      const stream = new PassThrough();
      stream.write(Buffer.alloc(1000));
      const body = { bytes: 5000, stream } as StreamBody;
      expect(await port.put(blob, body, sha256Of(1, 5000))).toEqual(UNAVAILABLE);
    });
    expect(await arm.port.get(blob)).toEqual(ok(undefined));
  });

  it("a picture whose line is cut under way breaks off: it never ends as if it were whole", async () => {
    const blob = freshBlob();
    const bytes = 8 * MIB;
    await arm.port.put(blob, bodyOf(1, bytes), sha256Of(1, bytes));
    await behindProxy(async (port, proxy) => {
      const found = await port.get(blob);
      if (found.kind !== "ok" || found.value === undefined) throw new Error("not found");
      const { stream } = found.value.body as StreamBody;
      let read = 0;
      const readAll = async (): Promise<void> => {
        for await (const chunk of stream) {
          if (read === 0) proxy.cut();
          read += (chunk as Buffer).length;
        }
      };
      await expect(readAll()).rejects.toThrow();
      expect(read).toBeLessThan(bytes);
    });
  });
});

describe("memory", () => {
  it("BND1 50 pictures of 10 MB in flight are streamed, not held", async () => {
    const bytes = 10_000_000;
    const sha256 = sha256Of(1, bytes);
    const names = Array.from({ length: 50 }, freshBlob);
    const rssBefore = process.memoryUsage().rss;
    let rssMax = 0;
    const watch = setInterval(() => {
      rssMax = Math.max(rssMax, process.memoryUsage().rss);
    }, 20);
    const puts = await Promise.all(
      names.map((blob) => arm.port.put(blob, bodyOf(1, bytes), sha256)),
    );
    const gets = await Promise.all(
      names.map(async (blob) => {
        const found = await arm.port.get(blob);
        if (found.kind !== "ok" || found.value === undefined) throw new Error("not found");
        return arm.sha256Of(found.value.body);
      }),
    );
    clearInterval(watch);
    for (const put of puts) expect(put).toMatchObject(ok({ created: true }));
    for (const got of gets) expect(got).toBe(sha256);
    // Held whole they would be 500 MB; the test's own contents are garbage of 64 KiB a piece.
    const grownMib = (rssMax - rssBefore) / MIB;
    console.log(`50 pictures in flight: RSS grew by ${grownMib.toFixed(0)} MiB`);
    expect(grownMib).toBeLessThan(200);
  });
});
