// Links between nodes over real sockets: who is let in, what passes, and what a silent peer costs.
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { pino } from "pino";
import { WebSocket, WebSocketServer } from "ws";
import { LINK_SUBPROTOCOL } from "../../../server/live/link-codec.ts";
import { LiveLink } from "../../../server/live/node-link.ts";
import { Bytes } from "../../../server/live/opaque.ts";
import type { LinkNote, LinkReply, LinkRequest } from "../../../server/ports/node-link.ts";
import type { MessageRow } from "../../../server/ports/message-store.ts";
import { TcpProxy } from "../../support/tcp-proxy.ts";

/** A tenth of the messenger's. */
const PACE = { pingMs: 200, deadMs: 600 };
const KEY = randomBytes(32).toString("hex");
const EPOCH = "1767225600000-0000000001-000000000000010";

class Site {
  readonly id: string;
  readonly events: string[] = [];
  readonly notes: LinkNote[] = [];
  readonly requests: LinkRequest[] = [];
  readonly warnings: string[] = [];
  answer: (request: LinkRequest) => Promise<LinkReply> = async () => ({ type: "delivered" });
  link!: LiveLink;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(id: string) {
    this.id = id;
    this.#server = createServer();
    this.#server.on("connection", (socket: Socket) => this.#sockets.add(socket));
    this.#server.on("upgrade", (request, socket, head) => this.link.upgrade(request, socket, head));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  begin(peers: ReadonlyMap<string, string>, keyHex = KEY): void {
    const log = pino({ level: "warn" }, { write: (line: string) => void this.warnings.push(line) });
    const counts = { requested: () => undefined };
    this.link = new LiveLink({ nodeId: this.id, peers, keyHex, log, counts, pace: PACE });
    this.link.start({
      request: (_from, request) => {
        this.requests.push(request);
        return this.answer(request);
      },
      note: (_from, note) => void this.notes.push(note),
      linkUp: (peer) => void this.events.push(`up ${peer}`),
      linkDown: (peer) => void this.events.push(`down ${peer}`),
    });
  }

  stop(): void {
    this.link.close();
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

const sites: Site[] = [];
const proxies: TcpProxy[] = [];

afterEach(async () => {
  for (const site of sites.splice(0)) site.stop();
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function pair(keys: readonly [string, string] = [KEY, KEY]) {
  const low = new Site("node-1");
  const high = new Site("node-2");
  sites.push(low, high);
  const lowPort = await low.listen();
  const highPort = await high.listen();
  const proxy = await TcpProxy.start(highPort);
  proxies.push(proxy);
  low.begin(new Map([["node-2", `127.0.0.1:${proxy.port}`]]), keys[0]);
  high.begin(new Map([["node-1", `127.0.0.1:${lowPort}`]]), keys[1]);
  return { low, high, proxy, highPort };
}

async function until(isSo: () => boolean, withinMs = 10_000): Promise<void> {
  const endMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`it did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const bothUp = (low: Site, high: Site) => () => low.link.live("node-2") && high.link.live("node-1");

const row: MessageRow = {
  chat: 281_474_976_710_655,
  from: 9_007_199_254_740_991,
  device: 10,
  n: 1,
  sentAt: 1_767_225_600_000,
  kind: "text",
  keyVersion: 1,
  body: new Bytes(randomBytes(100)),
};

describe("a link", () => {
  it("is dialled by the lower id, and known to both", async () => {
    const { low, high } = await pair();
    await until(bothUp(low, high));
    expect(low.events).toEqual(["up node-2"]);
    expect(high.events).toEqual(["up node-1"]);
    expect(low.link.peers()).toEqual(["node-2"]);
  });

  it("carries every request, reply and note as it is", async () => {
    const { low, high } = await pair();
    await until(bothUp(low, high));
    const { body: _body, ...bare } = row;
    const rows: MessageRow[] = [
      row,
      { ...bare, kind: "void" },
      { ...row, kind: "image", url: "ab".repeat(16) },
      { ...row, kind: "image", url: "ab".repeat(16), thumbnail: new Bytes(randomBytes(9)) },
      { ...bare, kind: "file", url: "ab".repeat(16), thumbnail: new Bytes(randomBytes(9)) },
    ];
    const requests: LinkRequest[] = [
      ...rows.map((message) => ({ type: "deliver" as const, user: 7, epoch: EPOCH, message })),
      { type: "receipt", user: 7, epoch: EPOCH, chat: 1, device: 2, reader: 3, n: 4, readAt: 5 },
      { type: "who-has", user: 7 },
      { type: "lease-age" },
    ];
    const replies: LinkReply[] = [
      { type: "delivered" },
      { type: "not-owner" },
      { type: "has", epoch: undefined },
      { type: "has", epoch: EPOCH },
      { type: "lease-age", ageMs: undefined },
      { type: "lease-age", ageMs: 12 },
      { type: "delivered" },
      { type: "delivered" },
    ];
    let at = 0;
    high.answer = async () => replies[at++]!;
    for (const [index, request] of requests.entries()) {
      const outcome = await low.link.request("node-2", request);
      expect(outcome).toEqual({ kind: "ok", value: replies[index] });
    }
    expect(high.requests).toEqual(requests);
    const notes: LinkNote[] = [
      { type: "presence", user: 7, epoch: EPOCH, state: "online", lastSeenMs: 0, friends: [1, 2] },
      {
        type: "fence",
        user: 7,
        by: {
          user: 7,
          epoch: EPOCH,
          released: false,
          node: "node-1",
          incarnation: 5,
          connection: 6,
          device: 10,
          heartbeatMs: 9,
        },
      },
      { type: "roster-changed", user: 7 },
      { type: "draining" },
    ];
    for (const note of notes) high.link.note("node-1", note);
    await until(() => low.notes.length === notes.length);
    expect(low.notes).toEqual(notes);
  });

  it("takes what is asked in one turn in order, however large it is", async () => {
    const { low, high } = await pair();
    await until(bothUp(low, high));
    const body = new Bytes(randomBytes(16_000));
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, at) =>
        low.link.request("node-2", {
          type: "deliver",
          user: 7,
          epoch: EPOCH,
          message: { ...row, n: at + 1, body },
        }),
      ),
    );
    expect(outcomes.every((outcome) => outcome.kind === "ok")).toBe(true);
    const ns = high.requests.map((request) => (request.type === "deliver" ? request.message.n : 0));
    expect(ns).toEqual(Array.from({ length: 200 }, (_, at) => at + 1));
  });
});

describe("a request", () => {
  it("is refused where there is no link: surely nobody was asked", async () => {
    const { low } = await pair();
    expect(await low.link.request("node-2", { type: "lease-age" })).toMatchObject({
      kind: "refused",
    });
    low.link.note("node-2", { type: "draining" });
  });

  it("ends unknown after a second where the peer does not answer", async () => {
    const { low, high } = await pair();
    await until(bothUp(low, high));
    high.answer = () => new Promise(() => {});
    const startMs = performance.now();
    expect(await low.link.request("node-2", { type: "lease-age" })).toEqual({ kind: "unknown" });
    expect(performance.now() - startMs).toBeGreaterThan(950);
    expect(performance.now() - startMs).toBeLessThan(1_500);
  });

  it("ends unknown at once where the link breaks, and both sides are told", async () => {
    const { low, high, proxy } = await pair();
    await until(bothUp(low, high));
    high.answer = () => new Promise(() => {});
    const asked = low.link.request("node-2", { type: "lease-age" });
    await until(() => high.requests.length === 1);
    proxy.cut();
    expect(await asked).toEqual({ kind: "unknown" });
    await until(() => low.events.length === 2 && high.events.length === 2);
    expect(low.events).toEqual(["up node-2", "down node-2"]);
    // Dialled again with the next ping.
    await until(bothUp(low, high));
    expect(high.events).toEqual(["up node-1", "down node-1", "up node-1"]);
  });
});

describe("a silent peer", () => {
  it("is given up after three pings without a word, by both", async () => {
    const { low, high, proxy } = await pair();
    await until(bothUp(low, high));
    proxy.swallowReplies = true;
    proxy.swallowRequests = true;
    const startMs = performance.now();
    await until(() => !low.link.live("node-2") && !high.link.live("node-1"));
    expect(performance.now() - startMs).toBeGreaterThan(PACE.deadMs - PACE.pingMs);
    expect(low.events).toEqual(["up node-2", "down node-2"]);
  });
});

describe("a stranger", () => {
  it("with another key is not let in", async () => {
    const { low, high } = await pair([KEY, randomBytes(32).toString("hex")]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(low.link.live("node-2")).toBe(false);
    expect(high.link.live("node-1")).toBe(false);
  });

  it("that repeats what it has overheard, or says anything else, is dropped", async () => {
    const { high, highPort } = await pair();
    for (const text of [
      JSON.stringify({
        from: "node-1",
        to: "node-2",
        challenge: "0".repeat(64),
        proof: "0".repeat(64),
      }),
      JSON.stringify({ from: "node-3", to: "node-2" }),
      '[["P"]]',
      "",
      "x".repeat(100_000),
    ]) {
      const socket = new WebSocket(`ws://127.0.0.1:${highPort}/v1/link`, LINK_SUBPROTOCOL);
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.once("message", () => socket.send(text));
      await closed;
    }
    expect(high.events.filter((event) => event !== "up node-1")).toEqual([]);
    expect(high.notes).toEqual([]);
  });

  it("that comes again and again fills no log: one line stands for all of a while", async () => {
    const { high, highPort } = await pair();
    for (let count = 0; count < 20; count += 1) {
      const socket = new WebSocket(`ws://127.0.0.1:${highPort}/v1/link`, LINK_SUBPROTOCOL);
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.once("message", () => socket.send("junk"));
      await closed;
    }
    expect(high.warnings).toHaveLength(1);
    expect(high.warnings[0]).toContain('"a link was refused: no peer, or another key"');
  });

  it("may say no more than an opening before it has proved who it is", async () => {
    const { highPort } = await pair();
    const socket = new WebSocket(`ws://127.0.0.1:${highPort}/v1/link`, LINK_SUBPROTOCOL);
    await new Promise<void>((resolve) => socket.once("message", () => resolve()));
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    // The frame never ends: only a bound on bytes can end this.
    const startMs = performance.now();
    for (let sent = 0; sent < 8; sent += 1) socket.send("x".repeat(512), { fin: false });
    await closed;
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });

  it("that is dialled may say no more than that either", async () => {
    const low = new Site("node-1");
    sites.push(low);
    await low.listen();
    const impostor = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await new Promise((resolve) => impostor.once("listening", resolve));
    const cut = new Promise<number>((resolve) => {
      impostor.once("connection", (socket) => {
        const startMs = performance.now();
        for (let sent = 0; sent < 64; sent += 1) socket.send("x".repeat(512), { fin: false });
        socket.once("close", () => resolve(performance.now() - startMs));
      });
    });
    const { port } = impostor.address() as AddressInfo;
    low.begin(new Map([["node-2", `127.0.0.1:${port}`]]));
    expect(await cut).toBeLessThan(1_000);
    impostor.close();
  });

  it("that floods the door with silent sockets keeps no peer out, from another address or its own", async () => {
    for (const floodFrom of ["127.0.0.2", "127.0.0.1"]) {
      const high = new Site("node-2");
      const low = new Site("node-1");
      sites.push(low, high);
      const lowPort = await low.listen();
      const highPort = await high.listen();
      high.begin(new Map([["node-1", `127.0.0.1:${lowPort}`]]));
      const flood = new Set<WebSocket>();
      const dial = (): void => {
        const socket = new WebSocket(`ws://127.0.0.1:${highPort}/v1/link`, LINK_SUBPROTOCOL, {
          localAddress: floodFrom,
        });
        flood.add(socket);
        socket.on("error", () => undefined);
        // As soon as one is thrown out another one is there.
        socket.once("close", () => flood.delete(socket) && flood.size < 60 && setTimeout(dial, 5));
      };
      for (let count = 0; count < 60; count += 1) dial();
      await new Promise((resolve) => setTimeout(resolve, 300));
      low.begin(new Map([["node-2", `127.0.0.1:${highPort}`]]));
      await until(bothUp(low, high), 2_500);
      expect(flood.size).toBeGreaterThan(30);
      const last = Array.from(flood);
      flood.clear();
      for (const socket of last) socket.terminate();
    }
  });
});
