// Ports for services: free on every host asked for, never the same twice, and never where the system draws the
// ports of outgoing connections.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { FreePorts } from "../../../sim/world/live/services/free-ports.ts";

it("takes no port twice, and none that somebody listens on", async () => {
  const first = new FreePorts(7);
  const port = await first.take(["127.0.0.1"]);
  const next = await first.take(["127.0.0.1"]);
  expect(next).not.toBe(port);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.2", resolve));
  const second = new FreePorts(7);
  expect(await second.take(["127.0.0.1", "127.0.0.2"], port)).not.toBe(port);
  await new Promise((resolve) => server.close(resolve));
});

it("takes the preferred one where it is free", async () => {
  const free = await new FreePorts(11).take(["127.0.0.1"]);
  expect(await new FreePorts(5_000).take(["127.0.0.1"], free)).toBe(free);
});

it("stays below the ports of outgoing connections", async () => {
  const range = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8");
  const lowest = Number(range.split(/\s/)[0]);
  expect(await new FreePorts(16_999).take(["127.0.0.1"])).toBeLessThan(lowest);
});
