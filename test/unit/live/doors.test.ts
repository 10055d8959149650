// Who is let in at a node's doors, and how many: clients, whoever reads its figures, whoever asks for a fault.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { SUBPROTOCOL } from "../../../server/protocol/version.ts";
import { freePort } from "../../support/live-nodes.ts";
import { MemoryNode } from "../../support/memory-node.ts";
import { WireClient } from "../../support/wire-client.ts";

const nodes: MemoryNode[] = [];

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.stop();
});

async function started(...given: Parameters<typeof MemoryNode.start>): Promise<MemoryNode> {
  const node = await MemoryNode.start(...given);
  nodes.push(node);
  return node;
}

/** Status of a dial that is refused; 101 where it is let in. */
async function dialStatus(node: MemoryNode): Promise<number> {
  const socket = new WebSocket(`ws://${node.address}/v1/ws`, SUBPROTOCOL);
  return new Promise((resolve, reject) => {
    socket.once("unexpected-response", (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.once("open", () => {
      socket.terminate();
      resolve(101);
    });
    socket.once("error", reject);
  });
}

describe("the door for clients", () => {
  it("is full with so many signed in: one more is refused with 503, and counted", async () => {
    const node = await started({}, { clientsMax: 3 });
    const people: WireClient[] = [];
    for (const user of [1, 2, 3])
      people.push(await WireClient.signIn(node.address, await node.token(user)));
    expect(await dialStatus(node)).toBe(503);
    expect(await dialStatus(node)).toBe(503);
    expect(await node.metric('chatquake_clients_refused_total{why="full"}')).toBe(2);
    people[0]!.close();
    await expect.poll(() => dialStatus(node)).toBe(101);
    for (const client of people) client.close();
  });

  it("lets people in while strangers hold all its room: they displace each other", async () => {
    const node = await started({}, { clientsMax: 4 });
    const strangers = [];
    for (let count = 0; count < 4; count += 1) strangers.push(await WireClient.dial(node.address));
    const ann = await WireClient.signIn(node.address, await node.token(1));
    expect(await strangers[0]!.closed()).toBe(1006);
    for (let count = 0; count < 10; count += 1) strangers.push(await WireClient.dial(node.address));
    // Whoever is signed in stays.
    ann.send({ type: "ping" });
    await ann.next("pong");
    expect(await node.metric('chatquake_clients_refused_total{why="displaced"}')).toBe(11);
    ann.close();
    for (const stranger of strangers) stranger.socket.terminate();
  });

  it("reads no more than an opening before `connect` (1009), however it is cut", async () => {
    const node = await started();
    for (const pieces of [1, 16]) {
      const client = await WireClient.dial(node.address);
      const text = "x".repeat(9 * 1024);
      const size = text.length / pieces;
      for (let at = 0; at < pieces; at += 1)
        client.socket.send(text.slice(at * size, (at + 1) * size), { fin: false });
      expect(await client.closed()).toBe(1009);
    }
    const wordy = await WireClient.dial(node.address);
    for (let count = 0; count < 600; count += 1) wordy.send({ type: "ping" });
    expect(await wordy.closed()).toBe(1009);
  });

  it("takes whatever follows `connect` at once, once that is taken", async () => {
    const node = await started();
    const client = await WireClient.dial(node.address);
    client.send({ type: "connect", token: await node.token(1), counter: 1 });
    const logs = Array.from({ length: 1_000 }, (_, at) => [100_000 + at, 200_000, 1] as const);
    for (let page = 0; page < 10; page += 1)
      client.send({ type: "have", logs: logs.map((log) => [...log]), more: page < 9 });
    await client.next("synced");
    client.close();
  });
});

describe("a node's figures", () => {
  it("are for this machine alone where they share the port, and not for a proxy on it", async () => {
    const node = await started({}, { listen: { host: "0.0.0.0", port: 0 } });
    const port = node.address.split(":")[1]!;
    const status = async (host: string, headers = {}): Promise<number> =>
      (await fetch(`http://${host}:${port}/metrics`, { headers })).status;
    expect(await status("127.0.0.1")).toBe(200);
    expect(await status("127.0.0.1", { "x-forwarded-for": "203.0.113.7" })).toBe(403);
    const outside = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .find(({ internal, family }) => !internal && family === "IPv4");
    if (outside !== undefined) expect(await status(outside.address)).toBe(403);
  });

  it("are on their own port, and only there, where one is named", async () => {
    const port = await freePort();
    const node = await started({}, { metricsListen: { host: "127.0.0.1", port } });
    expect((await fetch(`http://${node.address}/metrics`)).status).toBe(404);
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, {
      headers: { "x-forwarded-for": "203.0.113.7" },
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("chatquake_sessions 0");
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(404);
  });
});

describe("fault injection", () => {
  const testToken = randomBytes(16).toString("hex");

  async function slow(node: MemoryNode, headers: Record<string, string>): Promise<number> {
    const answer = await fetch(`http://${node.address}/test/slow`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: '{"factor":1}',
    });
    return answer.status;
  }

  it("is for whoever brings its token, from this machine", async () => {
    const node = await started({}, { testToken });
    const authorization = `Bearer ${testToken}`;
    expect(await slow(node, { authorization })).toBe(200);
    expect(await slow(node, {})).toBe(403);
    expect(await slow(node, { authorization: `Bearer ${"0".repeat(32)}` })).toBe(403);
    expect(await slow(node, { authorization, "x-forwarded-for": "203.0.113.7" })).toBe(403);
  });

  it("is refused where it was not asked for, whatever is brought", async () => {
    const node = await started();
    expect(await slow(node, { authorization: `Bearer ${testToken}` })).toBe(403);
    expect(await slow(node, { authorization: "Bearer " })).toBe(403);
  });
});

describe("sockets that are nobody's", () => {
  it("are dropped beyond what a node can need, and counted", async () => {
    const node = await started({}, { clientsMax: 1 });
    const [host, port] = node.address.split(":") as [string, string];
    let dropped = 0;
    const idle: Socket[] = [];
    // By the hundred: a thousand at once would overflow the accept queue, and wait there for seconds.
    for (let batch = 0; batch < 11; batch += 1) {
      const opened = Array.from({ length: 100 }, () => connect(Number(port), host));
      for (const socket of opened) {
        socket.on("error", () => undefined);
        socket.once("close", () => (dropped += 1));
      }
      idle.push(...opened);
      await Promise.all(opened.map((socket) => once(socket, "connect")));
    }
    await expect.poll(() => dropped, { timeout: 10_000 }).toBe(1_100 - 1_025);
    for (const socket of idle) socket.destroy();
    await expect
      .poll(() => node.metric('chatquake_clients_refused_total{why="sockets"}'))
      .toBeGreaterThanOrEqual(1_100 - 1_025);
  }, 20_000);
});
