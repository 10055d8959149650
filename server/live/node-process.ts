// One live node put together: the messenger on its ports, with doors for clients, peers and HTTP. Which
// stores stand behind the ports is whoever starts it to say.
import type { AddressInfo } from "node:net";
import { createNode, type MessengerNode } from "../core/node.ts";
import type { Random } from "../ports/random.ts";
import type { Tokens } from "../ports/tokens.ts";
import { BlobRoutes } from "./blob-routes.ts";
import { ClientSockets } from "./client-sockets.ts";
import { liveClock, noSkew } from "./clock.ts";
import type { LiveConfig } from "./config.ts";
import { openHttp, type Readiness } from "./http.ts";
import { liveTrace } from "./live-trace.ts";
import type { Log } from "./logging.ts";
import { openMetricsDoor } from "./metrics-door.ts";
import { meteredPorts, type StorePorts } from "./metered-ports.ts";
import { NodeMetrics } from "./metrics.ts";
import { LiveLink } from "./node-link.ts";
import { TestControl } from "./test-control.ts";

/** How long uploads and downloads may go on behind the last client. */
const TRANSFERS_MS = 10_000;
const STEP_MS = 50;

export interface NodePorts {
  readonly stores: StorePorts;
  readonly tokens: Tokens;
  readonly random: Random;
}

export type NodeSettings = Pick<
  LiveConfig,
  | "nodeId"
  | "listen"
  | "metricsListen"
  | "clientsMax"
  | "address"
  | "peers"
  | "linkKeyHex"
  | "testToken"
  | "limits"
>;

export interface NodeProcess {
  readonly address: string;
  /** Sends clients away, ends what was begun, closes every door. The stores stay open. */
  drain(): Promise<void>;
  /** Closes every door at once. */
  stop(): Promise<void>;
}

/** Settles when clients may come: the first lease call has ended. */
export async function startNodeProcess(
  settings: NodeSettings,
  ports: NodePorts,
  log: Log,
): Promise<NodeProcess> {
  const metrics = new NodeMetrics();
  const skew = noSkew();
  const clock = liveClock(skew);
  const { nodeId, peers, linkKeyHex, limits, testToken, metricsListen, clientsMax } = settings;
  const control = testToken === undefined ? undefined : new TestControl(testToken, skew, log);
  const state = { fenced: false, draining: false };
  const trace = liveTrace(log, metrics, {
    event: (event) => {
      if (event === "fenced") state.fenced = true;
      else if (event === "lease-renewed") state.fenced = false;
      else if (event === "draining") state.draining = true;
    },
    point: (point) => control?.point(point),
  });
  const link = new LiveLink({ nodeId, peers, keyHex: linkKeyHex, log, counts: metrics });
  // The address may hold a port that only the system knows: the doors open first, the node comes behind.
  let node: MessengerNode | undefined = undefined as MessengerNode | undefined;
  const opened = (): MessengerNode => {
    if (node === undefined) throw new Error("a client came before the node was there");
    return node;
  };
  const clients = new ClientSockets(
    {
      opened: (connection) => opened().opened(connection),
      frame: (connection, frame) => opened().frame(connection, frame),
      closed: (connection) => opened().closed(connection),
    },
    metrics,
    clientsMax,
  );
  const blobs = new BlobRoutes(
    {
      putBlob: (upload) => opened().putBlob(upload),
      getBlob: (token, blob) => opened().getBlob(token, blob),
    },
    metrics,
    {
      blobBytesMax: limits.blobBytesMax,
      userOf: async (token) => (await ports.tokens.check(token, clock.wallMs()))?.user,
    },
  );
  const takesClients = (): boolean => node?.ready === true;
  const readiness = (): Readiness => {
    if (!takesClients()) return { ready: false, why: "starting" };
    if (state.draining) return { ready: false, why: "draining" };
    return state.fenced
      ? { ready: false, why: "cut off from the others" }
      : { ready: true, why: "" };
  };
  const doors = {
    blobs,
    metrics,
    metricsElsewhere: metricsListen !== undefined,
    clientsMax,
    testControl: control,
    clients,
    links: link,
    readiness,
    takesClients,
    log,
  };
  const http = openHttp(doors);
  const figures =
    metricsListen === undefined ? undefined : await openMetricsDoor(metricsListen, metrics, log);
  await http.listen({ host: settings.listen.host, port: settings.listen.port });
  const address = settings.address ?? listeningAt(http.server.address(), settings.listen.host);
  const { stores, tokens, random } = ports;
  node = createNode(
    {
      clock,
      random,
      link,
      ...meteredPorts(stores, metrics, log),
      tokens,
      trace,
    },
    { ...limits, id: nodeId, incarnation: random.id48(), address },
    {},
    (error) => log.error({ err: error }, "a step of the messenger failed"),
  );
  const running = node;
  metrics.watchNode(
    () => running.stats(),
    () => link.stats(),
  );
  link.start(running);
  await new Promise<void>((resolve) => {
    running.onReady(resolve);
    running.start();
  });

  const stop = async (): Promise<void> => {
    control?.close();
    clients.close();
    link.close();
    figures?.close();
    figures?.closeAllConnections();
    await http.close();
  };
  const drain = async (): Promise<void> => {
    await running.drain();
    const endMs = performance.now() + TRANSFERS_MS;
    while (blobs.transfers > 0 && performance.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    await stop();
  };
  return { address, drain, stop };
}

function listeningAt(bound: AddressInfo | string | null, host: string): string {
  if (bound === null || typeof bound === "string") throw new Error("the node has no TCP port");
  return `${host.includes(":") ? `[${host}]` : host}:${bound.port}`;
}
