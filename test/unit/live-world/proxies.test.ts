// The proxies themselves, in this process: what each rule does to real sockets. That a run's faults bite is proven
// again on a probe before every run.
import { createServer as createHttp, request, type Server as HttpServer } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "vitest";
import { askStore } from "../../../sim/world/live/probes/store-question.ts";
import { ByteProxy } from "../../../sim/world/live/proxies/byte-proxy.ts";
import { CallRules } from "../../../sim/world/live/proxies/call-rules.ts";
import { httpCalls } from "../../../sim/world/live/proxies/http-calls.ts";
import { redisCalls } from "../../../sim/world/live/proxies/redis-calls.ts";

const HOST = "127.0.0.1";
const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function listening(server: Server | HttpServer): Promise<number> {
  closers.push(() => server.close());
  return new Promise((resolve) => {
    server.listen(0, HOST, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

async function throughProxy(
  serve: (socket: Socket) => void,
): Promise<{ proxy: ByteProxy; socket: Socket; heard: Buffer[]; ended: Promise<void> }> {
  const port = await listening(createServer(serve));
  const proxy = new ByteProxy({ host: HOST, port });
  const at = await proxy.listen();
  const socket = connect({ host: HOST, port: at });
  closers.push(() => socket.destroy());
  const heard: Buffer[] = [];
  socket.on("data", (bytes) => heard.push(bytes));
  socket.on("error", () => undefined);
  const ended = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return { proxy, socket, heard, ended };
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const giveUpAt = performance.now() + 5_000;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const text = (heard: readonly Buffer[]): string => Buffer.concat(heard).toString();
const echo = (socket: Socket): void => void socket.on("error", () => undefined).pipe(socket);

describe("a proxy of bytes", () => {
  it("without a rule carries everything in order, both ways, to its end", async () => {
    const { socket, heard, ended } = await throughProxy(echo);
    const sent = "abcdefghij".repeat(50_000);
    socket.end(sent);
    await ended;
    expect(text(heard)).toBe(sent);
  });

  it("held, nothing passes; afterwards what waited comes in order", async () => {
    const { proxy, socket, heard } = await throughProxy(echo);
    socket.write("a");
    await until(() => text(heard) === "a", "the first byte");
    proxy.add(1, { kind: "hold", way: "both", resent: false });
    socket.write("b");
    socket.write("c");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(text(heard)).toBe("a");
    proxy.lift(1);
    await until(() => text(heard) === "abc", "what was held");
  });

  it("held one way, the other way goes on", async () => {
    const { proxy, socket, heard } = await throughProxy((peer) => {
      peer.on("error", () => undefined);
      setInterval(() => peer.writable && peer.write("."), 10).unref();
    });
    await until(() => heard.length > 0, "the peer speaks");
    proxy.add(1, { kind: "hold", way: "up", resent: false });
    const before = text(heard).length;
    await until(() => text(heard).length > before + 5, "the way down goes on");
    proxy.add(2, { kind: "hold", way: "down", resent: false });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const held = text(heard).length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(text(heard).length).toBe(held);
    socket.destroy();
  });

  it("a peer that dies behind a held link is not noticed before the hold ends", async () => {
    let peer: Socket | undefined;
    const { proxy, socket, heard, ended } = await throughProxy((accepted) => {
      peer = accepted;
      echo(accepted);
    });
    socket.write("a");
    await until(() => text(heard) === "a", "the first byte");
    proxy.add(1, { kind: "hold", way: "both", resent: false });
    peer!.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(socket.destroyed).toBe(false);
    proxy.lift(1);
    await ended;
  });

  it("a dial into a held link reaches nobody until the hold ends", async () => {
    let reached = 0;
    const port = await listening(createServer(() => (reached += 1)));
    const proxy = new ByteProxy({ host: HOST, port });
    const at = await proxy.listen();
    proxy.add(1, { kind: "hold", way: "both", resent: false });
    const socket = connect({ host: HOST, port: at });
    closers.push(() => socket.destroy());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(reached).toBe(0);
    proxy.lift(1);
    await until(() => reached === 1, "the dial arrives");
  });

  it("delay adds to each way, throttle stretches, reset breaks", async () => {
    const { proxy, socket, heard, ended } = await throughProxy(echo);
    proxy.add(1, { kind: "delay", latency: { dist: "constant", value: 60_000 } });
    let startMs = performance.now();
    socket.write("a");
    await until(() => text(heard) === "a", "a delayed byte");
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(118);
    proxy.lift(1);
    proxy.add(2, { kind: "throttle", bytesPerS: 200_000 });
    startMs = performance.now();
    socket.write(Buffer.alloc(40_000));
    await until(() => Buffer.concat(heard).length === 40_001, "40 KB");
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(100);
    proxy.reset();
    await ended;
  });

  it("what a delay still holds back goes on as it ends, in order", async () => {
    const { proxy, socket, heard } = await throughProxy(echo);
    proxy.add(1, { kind: "delay", latency: { dist: "constant", value: 3_600_000_000 } });
    socket.write("a");
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.write("b");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(text(heard)).toBe("");
    proxy.lift(1);
    socket.write("c");
    await until(() => text(heard) === "abc", "what was delayed by an hour");
  });
});

describe("a proxy of calls", () => {
  it("Redis: refuses in order, breaks what must stay unknown, delays", async () => {
    let answers = 0;
    const redis = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => {
        answers += 1;
        socket.write("$-1\r\n");
      });
    });
    const rules = new CallRules();
    const server = redisCalls({ host: HOST, port: await listening(redis) }, rules);
    const port = await listening(server);
    expect((await askStore("redis", port, 1_000)).how).toBe("answered");
    rules.add(1, { kind: "refuse", share: 1, delayMs: 0 });
    expect((await askStore("redis", port, 1_000)).how).toBe("refused");
    expect(answers).toBe(1);
    rules.lift(1);
    rules.add(2, { kind: "timeout_before", share: 1, delayMs: 0 });
    expect((await askStore("redis", port, 1_000)).how).toBe("broken");
    expect(answers).toBe(1);
    rules.lift(2);
    rules.add(3, { kind: "lose_reply", share: 1, delayMs: 0 });
    expect((await askStore("redis", port, 1_000)).how).toBe("broken");
    expect(answers).toBe(2);
    rules.lift(3);
    rules.add(4, { kind: "slow", share: 1, delayMs: 80 });
    expect((await askStore("redis", port, 1_000)).ms).toBeGreaterThanOrEqual(79);
    expect(rules.hits).toBe(4);
  });

  it("S3: 503, silence, a lost reply, a damaged body", async () => {
    let requests = 0;
    const s3 = createHttp((_asked, answer) => {
      requests += 1;
      answer.end("<ListAllMyBucketsResult/>");
    });
    const rules = new CallRules();
    const server = httpCalls({ host: HOST, port: await listening(s3) }, rules);
    closers.push(() => server.closeAllConnections());
    const port = await listening(server);
    const under = async (kind: "refuse" | "timeout_before" | "lose_reply" | "corrupt") => {
      rules.add(1, { kind, share: 1, delayMs: 0 });
      const { how } = await askStore("http", port, 300);
      rules.lift(1);
      return how;
    };
    expect((await askStore("http", port, 1_000)).how).toBe("answered");
    expect(await under("refuse")).toBe("refused");
    expect(await under("timeout_before")).toBe("silent");
    expect(requests).toBe(1);
    expect(await under("lose_reply")).toBe("broken");
    expect(requests).toBe(2);
    expect(await under("corrupt")).toBe("damaged");
  });

  it("S3: what is passed on late is applied whole, though who asked has gone", async () => {
    const stored: string[] = [];
    const s3 = createHttp((asked, answer) => {
      void buffer(asked).then((body) => {
        stored.push(`${asked.method} ${String(asked.headers["x-amz-meta-sha256"])} ${body.length}`);
        answer.end();
      });
    });
    const rules = new CallRules();
    const server = httpCalls({ host: HOST, port: await listening(s3) }, rules);
    closers.push(() => server.closeAllConnections());
    const port = await listening(server);
    rules.add(1, { kind: "apply_late", share: 1, delayMs: 0 });
    const body = Buffer.alloc(300_000, "x");
    const headers = { "content-length": body.length, "x-amz-meta-sha256": "abc" };
    const asked = request({ host: HOST, port, path: "/b/1", method: "PUT", headers, agent: false });
    const ended = new Promise<void>((resolve) => asked.on("error", () => resolve()));
    asked.setTimeout(2_000, () => asked.destroy(new Error("timeout")));
    asked.end(body);
    await ended;
    expect(stored).toEqual([]);
    await until(() => stored.length > 0, "the late call");
    expect(stored).toEqual(["PUT abc 300000"]);
  });
});
