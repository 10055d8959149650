// One port for everything: HTTP (blobs, health, metrics, fault injection) and the upgrades to WebSockets.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { fastify, type FastifyInstance } from "fastify";
import type { BlobRoutes } from "./blob-routes.ts";
import { refuseUpgrade } from "./client-sockets.ts";
import { isLocal } from "./local-only.ts";
import type { Log } from "./logging.ts";
import type { NodeMetrics } from "./metrics.ts";
import { refuseTestControl, type TestControl } from "./test-control.ts";
import { TRANSFER_MS_MAX } from "./transfer-limits.ts";

/** Bodies of control requests; blobs are streamed and have a limit of their own. */
const BODY_BYTES_MAX = 64 * 1024;
/** A whole request, the slowest upload included, which its own door ends before this. */
const REQUEST_MS = TRANSFER_MS_MAX + 60_000;
const HEADERS_MS = 10_000;
const HEADER_BYTES_MAX = 16 * 1024;
const KEEP_ALIVE_MS = 10_000;
/** Sockets beside those of clients: uploads, downloads, links, health checks. One more is dropped. */
const OTHER_SOCKETS_MAX = 1_024;
/** Another node's health check reads this, and a balancer. */
export interface Readiness {
  readonly ready: boolean;
  readonly why: string;
}

export interface Upgrade {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

export interface HttpDoors {
  readonly blobs: BlobRoutes;
  readonly metrics: NodeMetrics;
  /** The figures have a port of their own. */
  readonly metricsElsewhere: boolean;
  readonly clientsMax: number;
  /** Undefined: fault injection is refused. */
  readonly testControl: TestControl | undefined;
  readonly clients: Upgrade;
  readonly links: Upgrade;
  readonly readiness: () => Readiness;
  /** Clients may come: before that their upgrades are refused. */
  readonly takesClients: () => boolean;
  readonly log: Log;
}

export function openHttp(doors: HttpDoors): FastifyInstance {
  const { log, readiness, metrics } = doors;
  const app = fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    http: { headersTimeout: HEADERS_MS, maxHeaderSize: HEADER_BYTES_MAX },
  });
  // Whatever a handler throws is a defect: it ends here.
  app.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error }, "an HTTP request failed");
    return reply.code(status).send({ code: status >= 500 ? "internal" : error.message });
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ code: "not-found" }));
  app.get("/health", () => ({ alive: true }));
  app.get("/ready", (_request, reply) => {
    const now = readiness();
    return reply.code(now.ready ? 200 : 503).send(now);
  });
  if (!doors.metricsElsewhere)
    app.get("/metrics", async (request, reply) => {
      if (!isLocal(request.raw))
        return reply.code(403).send({ code: "not-here: set CHATQUAKE_METRICS_LISTEN" });
      const { registry } = metrics;
      return reply.header("content-type", registry.contentType).send(await registry.metrics());
    });
  app.register((scope, _options, done) => {
    // A body here is a blob on its way: handed on as a stream, whatever it says to be.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    doors.blobs.routes(scope);
    done();
  });
  if (doors.testControl === undefined) refuseTestControl(app);
  else doors.testControl.open(app);
  app.server.maxConnections = doors.clientsMax + OTHER_SOCKETS_MAX;
  app.server.on("drop", () => metrics.refused("sockets"));
  app.server.on("upgrade", (request, socket, head) => upgrade(doors, request, socket, head));
  return app;
}

function upgrade(doors: HttpDoors, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  // Until somebody takes it over, a broken socket is nobody's error.
  socket.on("error", () => socket.destroy());
  const path = (request.url ?? "").split("?", 1)[0];
  if (path === "/v1/link") doors.links.upgrade(request, socket, head);
  else if (path !== "/v1/ws") refuseUpgrade(socket, 404, "WebSockets are on /v1/ws");
  else if (!doors.takesClients()) {
    doors.metrics.refused("not-ready");
    refuseUpgrade(socket, 503, "not ready yet");
  } else doors.clients.upgrade(request, socket, head);
}
