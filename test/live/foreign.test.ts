// A client in another language, written from the published document alone, against real node processes.
import { execFileSync } from "node:child_process";
import { createDecipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { MessageFrame } from "../../server/protocol/frames.ts";
import { sealAdditionalData, sealNonce, TAG_BYTES } from "../../server/protocol/sealing.ts";
import { ForeignClient, python } from "../support/foreign-client.ts";
import { LiveCluster, type LiveNode } from "../support/live-nodes.ts";
import { sharedServices } from "../support/live-services.ts";
import { WireClient } from "../support/wire-client.ts";

const CLIENT = "test/live/foreign/client.py";
const LINES_MAX = 200;

let interpreter: string;
let cluster: LiveCluster;
let first: LiveNode;
let second: LiveNode;
let people = 9_000;
const clients: ForeignClient[] = [];

beforeAll(async () => {
  interpreter = python();
  cluster = await LiveCluster.of(await sharedServices(), ["node-1", "node-2"]);
  [first, second] = await Promise.all([cluster.start("node-1"), cluster.start("node-2")]);
});

afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
});

afterAll(async () => {
  await cluster.stop();
});

/** Until the nodes know each other again: hints between them, as of a friend's request, may be lost before. */
async function linked(at: LiveNode): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`http://${at.address}/metrics`)).text();
    if (metrics.includes("chatquake_links_up 1")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function signIn(at: LiveNode) {
  const user = (people += 1);
  const device = 70_000_000_000_000 + user;
  const token = await cluster.token(user, device);
  const client = new ForeignClient(interpreter, at.address, token);
  clients.push(client);
  await client.next("synced");
  return { user, device, client };
}

type Friend = { readonly user: number; readonly chat: number };
const holds = (user: number) => (roster: object) =>
  "friends" in roster &&
  (roster.friends as readonly Friend[]).some((friend) => friend.user === user);

async function friends() {
  const ann = await signIn(first);
  const bob = await signIn(second);
  ann.client.tell({ type: "befriend", user: bob.user });
  await bob.client.next("roster", (roster) => (roster["requests"] as number[]).includes(ann.user));
  bob.client.tell({ type: "accept", user: ann.user });
  await ann.client.next("roster", holds(bob.user));
  const roster = await bob.client.next("roster", holds(ann.user));
  return { ann, bob, chat: (roster["friends"] as readonly Friend[])[0]!.chat };
}

describe("a client in Python, from the document alone", () => {
  it(`has at most ${LINES_MAX} lines`, () => {
    expect(readFileSync(CLIENT, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(
      LINES_MAX,
    );
  });

  it("seals the worked example as the document shows it, and opens it again", () => {
    const document = parse(readFileSync("server/protocol/asyncapi.yaml", "utf8")) as {
      readonly "x-sealing": { readonly messageVector: Readonly<Record<string, unknown>> };
    };
    const { messageVector } = document["x-sealing"];
    const program =
      "import json, sys, client as c\n" +
      "v = json.loads(sys.argv[1])\n" +
      "nonce, data = c.nonce_and_data(v)\n" +
      "print(json.dumps([nonce.hex(), data.hex(), c.seal(v['key'], v, v['plaintext']),\n" +
      "  c.unseal(v['key'], v, v['body']), c.unseal(v['key'], {**v, 'n': v['n'] + 1}, v['body'])]))";
    const output = execFileSync(interpreter, ["-c", program, JSON.stringify(messageVector)], {
      encoding: "utf8",
      env: { PYTHONPATH: "test/live/foreign", PYTHONDONTWRITEBYTECODE: "1" },
    });
    const { nonce, additionalData, body, plaintext } = messageVector;
    expect(JSON.parse(output)).toEqual([nonce, additionalData, body, plaintext, "(damaged)"]);
  });

  it("befriends, sends, receives, reads, and gets the receipt", async () => {
    const { ann, bob, chat } = await friends();
    ann.client.tell({ type: "send", user: bob.user, text: "grüß dich" });
    await ann.client.next("sent", (sent) => sent["chat"] === chat && sent["n"] === 1);
    const got = await bob.client.next("message");
    expect(got).toMatchObject({ chat, from: ann.user, device: ann.device, n: 1, kind: "text" });
    expect(got["text"]).toBe("grüß dich");
    bob.client.tell({ type: "read", chat, device: ann.device, n: 1 });
    await bob.client.next("read-ok");
    expect(await ann.client.next("receipt")).toMatchObject({ chat, device: ann.device, n: 1 });
    bob.client.tell({ type: "send", user: ann.user, text: "dich auch" });
    const answer = await ann.client.next("message");
    expect(answer).toMatchObject({ from: bob.user, n: 1, text: "dich auch" });
    expect(answer["sentAt"]).toBeGreaterThan(got["sentAt"] as number);
    expect([ann.client.left("refused"), bob.client.left("refused")]).toEqual([[], []]);
    expect(ann.client.errors + bob.client.errors).toBe("");
  });

  it("loses nothing and shows nothing twice when its node is killed and comes back", async () => {
    const { ann, bob } = await friends();
    ann.client.tell({ type: "send", user: bob.user, text: "1" });
    await bob.client.next("message");
    second.kill("SIGKILL");
    await bob.client.next("closed");
    for (const text of ["2", "3", "4"]) ann.client.tell({ type: "send", user: bob.user, text });
    await ann.client.next("sent", (sent) => sent["n"] === 4);
    second = await cluster.start("node-2");
    await linked(second);
    for (const text of ["2", "3", "4"])
      expect((await bob.client.next("message"))["text"]).toBe(text);
    await bob.client.next("synced");
    expect(bob.client.left("message")).toEqual([]);
  });

  it("goes on sending what its own node had not confirmed when it died", async () => {
    const { ann, bob } = await friends();
    first.kill("SIGKILL");
    await ann.client.next("closed");
    for (const text of ["1", "2"]) ann.client.tell({ type: "send", user: bob.user, text });
    first = await cluster.start("node-1");
    await linked(first);
    for (const text of ["1", "2"]) expect((await bob.client.next("message"))["text"]).toBe(text);
    await ann.client.next("sent", (sent) => sent["n"] === 2);
  });

  it("is understood by a client of ours: the ciphertext opens under the same layouts", async () => {
    const { ann, bob, chat } = await friends();
    await bob.client.end();
    const mine = await WireClient.signIn(second.address, await cluster.token(bob.user, 4_711));
    ann.client.tell({ type: "send", user: bob.user, text: "plain words" });
    const message = (await mine.next("message")) as unknown as MessageFrame & { body: string };
    const roster = mine.heard.find(
      (frame) => frame.type === "roster" && holds(ann.user)({ ...frame }),
    );
    const friend = roster?.type === "roster" ? roster.friends[0] : undefined;
    expect(friend?.chat).toBe(chat);
    const place = { ...message, part: 0 } as const;
    const sealed = Buffer.from(message.body, "base64");
    const key = Buffer.from(friend!.key, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, sealNonce(place));
    decipher.setAAD(sealAdditionalData(place));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
    expect(Buffer.concat([plain, decipher.final()]).toString()).toBe("plain words");
    mine.close();
  });

  it("stays away when the same person signs in elsewhere", async () => {
    const ann = await signIn(first);
    const elsewhere = await WireClient.signIn(second.address, await cluster.token(ann.user, 88));
    expect((await ann.client.next("closed"))["code"]).toBe(4409);
    elsewhere.close();
  });
});
