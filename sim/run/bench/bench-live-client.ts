// A client of the benchmarks: it signs in, says what it is told and counts what it hears. It encrypts nothing,
// keeps nothing and checks nothing, so that the figures are the server's.
import { SUBPROTOCOL } from "../../../server/protocol/version.ts";
import type { NodeProcess } from "../../world/live/node-process.ts";
import type { IdentityProvider } from "../../world/live/users/identity-provider.ts";
import { WebSocket } from "../../world/live/users/web-socket.ts";

const SIGN_IN_MS = 30_000;
const AT_ONCE = 40;
const BODY_BYTES = 256;
const REPEAT_MS = 500;
const STARTED_AGO_MS = 3_600_000;
const ACKNOWLEDGE_EVERY = 16;
const BODY = Buffer.alloc(BODY_BYTES, "chatquake").toString("base64");

export class BenchClient {
  readonly user: number;
  readonly device: number;
  /** A message or a `sent` with its n. */
  onMessage: (n: number) => void = () => undefined;
  onSent: (n: number) => void = () => undefined;
  /** Sends that were not confirmed at once: the machine is too busy for a figure. */
  repeated = 0;
  /** Why the connection ended, where the node ended it. */
  lost: string | undefined;
  #socket: WebSocket | undefined;
  #sinceAcknowledged = 0;
  /** A repeat carries the same bytes: its time is a function of n. */
  readonly #startMs = Date.now() - STARTED_AGO_MS;

  constructor(user: number, device: number) {
    this.user = user;
    this.device = device;
  }

  /** Settles when the backlog is in. */
  signIn(node: NodeProcess, token: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`user ${this.user} is not signed in after ${SIGN_IN_MS} ms`)),
        SIGN_IN_MS,
      );
      const { host, port } = node.spec;
      const socket = new WebSocket(
        { host, port, path: "/v1/ws", protocol: SUBPROTOCOL },
        {
          opened: () => {
            socket.send(JSON.stringify({ type: "connect", token, counter: 1 }));
            socket.send('{"type":"have","logs":[],"more":false}');
          },
          text: (text) => {
            if (text === '{"type":"synced"}') {
              clearTimeout(late);
              resolve();
            } else this.#heard(text);
          },
          closed: (code, reason) => {
            clearTimeout(late);
            this.lost = `${code} ${reason}`;
            reject(new Error(`user ${this.user} lost its connection: ${this.lost}`));
          },
          released: () => undefined,
        },
      );
      this.#socket = socket;
    });
  }

  send(chat: number, n: number): void {
    this.#socket!.send(
      `{"type":"send","chat":${chat},"n":${n},"sentAt":${this.#startMs + n},"kind":"text","keyVersion":1,"body":"${BODY}"}`,
    );
  }

  leave(): void {
    this.#socket?.end();
  }

  #heard(text: string): void {
    if (text.startsWith('{"type":"message"')) {
      const frame = JSON.parse(text) as { chat: number; device: number; n: number };
      this.#sinceAcknowledged += 1;
      if (this.#sinceAcknowledged >= ACKNOWLEDGE_EVERY) {
        this.#sinceAcknowledged = 0;
        const { chat, device, n } = frame;
        this.#socket!.send(`{"type":"received","chat":${chat},"device":${device},"n":${n}}`);
      }
      this.onMessage(frame.n);
    } else if (text.startsWith('{"type":"sent"')) {
      this.onSent((JSON.parse(text) as { n: number }).n);
    } else if (text.startsWith('{"type":"refused"') || text.startsWith('{"type":"unsure"')) {
      this.repeated += 1;
      const { re } = JSON.parse(text) as { re: { chat: number; n: number } };
      setTimeout(() => this.send(re.chat, re.n), REPEAT_MS);
    }
  }
}

/** A few at a time, as one person after the other would. */
export async function signInAll(
  clients: readonly BenchClient[],
  nodeOf: (client: BenchClient) => NodeProcess,
  identity: IdentityProvider,
): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    while (next < clients.length) {
      const client = clients[next++]!;
      await client.signIn(nodeOf(client), identity.issueToken(client.user, client.device));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
