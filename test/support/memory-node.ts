// A live node inside the test's own process, on stores in memory: real sockets, no services.
import { randomBytes } from "node:crypto";
import { DEFAULT_LIMITS, type Limits } from "../../server/core/limits.ts";
import { memoryBlobs } from "../../server/dev/memory-blobs.ts";
import { signedToken } from "../../server/dev/signed-token.ts";
import { jwtTokens } from "../../server/live/jwt-tokens.ts";
import { openLog } from "../../server/live/logging.ts";
import {
  type NodeProcess,
  type NodeSettings,
  startNodeProcess,
} from "../../server/live/node-process.ts";
import { Bytes } from "../../server/live/opaque.ts";
import { liveRandom } from "../../server/live/random.ts";
import { MemoryKeyVault } from "../../server/memory/key-vault.ts";
import {
  keyVaultPort,
  messageStorePort,
  presenceStorePort,
  rosterStorePort,
} from "../../server/memory/memory-ports.ts";
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import { MemoryRosterStore } from "../../server/memory/roster-store.ts";
import type { MessageRow } from "../../server/ports/message-store.ts";

interface Gate {
  open: Promise<void>;
}

export class MemoryNode {
  readonly messages: MemoryMessageStore;
  readonly #process: NodeProcess;
  readonly #tokenKey: Buffer;
  readonly #roster: MemoryRosterStore;
  readonly #vault: MemoryKeyVault;
  readonly #gate: Gate;

  private constructor(
    process: NodeProcess,
    tokenKey: Buffer,
    stores: {
      readonly messages: MemoryMessageStore;
      readonly roster: MemoryRosterStore;
      readonly vault: MemoryKeyVault;
      readonly gate: Gate;
    },
  ) {
    this.#process = process;
    this.#tokenKey = tokenKey;
    this.messages = stores.messages;
    this.#roster = stores.roster;
    this.#vault = stores.vault;
    this.#gate = stores.gate;
  }

  static async start(
    limits: Partial<Limits> = {},
    different: Partial<NodeSettings> = {},
  ): Promise<MemoryNode> {
    const random = liveRandom();
    const tokenKey = randomBytes(32);
    const messages = new MemoryMessageStore();
    const roster = new MemoryRosterStore();
    const vault = new MemoryKeyVault(() => random.id48());
    const gate: Gate = { open: Promise.resolve() };
    const messagesPort = messageStorePort(messages);
    const stores = {
      presence: presenceStorePort(new MemoryPresenceStore(() => Date.now())),
      messages: {
        ...messagesPort,
        append: async (rows: readonly MessageRow[]) => {
          await gate.open;
          return messagesPort.append(rows);
        },
      },
      roster: rosterStorePort(roster),
      blobs: memoryBlobs(),
      vault: keyVaultPort(vault),
    };
    const settings: NodeSettings = {
      nodeId: "node-1",
      listen: { host: "127.0.0.1", port: 0 },
      metricsListen: undefined,
      clientsMax: 1_000,
      address: undefined,
      peers: new Map<string, string>(),
      linkKeyHex: randomBytes(32).toString("hex"),
      testToken: undefined,
      limits: { ...DEFAULT_LIMITS, ...limits },
      ...different,
    };
    const ports = { stores, tokens: jwtTokens(tokenKey.toString("hex")), random };
    const process = await startNodeProcess(settings, ports, openLog("silent", "node-1"));
    return new MemoryNode(process, tokenKey, { messages, roster, vault, gate });
  }

  get address(): string {
    return this.#process.address;
  }

  token(user: number, device = user * 10): Promise<string> {
    return signedToken(this.#tokenKey, user, device, Date.now());
  }

  /** Appends wait from here on; what is returned lets them go. */
  holdAppends(): () => void {
    let release = (): void => undefined;
    this.#gate.open = new Promise<void>((resolve) => (release = resolve));
    return release;
  }

  /** Two people become friends, without the messenger. */
  befriend(left: number, right: number, chat: number): void {
    const context = { chat, userLow: left, userHigh: right, keyVersion: 1 };
    const key = this.#vault.createNow(context);
    this.#roster.establishNow({ ...context, ...key });
    this.#roster.putFriendNow({ user: left, friend: right, chat, ...key });
    this.#roster.putFriendNow({ user: right, friend: left, chat, ...key });
  }

  /** A log of so many messages that nobody has read. */
  fillLog(reader: number, from: number, chat: number, count: number, bodyBytes: number): void {
    const device = from * 10;
    const body = new Bytes(randomBytes(bodyBytes));
    const row = { chat, from, device, sentAt: 1, kind: "text" as const, keyVersion: 1, body };
    for (let n = 1; n <= count; n += 1) this.messages.appendNow([{ ...row, n }]);
    this.messages.registerLogNow({ chat, user: from, device });
    this.messages.raiseSentNow(reader, chat, device, from, count);
  }

  /** The value of one line of /metrics. */
  async metric(line: string): Promise<number> {
    const text = await (await fetch(`http://${this.address}/metrics`)).text();
    const found = text.split("\n").find((one) => one.startsWith(`${line} `));
    return found === undefined ? 0 : Number(found.slice(line.length + 1));
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }

  drain(): Promise<void> {
    return this.#process.drain();
  }
}
