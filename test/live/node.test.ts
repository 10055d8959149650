// Two node processes on real stores: what a client sees of them.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RosterFriend } from "../../server/protocol/frames.ts";
import { freePort, LiveCluster, type LiveNode, TEST_TOKEN } from "../support/live-nodes.ts";
import { sharedServices } from "../support/live-services.ts";
import { WireClient } from "../support/wire-client.ts";

let cluster: LiveCluster;
let first: LiveNode;
let second: LiveNode;
let people = 1_000;

beforeAll(async () => {
  cluster = await LiveCluster.of(await sharedServices(), ["node-1", "node-2"]);
  [first, second] = await Promise.all([cluster.start("node-1"), cluster.start("node-2")]);
  await linked(first);
});

afterAll(async () => {
  await cluster.stop();
});

/** What nodes tell each other at once is lost while their link is down. */
async function linked(node: LiveNode): Promise<void> {
  await until(async () => {
    const metrics = await (await fetch(`http://${node.address}/metrics`)).text();
    return metrics.includes("chatquake_links_up 1");
  });
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error("it did not happen within 20 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Person {
  readonly user: number;
  readonly device: number;
  readonly token: string;
}

async function newPerson(): Promise<Person> {
  const user = (people += 1);
  const device = 5_000_000 + user;
  return { user, device, token: await cluster.token(user, device) };
}

/** Two signed-in people, friends, each on a node of its own. */
async function friends() {
  const ann = await newPerson();
  const bob = await newPerson();
  const annAt = await WireClient.signIn(first.address, ann.token);
  const bobAt = await WireClient.signIn(second.address, bob.token);
  annAt.send({ type: "befriend", user: bob.user });
  await bobAt.next("roster", (frame) => frame.requests.includes(ann.user));
  bobAt.send({ type: "accept", user: ann.user });
  const isFriend = (frame: { readonly friends: readonly RosterFriend[] }) =>
    frame.friends.length === 1;
  const [friend] = (await bobAt.next("roster", isFriend)).friends;
  await annAt.next("roster", isFriend);
  return { ann, bob, annAt, bobAt, chat: friend!.chat, key: friend!.key };
}

function text(chat: number, n: number) {
  const body = Buffer.from(`message ${n} of ${chat}`).toString("base64");
  return { type: "send", chat, n, sentAt: Date.now(), kind: "text", keyVersion: 1, body } as const;
}

describe("two nodes", () => {
  it("carry a message, its reading and its receipt from one to the other", async () => {
    const { ann, annAt, bobAt, chat } = await friends();
    const message = text(chat, 1);
    annAt.send(message);
    expect(await annAt.next("sent")).toEqual({ type: "sent", chat, n: 1 });
    const got = await bobAt.next("message");
    expect(got).toMatchObject({ chat, n: 1, from: ann.user, device: ann.device });
    expect(got.body).toBe(message.body);
    bobAt.send({ type: "received", chat, device: ann.device, n: 1 });
    const readAt = Date.now();
    bobAt.send({ type: "read", chat, device: ann.device, n: 1, readAt });
    await bobAt.next("read-ok");
    expect(await annAt.next("receipt")).toEqual({
      type: "receipt",
      chat,
      device: ann.device,
      n: 1,
      readAt,
    });
    annAt.send({ type: "receipt-ok", chat, device: ann.device, n: 1 });
    annAt.close();
    bobAt.close();
  });

  it("keep what comes while one is away, and show it in order when it is back", async () => {
    const { ann, bob, annAt, bobAt, chat } = await friends();
    bobAt.close();
    for (let n = 1; n <= 20; n += 1) annAt.send(text(chat, n));
    await annAt.next("sent", (frame) => frame.n === 20);
    const back = await WireClient.signIn(first.address, bob.token, 2);
    const messages = back.heard.filter((frame) => frame.type === "message");
    expect(messages.map((frame) => frame.n)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(messages.every((frame) => frame.from === ann.user)).toBe(true);
    annAt.close();
    back.close();
  });

  it("close the older of two connections of one user with 4409, naming the newer device", async () => {
    const { ann, annAt } = await friends();
    const newer = await WireClient.signIn(second.address, await cluster.token(ann.user, 777));
    expect(await annAt.closed()).toBe(4409);
    expect(annAt.closeReason).toMatch(/777$/);
    newer.close();
  });

  it("go on when one is killed: its people come back on the other", async () => {
    const { ann, bob, annAt, bobAt, chat } = await friends();
    annAt.send(text(chat, 1));
    await bobAt.next("message");
    second.kill("SIGKILL");
    expect(await second.ended).toBe("SIGKILL");
    expect(await bobAt.closed()).toBe(1006);
    annAt.send(text(chat, 2));
    await annAt.next("sent", (frame) => frame.n === 2);
    const back = await WireClient.dial(first.address);
    back.send({ type: "connect", token: bob.token, counter: 2 });
    back.send({ type: "have", logs: [[chat, ann.device, 1]], more: false });
    expect((await back.next("message")).n).toBe(2);
    second = await cluster.start("node-2");
    await linked(first);
    annAt.close();
    back.close();
  });
});

describe("blobs over HTTP", () => {
  const bytes = randomBytes(300_000);
  const sha256 = createHash("sha256").update(bytes).digest("hex");

  async function put(
    at: LiveNode,
    token: string,
    chat: number | string,
    blob: string,
    body: Buffer = bytes,
  ): Promise<Response> {
    return fetch(`http://${at.address}/blobs/${blob}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "x-chat": String(chat), "x-sha256": sha256 },
      body: new Uint8Array(body),
    });
  }

  it("are stored through one node, named in a message, and read through the other", async () => {
    const { ann, bob, annAt, bobAt, chat } = await friends();
    const blob = randomBytes(16).toString("hex");
    expect((await put(first, ann.token, chat, blob)).status).toBe(201);
    expect((await put(second, ann.token, chat, blob)).status).toBe(200);
    annAt.send({ ...text(chat, 1), kind: "image", url: blob, thumbnail: "AAAA" });
    expect((await bobAt.next("message")).url).toBe(blob);
    const got = await fetch(`http://${second.address}/blobs/${blob}`, {
      headers: { authorization: `Bearer ${bob.token}` },
    });
    expect(got.status).toBe(200);
    expect(got.headers.get("x-sha256")).toBe(sha256);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    annAt.close();
    bobAt.close();
  });

  it("are for the two of their chat, and only as they were announced", async () => {
    const { ann, annAt, bobAt, chat } = await friends();
    const stranger = await newPerson();
    const blob = randomBytes(16).toString("hex");
    expect((await put(first, "no-token", chat, blob)).status).toBe(401);
    expect((await put(first, stranger.token, chat, blob)).status).toBe(403);
    expect((await put(first, ann.token, chat, "name")).status).toBe(400);
    expect((await put(first, ann.token, 0, blob)).status).toBe(400);
    expect((await put(first, ann.token, "0x1f", blob)).status).toBe(400);
    const other = Buffer.from(bytes);
    other[0]! ^= 1;
    expect((await put(first, ann.token, chat, blob, other)).status).toBe(503);
    expect((await put(first, ann.token, chat, blob)).status).toBe(201);
    const unread = await fetch(`http://${first.address}/blobs/${blob}`, {
      headers: { authorization: `Bearer ${stranger.token}` },
    });
    expect(unread.status).toBe(403);
    annAt.close();
    bobAt.close();
  });
});

describe("a node process", () => {
  it("says how it is: health, readiness and metrics", async () => {
    const get = (path: string) => fetch(`http://${first.address}${path}`);
    expect(await (await get("/health")).json()).toEqual({ alive: true });
    expect(await (await get("/ready")).json()).toEqual({ ready: true, why: "" });
    const metrics = await (await get("/metrics")).text();
    for (const name of [
      'chatquake_store_calls_total{port="messages",call="append",outcome="ok"}',
      'chatquake_frames_total{direction="in",type="connect"}',
      "chatquake_sessions ",
      "chatquake_links_up 1",
      "nodejs_eventloop_lag_p99_seconds ",
      "process_cpu_seconds_total ",
      "process_resident_memory_bytes ",
    ])
      expect(metrics).toContain(name);
  });

  it("logs no token and no key", () => {
    for (const node of [first, second])
      expect(node.log()).not.toMatch(/eyJ|"token"|"authorization"/);
  });

  it("dies at a crash point that was armed, and not before", async () => {
    const { annAt, chat } = await friends();
    const armed = await fetch(`http://${first.address}/test/crash-point`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${TEST_TOKEN}` },
      body: JSON.stringify({ point: "send:append/raiseSent", count: 2 }),
    });
    expect(armed.status).toBe(200);
    for (const n of [1, 2]) {
      annAt.send(text(chat, n));
      await annAt.next("sent", (frame) => frame.n === n);
    }
    annAt.send(text(chat, 3));
    expect(await first.ended).toBe("SIGKILL");
    first = await cluster.start("node-1");
    await linked(first);
  });

  it("takes SIGHUP for a rotation, not for its end, while it is starting too", async () => {
    const closed = await freePort();
    const child = spawn(process.execPath, ["dist/server/live/main.js"], {
      env: {
        ...cluster.environment("node-1"),
        CHATQUAKE_REDIS_URL: `redis://127.0.0.1:${closed}`,
        CHATQUAKE_START_PATIENCE_MS: "4000",
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (text: Buffer) => (said += text.toString()));
    const ended = once(child, "exit");
    await until(async () => said.includes('"up":false'));
    child.kill("SIGHUP");
    expect(await ended).toEqual([115, null]);
    expect(said).toContain("Redis does not answer");
    first.kill("SIGHUP");
    await until(async () => first.log().includes("master keys read again"));
  });

  it("drains on SIGTERM: says so, lets everyone go, ends with 0", async () => {
    const { annAt } = await friends();
    second.kill("SIGTERM");
    first.kill("SIGTERM");
    await annAt.next("going-away");
    annAt.close();
    expect(await first.ended).toBe(0);
    expect(await second.ended).toBe(0);
  });
});
