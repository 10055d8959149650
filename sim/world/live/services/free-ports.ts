// Ports that nobody listens on, at the standard number where that is free. They lie below the range from which
// the system draws ports of outgoing connections: a service that was killed must find its port free again.
import { createServer } from "node:net";

const FIRST = 15_000;
const LAST = 32_000;

async function isFree(port: number, hosts: readonly string[]): Promise<boolean> {
  for (const host of hosts) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(false));
      server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
    });
    if (!free) return false;
  }
  return true;
}

export class FreePorts {
  private readonly taken = new Set<number>();
  private next: number;

  /** Two that look at once start at different places. */
  constructor(seed: number) {
    this.next = FIRST + (seed % (LAST - FIRST));
  }

  /** A port free on all of the hosts; `preferred` if that is one. */
  async take(hosts: readonly string[], preferred?: number): Promise<number> {
    if (preferred !== undefined && (await this.tryTake(preferred, hosts))) return preferred;
    for (let tried = FIRST; tried < LAST; tried += 1) {
      const port = this.next;
      this.next = port + 1 < LAST ? port + 1 : FIRST;
      if (await this.tryTake(port, hosts)) return port;
    }
    throw new Error(`no free port from ${FIRST} to ${LAST}`);
  }

  private async tryTake(port: number, hosts: readonly string[]): Promise<boolean> {
    if (this.taken.has(port) || !(await isFree(port, hosts))) return false;
    this.taken.add(port);
    return true;
  }
}
