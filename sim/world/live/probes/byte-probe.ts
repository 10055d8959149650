// Whether a fault on bytes bites: tried on a proxy before an echo of our own, in each of its ways.
import { connect, createServer, type Server, type Socket } from "node:net";
import type { Fault } from "../../../scenario/types.ts";
import type { ByteRule } from "../proxies/messages.ts";
import type { ProxyControl } from "../proxies/proxy-control.ts";

const NAME = "probe>echo";
const HOST = "127.0.0.1";
const SILENT_MS = 300;
const BACK_MS = 5_000;
const DELAY_US = 120_000;
const SLOW_BYTES = 20_000;
const SLOW_BYTES_PER_S = 100_000;

export type ByteFault = "cut" | "one_way" | "stall" | "isolate" | "delay" | "throttle" | "reset";

export function isByteFault(kind: Fault["kind"]): kind is ByteFault {
  return ["cut", "one_way", "stall", "isolate", "delay", "throttle", "reset"].includes(kind);
}

/** Names of those that do nothing. */
export async function withoutBite(
  proxies: ProxyControl,
  kinds: readonly ByteFault[],
): Promise<readonly string[]> {
  const echo = createServer((socket) => socket.on("error", () => undefined).pipe(socket));
  const target = { host: HOST, port: await listen(echo) };
  const port = await proxies.open({ name: NAME, target, speech: "plain", calls: false });
  const failed: string[] = [];
  try {
    for (const kind of kinds) if (!(await bites(proxies, port, kind))) failed.push(kind);
  } finally {
    echo.close();
  }
  return failed;
}

async function bites(proxies: ProxyControl, port: number, kind: ByteFault): Promise<boolean> {
  switch (kind) {
    case "cut":
    case "isolate":
      return holds(proxies, port, { kind: "hold", way: "both", resent: true });
    case "stall":
      return holds(proxies, port, { kind: "hold", way: "both", resent: false });
    case "one_way":
      return (
        (await holds(proxies, port, { kind: "hold", way: "up", resent: true })) &&
        (await holds(proxies, port, { kind: "hold", way: "down", resent: true }))
      );
    case "delay": {
      const rule: ByteRule = { kind: "delay", latency: { dist: "constant", value: DELAY_US } };
      // Once on the way there, once on the way back.
      return (await roundTripUnder(proxies, port, rule, 1)) >= (2 * DELAY_US * 0.9) / 1000;
    }
    case "throttle": {
      const rule: ByteRule = { kind: "throttle", bytesPerS: SLOW_BYTES_PER_S };
      const leastMs = (SLOW_BYTES / SLOW_BYTES_PER_S) * 1000;
      return (await roundTripUnder(proxies, port, rule, SLOW_BYTES)) >= leastMs * 0.7;
    }
    case "reset": {
      const socket = await dial(port);
      const broken = new Promise<boolean>((resolve) => {
        socket.on("close", () => resolve(true));
        setTimeout(() => resolve(false), BACK_MS);
      });
      await echoed(socket, 1, BACK_MS);
      await proxies.reset([NAME]);
      return broken;
    }
  }
}

/** Silent while the rule is in force, alive again behind it. */
async function holds(proxies: ProxyControl, port: number, rule: ByteRule): Promise<boolean> {
  const socket = await dial(port);
  try {
    if (!(await echoed(socket, 1, BACK_MS))) return false;
    const lift = await proxies.bytes([NAME], rule);
    const passed = await echoed(socket, 1, SILENT_MS);
    await lift();
    return !passed && (await echoed(socket, 1, BACK_MS));
  } finally {
    socket.destroy();
  }
}

async function roundTripUnder(
  proxies: ProxyControl,
  port: number,
  rule: ByteRule,
  bytes: number,
): Promise<number> {
  const socket = await dial(port);
  const lift = await proxies.bytes([NAME], rule);
  const startedMs = performance.now();
  const back = await echoed(socket, bytes, BACK_MS);
  const ms = performance.now() - startedMs;
  await lift();
  socket.destroy();
  return back ? ms : 0;
}

/** Whether that many bytes, sent now, are back in time; bytes held before come first and count as well. */
function echoed(socket: Socket, bytes: number, patienceMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    let left = bytes;
    const end = (came: boolean): void => {
      clearTimeout(late);
      socket.off("data", take);
      resolve(came);
    };
    const take = (piece: Buffer): void => {
      left -= piece.length;
      if (left <= 0) end(true);
    };
    const late = setTimeout(() => end(false), patienceMs);
    socket.on("data", take);
    socket.write(Buffer.alloc(bytes, 1));
  });
}

function dial(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, noDelay: true }, () => resolve(socket));
    socket.on("error", reject);
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no TCP address");
      resolve(address.port);
    });
  });
}
