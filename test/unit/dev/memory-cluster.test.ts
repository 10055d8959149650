// The messenger of `npm run dev`: three nodes in one process, people who are friends, tokens for the asking.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  type MemoryCluster,
  startMemoryCluster,
  type Ticket,
} from "../../../server/dev/memory-cluster.ts";
import { openTicketDoor } from "../../../server/dev/ticket-door.ts";
import { openLog } from "../../../server/live/logging.ts";
import { freePort } from "../../support/live-nodes.ts";
import { WireClient } from "../../support/wire-client.ts";

let cluster: MemoryCluster | undefined;

afterEach(async () => {
  await cluster?.stop();
  cluster = undefined;
});

async function started(): Promise<MemoryCluster> {
  const ports = [await freePort(), await freePort(), await freePort()];
  cluster = await startMemoryCluster({ ports, people: 3 }, (id) => openLog("silent", id));
  return cluster;
}

describe("npm run dev", () => {
  it("has friends who reach each other over two nodes", async () => {
    const { addresses, ticket } = await started();
    const ann = await WireClient.signIn(addresses.get("node-1")!, (await ticket(1)).token);
    const bea = await WireClient.signIn(addresses.get("node-3")!, (await ticket(2)).token);
    const { friends } = await ann.next("roster");
    expect(friends.map(({ user }) => user)).toEqual([2, 3]);
    const { chat, keyVersion, key } = friends[0]!;
    expect(Buffer.from(String(key), "base64")).toHaveLength(32);
    const body = Buffer.from("sealed by the device").toString("base64");
    const sentAt = Date.now();
    ann.send({ type: "send", chat, n: 1, sentAt, kind: "text", keyVersion, body });
    await ann.next("sent");
    expect(await bea.next("message")).toMatchObject({ chat, from: 1, n: 1, body });
    ann.close();
    bea.close();
  });

  it("hands out tokens, each with a device of its own, to those that there are", async () => {
    const { addresses, ticket } = await started();
    const door = await openTicketDoor(0, 3, ticket);
    const { port } = door.address() as AddressInfo;
    const get = (path: string, init?: RequestInit) =>
      fetch(`http://127.0.0.1:${port}${path}`, init);
    const given = (await (await get("/ticket/3")).json()) as Ticket;
    expect(given.user).toBe(3);
    expect(given.device).not.toBe(((await (await get("/ticket/3")).json()) as Ticket).device);
    (await WireClient.signIn(addresses.get("node-2")!, given.token)).close();
    for (const path of ["/ticket/4", "/ticket/0", "/ticket/01", "/ticket/", "/"])
      expect((await get(path)).status).toBe(404);
    expect((await get("/ticket/1", { method: "POST" })).status).toBe(404);
    const headers = { "x-forwarded-for": "203.0.113.7" };
    expect((await get("/ticket/1", { headers })).status).toBe(403);
    door.close();
    await once(door, "close");
  });

  it("says so where a port is taken, and leaves nothing running", async () => {
    const port = await freePort();
    const ports = [await freePort(), port, port];
    const starting = startMemoryCluster({ ports, people: 2 }, (id) => openLog("silent", id));
    await expect(starting).rejects.toThrow("EADDRINUSE");
    cluster = await startMemoryCluster({ ports: ports.slice(0, 2), people: 2 }, (id) =>
      openLog("silent", id),
    );
  });
});
