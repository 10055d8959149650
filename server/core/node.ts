// One messenger node: its tables, its clockwork, and the doors through which clients, peers and downloads
// come in. What happens behind a door is a part.
import type {
  BlobHandler,
  BlobReply,
  BlobUpload,
  ClientConnection,
  ClientHandler,
} from "../ports/client-transport.ts";
import type { LinkHandler, LinkNote, LinkReply, LinkRequest } from "../ports/node-link.ts";
import type { Ports } from "../ports/ports.ts";
import type { ClientFrame } from "../protocol/frames.ts";
import type { BlobId, NodeId } from "../protocol/ids.ts";
import {
  type FaultListener,
  type NodeConfig,
  type NodeContext,
  type NodeParts,
  spawn,
} from "./context.ts";
import { newAdmission } from "./admission.ts";
import { armSweep } from "./edge.ts";
import { newFriendGroups } from "./friend-index.ts";
import { replacedBy } from "./login.ts";
import { PARTS } from "./parts.ts";
import { newBuckets, startWheel } from "./wheel.ts";

export interface NodeStats {
  /** Open sockets, and those of them that are signed in. */
  readonly sockets: number;
  readonly sessions: number;
  readonly queuedBytes: number;
  /** The largest queue of one client. */
  readonly queuedBytesMax: number;
  readonly inFlight: number;
  readonly writing: number;
  readonly telling: number;
  readonly releasing: number;
  readonly friendsWatched: number;
  readonly tailsQueued: number;
}

export interface MessengerNode extends ClientHandler, BlobHandler, LinkHandler {
  start(): void;
  /** Calls back once clients may come: after the first lease call, whatever its outcome. */
  onReady(callback: () => void): void;
  readonly ready: boolean;
  /** Settles when every client was sent away and everything begun has ended, or its time is up. */
  drain(): Promise<void>;
  stats(): NodeStats;
}

export function createNode(
  ports: Ports,
  config: NodeConfig,
  parts?: Partial<NodeParts>,
  onFault?: FaultListener,
): MessengerNode {
  const node = newContext(ports, config, parts ?? {}, onFault);
  return {
    start: () => start(node),
    onReady: (callback) => {
      if (node.ready) callback();
      else node.readyCallbacks.push(callback);
    },
    get ready() {
      return node.ready;
    },
    drain: () => node.parts.drain(node),
    stats: () => stats(node),
    opened: (connection) => node.parts.opened(node, connection),
    frame: (connection, frame) => frameIn(node, connection, frame),
    closed: (connection) => {
      const session = node.sessions.get(connection.id);
      if (session !== undefined) node.parts.ended(node, session);
    },
    putBlob: (upload: BlobUpload): Promise<BlobReply> => node.parts.putBlob(node, upload),
    getBlob: (token: string, blob: BlobId): Promise<BlobReply> =>
      node.parts.getBlob(node, token, blob),
    request: (_from: NodeId, request: LinkRequest) => Promise.resolve(answer(node, request)),
    note: (from, note) => noteIn(node, from, note),
    linkUp: (peer) => node.parts.linkChanged(node, peer, true),
    linkDown: (peer) => node.parts.linkChanged(node, peer, false),
  };
}

function newContext(
  ports: Ports,
  config: NodeConfig,
  parts: Partial<NodeParts>,
  onFault: FaultListener | undefined,
): NodeContext {
  return {
    ports,
    config,
    parts: { ...PARTS, ...parts },
    sessions: new Map(),
    owners: new Map(),
    friends: new Map(),
    buckets: newBuckets(),
    friendGroups: newFriendGroups(),
    freshFriends: [],
    freshTimer: false,
    lease: { renewedMs: undefined, failedMs: undefined, lastTailMs: 0 },
    admission: newAdmission(config.requestsAdmittedMax),
    drainingPeers: new Set(),
    tailQueue: [],
    tailPerTick: 1,
    tailTimer: false,
    started: false,
    ready: false,
    readyCallbacks: [],
    draining: false,
    fenced: false,
    writing: 0,
    telling: 0,
    releasing: new Map(),
    inFlight: 0,
    lastSweepMs: 0,
    fault: (error) => {
      ports.trace.event("internal-error", 0, 0, 0, 0);
      onFault?.(error);
    },
  };
}

function start(node: NodeContext): void {
  if (node.started) throw new Error("the node was started before");
  node.started = true;
  node.lastSweepMs = node.ports.clock.monotonicMs();
  spawn(node, node.parts.lease(node));
  armSweep(node);
  startWheel(node);
}

function frameIn(node: NodeContext, connection: ClientConnection, frame: ClientFrame): void {
  const session = node.sessions.get(connection.id);
  if (session === undefined) return;
  // A socket that never signs in does not live longer for talking.
  if (session.phase !== "opened") session.heardMs = node.ports.clock.monotonicMs();
  session.frames += 1;
  if (session.frames > node.config.framesPerSweepMax) {
    node.parts.close(node, session, 4429, "too fast");
    return;
  }
  node.parts.frame(node, session, frame);
}

function answer(node: NodeContext, request: LinkRequest): LinkReply {
  switch (request.type) {
    case "deliver":
      return node.parts.deliver(node, request.user, request.epoch, request.message);
    case "receipt": {
      const { user, epoch, chat, device, n, readAt } = request;
      return node.parts.receipt(node, user, epoch, chat, device, n, readAt);
    }
    case "who-has":
      return { type: "has", epoch: node.owners.get(request.user)?.epoch };
    case "lease-age": {
      const { renewedMs } = node.lease;
      const nowMs = node.ports.clock.monotonicMs();
      return {
        type: "lease-age",
        ageMs: renewedMs === undefined ? undefined : nowMs - renewedMs,
      };
    }
  }
}

function noteIn(node: NodeContext, from: NodeId, note: LinkNote): void {
  switch (note.type) {
    case "presence":
      node.parts.notice(node, note);
      return;
    case "fence": {
      const session = node.owners.get(note.user);
      if (session !== undefined && session.epoch < note.by.epoch)
        node.parts.close(node, session, 4409, replacedBy(note.by.device));
      return;
    }
    case "roster-changed": {
      const session = node.owners.get(note.user);
      if (session !== undefined) spawn(node, node.parts.rosterChanged(node, session));
      return;
    }
    case "draining":
      node.drainingPeers.add(from);
      return;
  }
}

function stats(node: NodeContext): NodeStats {
  let queuedBytes = 0;
  let queuedBytesMax = 0;
  for (const session of node.sessions.values()) {
    const bytes = session.connection.bufferedBytes();
    queuedBytes += bytes;
    if (bytes > queuedBytesMax) queuedBytesMax = bytes;
  }
  return {
    sockets: node.sessions.size,
    sessions: node.owners.size,
    queuedBytes,
    queuedBytesMax,
    inFlight: node.inFlight,
    writing: node.writing,
    telling: node.telling,
    releasing: node.releasing.size,
    friendsWatched: node.friends.size,
    tailsQueued: node.tailQueue.length,
  };
}
