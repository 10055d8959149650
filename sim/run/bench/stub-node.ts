// A stand-in for a node, to measure the generator on: answers every frame at once or after a fixed delay, and keeps
// no promise but to pass messages on in order. Its own process: `node dist/sim/run/bench/stub-node.js '{"delayMs":5,…}'`;
// the first line it prints is its port, the last one, on SIGTERM, how long it truly took.
import { createServer } from "node:http";
import { createHistogram } from "node:perf_hooks";
import { WebSocketServer, type WebSocket } from "ws";
import { formatEpoch } from "../../../server/protocol/epoch.ts";
import { Streams } from "../../kernel/random.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { expiredBlobName } from "../../users/expired-blob.ts";
import { friendGraphOf, type FriendGraph } from "../../users/friend-graph.ts";
import { Schedule } from "../../world/live/users/schedule.ts";
import { LoopWaker } from "../../world/live/users/waker.ts";
import { WorkerClock } from "../../world/live/users/worker-clock.ts";

/** What the stand-in says of itself when it ends: from a send's arrival to its delivery. */
export interface StubTimes {
  readonly sends: number;
  readonly p50Ms: number;
}
export interface StubSetup {
  readonly scenario: Pick<ResolvedScenario, "seed" | "population">;
  readonly delayMs: number;
}

const ROSTER_PAGE = 200;
const HEARTBEAT_MS = 25_000;
const WINDOW = 64;
const RECONNECT = { baseMs: 500, capMs: 15_000 };

interface Log {
  readonly chat: number;
  readonly from: number;
  readonly device: number;
  sentN: number;
  lastBody: unknown;
  /** What its reader has not been given, by n. */
  readonly kept: Map<number, string>;
}
interface Client {
  readonly socket: WebSocket;
  user: number;
  device: number;
  isSynced: boolean;
  /** Logs announced on this connection. */
  readonly announced: Set<Log>;
  readonly has: Map<string, number>;
}
type Frame = Readonly<Record<string, unknown>> & { readonly type: string };
type Message = {
  readonly chat: number;
  readonly n: number;
};

class StubNode {
  readonly #graph: FriendGraph;
  readonly #delayUs: number;
  readonly #schedule: Schedule;
  readonly #clients = new Map<number, Client>();
  readonly #logs = new Map<string, Log>();
  /** Logs by their reader. */
  readonly #logsOf = new Map<number, Log[]>();
  readonly #friendOf = new Map<number, readonly [number, number]>();
  readonly #onDue = (task: {
    readonly client: Client;
    readonly frame: Frame;
    readonly arrivedUs: number;
  }): void => {
    this.#took.record(Math.max(1, this.#clock.nowUs() - task.arrivedUs));
    this.#sent(task.client, task.frame);
  };
  readonly #took = createHistogram();
  readonly #clock = new WorkerClock(process.hrtime.bigint(), Date.now());
  #sessions = 0;

  constructor({ scenario, delayMs }: StubSetup) {
    this.#graph = friendGraphOf(scenario, new Streams(scenario.seed));
    for (const { low, high, chat } of this.#graph.edges()) this.#friendOf.set(chat, [low, high]);
    this.#delayUs = delayMs * 1000;
    this.#schedule = new Schedule(
      this.#clock,
      (own, wake) => new LoopWaker(own, wake),
      () => {},
    );
  }

  accept(socket: WebSocket): void {
    const client: Client = {
      socket,
      user: 0,
      device: 0,
      isSynced: false,
      announced: new Set(),
      has: new Map(),
    };
    socket.on("message", (data: Buffer) =>
      this.#frame(client, JSON.parse(data.toString()) as Frame),
    );
    socket.on("error", () => {});
    socket.on("close", () => {
      if (this.#clients.get(client.user) === client) this.#clients.delete(client.user);
    });
  }

  times(): StubTimes {
    const sends = this.#took.count;
    return { sends, p50Ms: sends === 0 ? 0 : this.#took.percentile(50) / 1000 };
  }

  #frame(client: Client, frame: Frame): void {
    switch (frame.type) {
      case "send":
        // People try a picture of long ago now and then: no node takes it, and none confirms it.
        if (frame["url"] === expiredBlobName(client.user, Number(frame["chat"]))) {
          const { chat, n } = frame;
          refuse(client, { type: "send", chat, device: client.device, n }, "blob-expired");
        } else this.#later(client, frame);
        break;
      case "read":
        this.#read(client, frame);
        break;
      case "ping":
        client.socket.send('{"type":"pong"}');
        break;
      case "connect":
        this.#connect(client, frame);
        break;
      case "have":
        this.#have(client, frame);
        break;
      case "history":
        // It keeps nothing to look back at.
        refuse(client, { type: "history", chat: frame["chat"], id: frame["id"] }, "not-friends");
        break;
      case "befriend":
      case "accept":
        refuse(client, { type: frame.type, user: frame["user"] }, "no-such-user");
        break;
    }
  }

  #connect(client: Client, frame: Frame): void {
    const payload = (frame["token"] as string).split(".")[1]!;
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as {
      readonly sub: string;
      readonly dev: number;
      readonly signedInMs: number;
    };
    client.user = Number(claims.sub);
    client.device = claims.dev;
    this.#clients.set(client.user, client);
    say(client, {
      type: "connected",
      session: ++this.#sessions,
      epoch: formatEpoch(claims.signedInMs, frame["counter"] as number, claims.dev),
      serverTime: Date.now(),
      heartbeatMs: HEARTBEAT_MS,
      window: WINDOW,
      reconnect: RECONNECT,
    });
  }

  #have(client: Client, frame: Frame): void {
    for (const [chat, device, n] of frame["logs"] as [number, number, number][])
      client.has.set(`${chat}/${device}`, n);
    if (frame["more"] === true) return;
    this.#roster(client);
    for (const log of this.#logsOf.get(client.user) ?? []) this.#catchUp(client, log);
    client.isSynced = true;
    say(client, { type: "synced" });
  }

  #roster(client: Client): void {
    const { user } = client;
    const degree = this.#graph.degree(user);
    for (let start = 0; start < degree; start += ROSTER_PAGE) {
      const end = Math.min(start + ROSTER_PAGE, degree);
      const friends = [];
      for (let place = start; place < end; place++) {
        const chat = this.#graph.chat(user, place);
        friends.push({
          user: this.#graph.friend(user, place),
          chat,
          key: keyOf(chat),
          keyVersion: 1,
          state: "unknown",
          lastSeen: 0,
        });
      }
      say(client, { type: "roster", friends, requests: [], more: end < degree });
    }
  }

  #catchUp(client: Client, log: Log): void {
    const start = client.has.get(`${log.chat}/${log.device}`) ?? 0;
    this.#announce(client, log, start);
    for (let n = start + 1; n <= log.sentN; n++) {
      const kept = log.kept.get(n);
      if (kept !== undefined) client.socket.send(kept);
    }
    log.kept.clear();
  }

  #later(client: Client, frame: Frame): void {
    if (this.#delayUs === 0) {
      this.#sent(client, frame);
      return;
    }
    const arrivedUs = this.#clock.nowUs();
    this.#schedule.atUs(arrivedUs + this.#delayUs, this.#onDue, { client, frame, arrivedUs });
  }

  #sent(client: Client, frame: Frame): void {
    const { chat, n } = frame as unknown as Message;
    const [low, high] = this.#friendOf.get(chat)!;
    const reader = client.user === low ? high : low;
    const log = this.#log(client, chat, reader);
    if (n === log.sentN && frame["body"] !== log.lastBody) {
      refuse(client, { type: "send", chat, n }, "forked");
      return;
    }
    client.socket.send(`{"type":"sent","chat":${chat},"n":${n}}`);
    if (n <= log.sentN) return;
    log.sentN = n;
    log.lastBody = frame["body"];
    const text = JSON.stringify({
      ...frame,
      type: "message",
      from: client.user,
      device: client.device,
    });
    const receiver = this.#clients.get(reader);
    if (receiver === undefined || !receiver.isSynced) {
      log.kept.set(n, text);
      return;
    }
    if (!receiver.announced.has(log)) this.#announce(receiver, log, n - 1);
    receiver.socket.send(text);
  }

  #announce(client: Client, log: Log, start: number): void {
    client.announced.add(log);
    const { chat, from, device } = log;
    say(client, { type: "log", chat, from, device, start });
  }

  #log(client: Client, chat: number, reader: number): Log {
    const name = `${chat}/${client.device}`;
    let log = this.#logs.get(name);
    if (log === undefined) {
      log = {
        chat,
        from: client.user,
        device: client.device,
        sentN: 0,
        lastBody: undefined,
        kept: new Map(),
      };
      this.#logs.set(name, log);
      const logs = this.#logsOf.get(reader);
      if (logs === undefined) this.#logsOf.set(reader, [log]);
      else logs.push(log);
    }
    return log;
  }

  #read(client: Client, frame: Frame): void {
    const { chat, device, n, readAt } = frame;
    const log = this.#logs.get(`${chat as number}/${device as number}`);
    if (log === undefined || log.sentN < (n as number)) {
      refuse(client, { type: "read", chat, device, n }, "beyond-log");
      return;
    }
    say(client, { type: "read-ok", chat, device, n });
    const sender = this.#clients.get(log.from);
    if (sender !== undefined && sender.device === device)
      say(sender, { type: "receipt", chat, device, n, readAt });
  }
}

function say(client: Client, frame: object): void {
  client.socket.send(JSON.stringify(frame));
}

function refuse(client: Client, re: object, code: string): void {
  say(client, { type: "refused", re, code });
}

/** No secret: a chat's number, repeated to the length of a key. */
function keyOf(chat: number): string {
  const key = Buffer.alloc(32);
  for (let at = 0; at < 32; at += 8) key.writeDoubleBE(chat, at);
  return key.toString("base64");
}

const stub = new StubNode(JSON.parse(process.argv[2]!) as StubSetup);
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on("connection", (socket) =>
  stub.accept(socket),
);
server.listen(0, "127.0.0.1", 4_096, () => {
  const address = server.address();
  console.log(typeof address === "object" ? address?.port : address);
});

process.once("SIGTERM", () => {
  console.log(JSON.stringify(stub.times()));
  process.exit(0);
});
