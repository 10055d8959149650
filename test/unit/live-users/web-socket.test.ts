// The WebSocket client of live devices against a server of another make.
import { createServer, type Server } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocketServer, type WebSocket as Peer } from "ws";
import { WebSocket } from "../../../sim/world/live/users/web-socket.ts";

class Heard {
  readonly texts: string[] = [];
  readonly ends: string[] = [];
  #changed: () => void = () => {};

  opened(): void {
    this.ends.push("opened");
    this.#changed();
  }
  text(text: string): void {
    this.texts.push(text);
    this.#changed();
  }
  closed(code: number, reason: string): void {
    this.ends.push(`closed ${code} ${reason}`);
    this.#changed();
  }
  released(): void {
    this.ends.push("released");
    this.#changed();
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
  }
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function pair(): Promise<{ socket: WebSocket; peer: Peer; heard: Heard }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  closing.push(() => {
    for (const each of server.clients) each.terminate();
    server.close();
  });
  await once(server, "listening");
  const heard = new Heard();
  const { port } = server.address() as { port: number };
  const target = { host: "127.0.0.1", port, path: "/v1/ws", protocol: "chatquake.v1.json" };
  const accepted = once(server, "connection");
  const socket = new WebSocket(target, heard);
  const [peer] = (await accepted) as [Peer];
  await heard.until(() => heard.ends.includes("opened"));
  return { socket, peer, heard };
}

describe("a live device's WebSocket", () => {
  it("asks for the subprotocol and carries texts of every length both ways", async () => {
    const { socket, peer, heard } = await pair();
    expect(peer.protocol).toBe("chatquake.v1.json");
    const texts = [0, 1, 125, 126, 127, 4_000, 65_000].map((length) => "x".repeat(length));
    texts.push("\u00e4\u4e16\u{1f600}".repeat(50));
    const arrived: string[] = [];
    const all = new Promise<void>((resolve) => {
      peer.on("message", (data: Buffer) => {
        arrived.push(data.toString());
        peer.send(data.toString());
        if (arrived.length === texts.length) resolve();
      });
    });
    for (const text of texts) socket.send(text);
    await all;
    expect(arrived).toEqual(texts);
    await heard.until(() => heard.texts.length === texts.length);
    expect(heard.texts).toEqual(texts);
  });

  it("puts fragments together and answers pings", async () => {
    const { peer, heard } = await pair();
    const answered = once(peer, "pong");
    peer.send("one ", { fin: false });
    peer.send("two ", { fin: false });
    peer.ping("are you there");
    peer.send("three", { fin: true });
    await heard.until(() => heard.texts.length === 1);
    expect(heard.texts).toEqual(["one two three"]);
    expect(String((await answered)[0])).toBe("are you there");
  });

  it("names the code and the reason of a close, and then the socket goes", async () => {
    const { peer, heard } = await pair();
    peer.close(4409, "replaced by device 77");
    await heard.until(() => heard.ends.includes("released"));
    expect(heard.ends).toEqual(["opened", "closed 4409 replaced by device 77", "released"]);
  });

  it("closes politely without hearing of it", async () => {
    const { socket, peer, heard } = await pair();
    const closed = once(peer, "close");
    socket.send("last words");
    socket.end();
    const [code] = (await closed) as [number];
    expect(code).toBe(1000);
    await heard.until(() => heard.ends.includes("released"));
    expect(heard.ends).toEqual(["opened", "released"]);
  });

  it("hears of a broken way once", async () => {
    const { socket, peer, heard } = await pair();
    peer.terminate();
    await heard.until(() => heard.ends.includes("released"));
    expect(heard.ends).toEqual(["opened", "closed 0 ", "released"]);
    socket.send("into the void");
    socket.end();
  });

  it("falls silent without closing: the other side believes in it", async () => {
    const { socket, peer, heard } = await pair();
    socket.silence(200);
    peer.send("unheard");
    socket.send("unsaid");
    const early = await Promise.race([
      once(peer, "close").then(() => "closed"),
      new Promise((resolve) => setTimeout(resolve, 100, "open")),
    ]);
    expect(early).toBe("open");
    await heard.until(() => heard.ends.includes("released"));
    expect(heard).toMatchObject({ texts: [], ends: ["opened", "released"] });
  });

  it("takes nothing but an upgrade for an answer", async () => {
    const server: Server = createServer((socket) => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: wrong\r\n\r\n");
    });
    closing.push(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const heard = new Heard();
    const { port } = server.address() as { port: number };
    void new WebSocket({ host: "127.0.0.1", port, path: "/", protocol: "p" }, heard);
    await heard.until(() => heard.ends.includes("released"));
    expect(heard.ends).toEqual(["closed 0 ", "released"]);
  });
});
