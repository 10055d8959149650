// One at a time across processes: whoever listens on a name that only this machine's kernel keeps (an abstract
// socket of Linux) holds the lock. It is free when its holder lets go or dies, so nobody ever has to break one.
import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 100;

/** `path` only names the lock: no file is written. */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const name = createHash("sha256").update(resolve(path)).digest("hex");
  let held = await listenOn(`\0chatquake-${name}`);
  while (held === undefined) {
    await sleep(POLL_MS);
    held = await listenOn(`\0chatquake-${name}`);
  }
  try {
    return await work();
  } finally {
    held.close();
  }
}

/** Undefined: another one listens there. */
function listenOn(socket: string): Promise<Server | undefined> {
  return new Promise((settle, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") settle(undefined);
      else reject(error);
    });
    server.listen(socket, () => settle(server));
  });
}
