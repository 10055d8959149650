// Uploads and downloads that hold a node's room: too many of one user, too slow, or with headers that only look
// like what they should be.
import { connect, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fastify, type FastifyInstance } from "fastify";
import { afterEach, describe, expect, it } from "vitest";
import { BlobRoutes } from "../../../server/live/blob-routes.ts";
import { NodeMetrics } from "../../../server/live/metrics.ts";
import { streamOf } from "../../../server/live/opaque.ts";
import type { BlobUpload } from "../../../server/ports/client-transport.ts";

const BLOB = "ab".repeat(16);
const GRACE_MS = 400;
const MIB = 1024 * 1024;

const apps: FastifyInstance[] = [];

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

interface Messenger {
  readonly download?: () => Readable;
  /** It answers no request before this. */
  readonly open?: Promise<void>;
}

/** Routes on a messenger that reads what it is given, and gives what it is asked for. Tokens are users. */
async function door({
  download = () => Readable.from([Buffer.alloc(1)]),
  open = Promise.resolve(),
}: Messenger = {}) {
  const uploads: BlobUpload[] = [];
  const routes = new BlobRoutes(
    {
      putBlob: async (upload) => {
        uploads.push(upload);
        for await (const _part of streamOf(upload.body));
        await open;
        return { status: 201, sha256: upload.sha256 };
      },
      getBlob: async () => {
        await open;
        const stream = download();
        return { status: 200, sha256: "0".repeat(64), body: { bytes: 1_000, stream } };
      },
    },
    new NodeMetrics(),
    {
      blobBytesMax: 32 * MIB,
      userOf: async (token) => (/^\d+$/.test(token) ? Number(token) : undefined),
      graceMs: GRACE_MS,
    },
  );
  const app = fastify({ forceCloseConnections: true });
  apps.push(app);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
  routes.routes(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  return { routes, uploads, port: (app.server.address() as AddressInfo).port };
}

function begin(port: number, method: "PUT" | "GET", headers: Record<string, string>): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  const lines = Object.entries({ host: "node", connection: "close", ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.write(`${method} /blobs/${BLOB} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  return socket;
}

function upload(port: number, user: number, bytes: number): Socket {
  return begin(port, "PUT", {
    authorization: `Bearer ${user}`,
    "x-chat": "500",
    "x-sha256": "0".repeat(64),
    "content-length": String(bytes),
  });
}

async function status(socket: Socket): Promise<number> {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(await text(socket))?.[1]);
}

describe("transfers of one user", () => {
  it("are sixteen at once: one more is refused with 429, another user's is taken", async () => {
    const { port, routes } = await door();
    const held = Array.from({ length: 16 }, () => upload(port, 1, 16 * MIB));
    await expect.poll(() => routes.transfers).toBe(16);
    expect(await status(upload(port, 1, 1))).toBe(429);
    const other = upload(port, 2, 1);
    other.end("x");
    expect(await status(other)).toBe(201);
    held[0]!.destroy();
    await expect.poll(() => routes.transfers).toBe(15);
    const again = upload(port, 1, 1);
    again.end("x");
    expect(await status(again)).toBe(201);
    for (const socket of held) socket.destroy();
    await expect.poll(() => routes.transfers).toBe(0);
  });

  it("in parts are two at once: the store takes few of those, and others want theirs", async () => {
    const { port, routes } = await door();
    const held = [upload(port, 1, 30 * MIB), upload(port, 1, 16 * MIB + 1)];
    await expect.poll(() => routes.transfers).toBe(2);
    expect(await status(upload(port, 1, 30 * MIB))).toBe(429);
    const others = upload(port, 2, 30 * MIB);
    await expect.poll(() => routes.transfers).toBe(3);
    held[0]!.destroy();
    await expect.poll(() => routes.transfers).toBe(2);
    const small = upload(port, 1, 1);
    small.end("x");
    expect(await status(small)).toBe(201);
    for (const socket of [...held, others]) socket.destroy();
    await expect.poll(() => routes.transfers).toBe(0);
  });

  it("hold their room until what they began has ended, though the client has left", async () => {
    let release = (): void => undefined;
    const open = new Promise<void>((resolve) => (release = resolve));
    const stream = new Readable({ read: () => undefined });
    const { port, routes } = await door({ download: () => stream, open });
    const uploading = upload(port, 1, 1);
    uploading.write("x");
    const downloading = begin(port, "GET", { authorization: "Bearer 1" });
    await expect.poll(() => routes.transfers).toBe(2);
    for (const socket of [uploading, downloading])
      await new Promise((resolve) => socket.once("close", resolve).destroy());
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(routes.transfers).toBe(2);
    release();
    await expect.poll(() => routes.transfers).toBe(0);
    // What came for nobody is let go at once, not when it would have been too slow.
    expect(stream.destroyed).toBe(true);
  });

  it("cost nothing where nobody is behind them", async () => {
    const { port, routes, uploads } = await door();
    const nobody = upload(port, NaN, 30 * MIB);
    expect(await status(nobody)).toBe(401);
    expect(routes.transfers).toBe(0);
    expect(uploads).toEqual([]);
  });
});

describe("a slow transfer", () => {
  it("up is answered 408 and cut, and its room is free", async () => {
    const { port, routes } = await door();
    const socket = upload(port, 1, 10_000);
    const drip = setInterval(() => socket.write("x"), 20);
    const startMs = performance.now();
    const answer = await text(socket);
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"too-slow"/);
    // The grace, ten thousand bytes at the slowest pace, and a second in which the answer can be read.
    expect(performance.now() - startMs).toBeLessThan(GRACE_MS + 313 + 1_500);
    await expect.poll(() => routes.transfers).toBe(0);
  });

  it("up may take as long as its bytes need", async () => {
    const { port } = await door();
    const socket = upload(port, 1, 64_000);
    const part = Buffer.alloc(16_000);
    for (let count = 0; count < 4; count += 1) {
      socket.write(part);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(await status(socket)).toBe(201);
  });

  it("down is cut", async () => {
    let destroyed = false;
    const { port, routes } = await door({
      download: () => {
        const never = new Readable({ read: () => undefined });
        never.once("close", () => (destroyed = true));
        return never;
      },
    });
    const socket = begin(port, "GET", { authorization: "Bearer 1" });
    await expect.poll(() => routes.transfers).toBe(1);
    const startMs = performance.now();
    await text(socket);
    expect(performance.now() - startMs).toBeLessThan(GRACE_MS + 1_500);
    await expect.poll(() => routes.transfers).toBe(0);
    expect(destroyed).toBe(true);
  });
});

describe("the headers of an upload", () => {
  it.each([
    "0x1f4",
    "5e2",
    "500.0",
    "+500",
    "-500",
    " ",
    "0500",
    "0",
    "281474976710656",
    "500,500",
  ])("name a chat in plain decimal digits: not %s", async (chat) => {
    const { port } = await door();
    const socket = begin(port, "PUT", {
      authorization: "Bearer 1",
      "x-chat": chat,
      "x-sha256": "0".repeat(64),
      "content-length": "1",
    });
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*"bad-x-chat"/);
  });
});
