// What a node does to clients that do not keep to the protocol, from the wire: close codes, and what it holds.
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { SUBPROTOCOL } from "../../../server/protocol/version.ts";
import { MemoryNode } from "../../support/memory-node.ts";
import { WireClient } from "../../support/wire-client.ts";

const CHAT = 500;
/** Frames of one client between two sweeps. */
const FRAMES_MAX = 300;

let node: MemoryNode;

beforeAll(async () => {
  node = await MemoryNode.start({
    framesPerSweepMax: FRAMES_MAX,
    sweepMs: 500,
    connectMs: 700,
    clientQueueBytesMax: 256 * 1024,
    clientQueueBytesSlow: 64 * 1024,
  });
  node.befriend(1, 2, CHAT);
});

afterAll(() => node.stop());

/** Status and body of a dial that is no WebSocket in the end. */
async function refusedDial(path: string, protocol: string | undefined): Promise<number> {
  const socket = new WebSocket(`ws://${node.address}${path}`, protocol);
  return new Promise((resolve, reject) => {
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once("open", () => reject(new Error("it was let in")));
    socket.once("error", reject);
  });
}

describe("a client that is none", () => {
  it("is not let in without the subprotocol, nor elsewhere", async () => {
    expect(await refusedDial("/v1/ws", undefined)).toBe(400);
    expect(await refusedDial("/v1/ws", "chat")).toBe(400);
    expect(await refusedDial("/", SUBPROTOCOL)).toBe(404);
  });

  it.each([
    ["what is no JSON", "{"],
    ["what is no frame", '{"type":"hello"}'],
    ["a name of the language's own", '{"type":"constructor"}'],
    ["an array", "[1,2,3]"],
    ["null", "null"],
    ["a frame with a field too many", '{"type":"ping","extra":1}'],
    ["a frame with a number out of bounds", '{"type":"befriend","user":-1}'],
    ["ciphertext that is no base64", sendText("not base64!")],
    ["JSON that is deeper than any frame", "[".repeat(30_000)],
  ])("is closed with 4429 for %s", async (_what, text) => {
    const client = await WireClient.dial(node.address);
    client.socket.send(text);
    expect(await client.closed()).toBe(4429);
    expect(client.closeReason).toBe("bad-frame");
  });

  it("is closed with 4429 for a binary frame", async () => {
    const client = await WireClient.dial(node.address);
    client.socket.send(Buffer.from('{"type":"ping"}'));
    expect(await client.closed()).toBe(4429);
  });

  it("is closed by the WebSocket layer for a frame above 64 KiB (1009)", async () => {
    const client = await WireClient.dial(node.address);
    client.socket.send("x".repeat(64 * 1024 + 1));
    expect(await client.closed()).toBe(1009);
  });

  it("is closed by the WebSocket layer for more than 32 fragments (1008)", async () => {
    const client = await WireClient.dial(node.address);
    for (let count = 0; count < 40; count += 1) client.socket.send("[", { fin: false });
    expect(await client.closed()).toBe(1008);
  });

  it("is closed by the WebSocket layer for text that is not UTF-8 (1007)", async () => {
    const client = await WireClient.dial(node.address);
    client.socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect(await client.closed()).toBe(1007);
  });

  it("is closed by the WebSocket layer for a frame without its mask (1002)", async () => {
    const socket = await rawWebSocket();
    socket.write(Buffer.from([0x81, 0x02, 0x7b, 0x7d]));
    expect(await closeCodeFrom(socket)).toBe(1002);
  });
});

describe("a client that nobody knows", () => {
  it("is closed with 4401 for a token that is wrong", async () => {
    const client = await WireClient.dial(node.address);
    client.send({ type: "connect", token: "eyJ0.eyJ9.sig", counter: 1 });
    expect(await client.closed()).toBe(4401);
  });

  it("is closed with 4401 for a token that was tampered with", async () => {
    const [head, , signature] = (await node.token(1)).split(".");
    const claims = Buffer.from(JSON.stringify({ sub: "1", dev: 10, signedInMs: 1, exp: 9e9 }));
    const token = `${head}.${claims.toString("base64url")}.${signature}`;
    const client = await WireClient.dial(node.address);
    client.send({ type: "connect", token, counter: 1 });
    expect(await client.closed()).toBe(4401);
  });

  it("is closed with 4408 where it never says who it is, though it talks", async () => {
    const client = await WireClient.dial(node.address);
    const talk = setInterval(() => client.send({ type: "ping" }), 50);
    expect(await client.closed()).toBe(4408);
    clearInterval(talk);
  });
});

describe("a client that is too much", () => {
  it("is closed with 4429 for a flood of frames, sent without waiting", async () => {
    const client = await WireClient.signIn(node.address, await node.token(1));
    for (let count = 0; count < 10_000; count += 1) client.send({ type: "ping" });
    expect(await client.closed()).toBe(4429);
    expect(client.closeReason).toBe("too fast");
    expect(client.heard.filter((frame) => frame.type === "pong").length).toBeLessThan(
      FRAMES_MAX + 1,
    );
  });

  it("is closed with 4429 for a flood of WebSocket pings", async () => {
    const client = await WireClient.signIn(node.address, await node.token(1), 2);
    for (let count = 0; count < 5_000; count += 1) client.socket.ping();
    expect(await client.closed()).toBe(4429);
  });

  it("is refused `busy` above a mebibyte of sends without an answer, and keeps its connection", async () => {
    const client = await WireClient.signIn(node.address, await node.token(1), 3);
    const release = node.holdAppends();
    const body = Buffer.alloc(16_000, 7).toString("base64");
    for (let n = 1; n <= 200; n += 1)
      client.send({ type: "send", chat: CHAT, n, sentAt: 1, kind: "text", keyVersion: 1, body });
    await client.next("refused", (frame) => frame.code === "busy" && frame.re.n === 200);
    release();
    await client.next("sent", (frame) => frame.n === Math.floor(1_048_576 / 16_000));
    client.close();
  });

  it("loses its connection with 4429 where it does not read, and what waits for it stays bounded", async () => {
    // 40 MB of backlog for one who asks for it, never reads a byte, and acknowledges all the same.
    node.befriend(3, 4, 501);
    node.fillLog(4, 3, 501, 4_000, 10_000);
    const socket = await rawWebSocket();
    socket.pause();
    socket.write(
      masked(JSON.stringify({ type: "connect", token: await node.token(4), counter: 1 })),
    );
    socket.write(masked('{"type":"have","logs":[],"more":false}'));
    let most = 0;
    const acknowledge = setInterval(() => {
      const all = { type: "received", chat: 501, device: 30, n: 4_000 };
      socket.write(masked(JSON.stringify(all)));
    }, 20);
    const endMs = performance.now() + 8_000;
    const closes = () => node.metric('chatquake_client_closes_total{code="4429"}');
    const before = await closes();
    for (;;) {
      most = Math.max(most, await node.metric("chatquake_queued_bytes_max"));
      if (performance.now() > endMs) break;
      // Flooding history is how a client that does not read makes the node write.
      for (let id = 1; id <= 20; id += 1)
        socket.write(masked(JSON.stringify({ type: "history", id, chat: 501, limit: 100 })));
      if ((await closes()) > before) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    clearInterval(acknowledge);
    expect(await closes()).toBe(before + 1);
    expect(most).toBeLessThan(512 * 1024);
    // The socket is gone for good soon after, with all that waited for it.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(await node.metric("chatquake_queued_bytes")).toBe(0);
    socket.destroy();
  });
});

describe("an upload that is wrong", () => {
  const chat = CHAT;
  const blob = "ab".repeat(16);

  async function putRaw(headers: Record<string, string>, body: string): Promise<string> {
    const [host, port] = node.address.split(":") as [string, string];
    const socket = connect(Number(port), host);
    const lines = Object.entries({ host: "node", ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    socket.write(`PUT /blobs/${blob} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`);
    let text = "";
    for await (const chunk of socket) text += String(chunk);
    return text;
  }

  it("is refused before its body is read: too large, no length, no token", async () => {
    const good = {
      authorization: `Bearer ${await node.token(1)}`,
      "x-chat": String(chat),
      "x-sha256": "0".repeat(64),
    };
    const large = await putRaw({ ...good, "content-length": "33554433" }, "begin");
    expect(large).toMatch(/^HTTP\/1\.1 413 [\s\S]*too-large/);
    const chunked = await putRaw({ ...good, "transfer-encoding": "chunked" }, "1\r\nx\r\n");
    expect(chunked).toMatch(/^HTTP\/1\.1 411 /);
    const nobody = await putRaw(
      { ...good, authorization: "Bearer x", "content-length": "9999" },
      "b",
    );
    expect(nobody).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("is refused for anything that is to be read as JSON, or is no blob's name", async () => {
    const headers = { authorization: `Bearer ${await node.token(1)}` };
    const at = (path: string) => fetch(`http://${node.address}${path}`, { headers });
    expect((await at("/blobs/../metrics")).status).toBe(200);
    expect((await at("/blobs/nothing")).status).toBe(404);
    expect((await at(`/blobs/${blob}`)).status).toBe(404);
    expect((await fetch(`http://${node.address}/blobs/${blob}`)).status).toBe(401);
    expect((await fetch(`http://${node.address}/test/slow`, { method: "POST" })).status).toBe(403);
  });
});

function sendText(body: string): string {
  return JSON.stringify({
    type: "send",
    chat: CHAT,
    n: 1,
    sentAt: 1,
    kind: "text",
    keyVersion: 1,
    body,
  });
}

/** A WebSocket without a library: nothing reads unless the test does. */
async function rawWebSocket(): Promise<Socket> {
  const [host, port] = node.address.split(":") as [string, string];
  const socket = connect(Number(port), host);
  socket.write(
    "GET /v1/ws HTTP/1.1\r\nhost: node\r\nconnection: Upgrade\r\nupgrade: websocket\r\n" +
      "sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
      `sec-websocket-protocol: ${SUBPROTOCOL}\r\n\r\n`,
  );
  socket.on("error", () => socket.destroy());
  await new Promise<void>((resolve) => socket.once("data", () => resolve()));
  return socket;
}

/** A text frame under a mask of zeros. */
function masked(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head =
    length < 126
      ? Buffer.from([0x81, 0x80 | length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0x80 | 126, length >> 8, length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, Buffer.from(text)]);
}

async function closeCodeFrom(socket: Socket): Promise<number> {
  for await (const chunk of socket) {
    const frame = chunk as Buffer;
    if (frame[0] === 0x88) return frame.readUInt16BE(2);
  }
  return 0;
}
