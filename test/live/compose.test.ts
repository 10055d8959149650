// docker compose up: the nodes' own image, real stores, a balancer in front. People speak through the balancer, a
// node's container is killed, and its people come back on another. Where no engine is, that is said aloud.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Compose } from "../../sim/world/live/services/compose.ts";
import { FreePorts } from "../../sim/world/live/services/free-ports.ts";
import { whyNoContainers } from "../support/containers.ts";
import { signedToken } from "../../server/dev/signed-token.ts";
import { WireClient } from "../support/wire-client.ts";

const IMAGES = [
  "redis:7",
  "cassandra:5.0",
  "chrislusf/seaweedfs:4.48",
  "haproxy:3.0",
  "node:20-slim",
];
const NODES = ["node-1", "node-2", "node-3"];
const COME_BACK_MS = 30_000;

const reason = whyNoContainers(IMAGES, { compose: true });

describe.skipIf(reason !== undefined)("docker compose up", () => {
  const tokenKey = randomBytes(32);
  let compose: Compose;
  let image: string;
  let balancer: string;

  beforeAll(async () => {
    const project = `chatquake-test-${randomBytes(4).toString("hex")}`;
    image = `${project}-node`;
    const dockerfile = "server/live/Dockerfile";
    const build = ["build", "--quiet", "--network", "host", "--file", dockerfile, "--tag", image];
    execFileSync("docker", [...build, "."], { stdio: ["ignore", "ignore", "inherit"] });
    const free = new FreePorts(process.pid * 83);
    const port = async (): Promise<string> => String(await free.take(["127.0.0.1"]));
    const variables = {
      CHATQUAKE_PORT: await port(),
      CHATQUAKE_REDIS_PORT: await port(),
      CHATQUAKE_CASSANDRA_PORT: await port(),
      CHATQUAKE_S3_PORT: await port(),
      CHATQUAKE_TOKEN_KEY: tokenKey.toString("hex"),
      CHATQUAKE_NODE_IMAGE: image,
    };
    compose = new Compose(project, variables, process.env);
    balancer = `127.0.0.1:${variables.CHATQUAKE_PORT}`;
    await compose.run("up", "--detach", "--wait", "--no-build");
  });

  afterAll(async () => {
    await compose.run("down", "--volumes", "--timeout", "0");
    await compose.docker("image", "rm", "--force", image);
  });

  /** Sessions of each node, as it counts them itself. */
  async function sessions(): Promise<readonly number[]> {
    const program =
      "fetch('http://127.0.0.1:7421/metrics').then((r) => r.text()).then((t) => console.log(t))";
    const texts = NODES.map((node) => compose.run("exec", "-T", node, "node", "-e", program));
    return (await Promise.all(texts)).map((text) =>
      Number(/^chatquake_sessions (\d+)$/m.exec(text)?.[1] ?? "NaN"),
    );
  }

  async function signIn(user: number, counter = 1): Promise<WireClient> {
    const token = await signedToken(tokenKey, user, 90_000 + user, 1_700_000_000_000);
    return WireClient.signIn(balancer, token, counter);
  }

  /** Until the balancer has noticed whom it must not ask. */
  async function comeBack(user: number): Promise<WireClient> {
    const giveUpAt = performance.now() + COME_BACK_MS;
    for (let counter = 2; ; counter += 1) {
      try {
        return await signIn(user, counter);
      } catch (error) {
        if (performance.now() > giveUpAt) throw error;
        await sleep(200);
      }
    }
  }

  function text(chat: number, n: number) {
    const body = Buffer.from(`message ${n}`).toString("base64");
    return {
      type: "send" as const,
      chat,
      n,
      sentAt: Date.now(),
      kind: "text" as const,
      keyVersion: 1,
      body,
    } as const;
  }

  it("carries messages through the balancer from one node to another, and people back after a kill", async () => {
    const ann = await signIn(1);
    const held = (await sessions()).indexOf(1);
    const bob = await signIn(2);
    const both = await sessions();
    // Fewest connections first: two people, two nodes.
    expect(both.toSorted()).toEqual([0, 1, 1]);
    const [annsNode, bobsNode] = [held, both.findIndex((count, at) => count === 1 && at !== held)];

    ann.send({ type: "befriend", user: 2 });
    await bob.next("roster", (roster) => roster.requests.includes(1));
    bob.send({ type: "accept", user: 1 });
    const { friends } = await ann.next("roster", (roster) => roster.friends.length === 1);
    const chat = friends[0]!.chat;
    ann.send(text(chat, 1));
    expect(await ann.next("sent")).toEqual({ type: "sent", chat, n: 1 });
    expect(await bob.next("message")).toMatchObject({ chat, n: 1, from: 1 });

    await compose.run("kill", "--signal", "SIGKILL", NODES[bobsNode]!);
    await bob.closed();
    ann.send(text(chat, 2));
    expect(await ann.next("sent")).toEqual({ type: "sent", chat, n: 2 });
    const back = await comeBack(2);
    const messages = back.heard.filter((frame) => frame.type === "message");
    expect(messages.map(({ n }) => n)).toEqual([1, 2]);
    back.send(text(chat, 1));
    expect(await ann.next("message")).toMatchObject({ chat, n: 1, from: 2 });
    expect(annsNode).not.toBe(bobsNode);
    ann.close();
    back.close();

    await compose.run("up", "--detach", "--wait", "--no-build", NODES[bobsNode]!);
    expect((await sessions())[bobsNode]).toBe(0);
  });

  it("shows clients what they need and nothing of the inside", async () => {
    const status = async (path: string): Promise<number> =>
      (await fetch(`http://${balancer}${path}`)).status;
    expect(await status("/ready")).toBe(200);
    for (const path of ["/metrics", "/%6detrics", "/test/slow", "/v1/link"])
      expect(await status(path), path).toBe(404);
  });

  it("runs a node as nobody special, without the packages of development", async () => {
    expect((await compose.run("exec", "-T", "node-1", "id", "-un")).trim()).toBe("node");
    const packages = await compose.run("exec", "-T", "node-1", "ls", "node_modules");
    expect(packages.split("\n")).toContain("fastify");
    for (const name of ["typescript", "vitest", "testcontainers"])
      expect(packages.split("\n")).not.toContain(name);
  });
});

it.skipIf(reason === undefined)("says aloud why docker compose was not run", () => {
  console.warn(`docker compose up: ${reason}`);
  expect(reason).toMatch(/^not run: /);
});
