// The figures on a port of their own, for whoever gathers them from elsewhere: nothing else is there.
import { createServer, type Server } from "node:http";
import type { Log } from "./logging.ts";
import type { NodeMetrics } from "./metrics.ts";

const SOCKETS_MAX = 64;
const REQUEST_MS = 10_000;

export async function openMetricsDoor(
  { host, port }: { readonly host: string; readonly port: number },
  { registry }: NodeMetrics,
  log: Log,
): Promise<Server> {
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "content-type": registry.contentType }).end(text),
      (error: unknown) => {
        log.error({ err: error }, "the metrics could not be read");
        response.writeHead(500).end();
      },
    );
  });
  server.maxConnections = SOCKETS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return server;
}
