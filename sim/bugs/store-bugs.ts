// Stores and their drivers that order, repeat or overwrite wrongly.
import type { NodeContext } from "../../server/core/context.ts";
import { repeat } from "../../server/core/log-writer.ts";
import { end, refuse, sealedBytes } from "../../server/core/reply.ts";
import { refOf } from "../../server/core/send.ts";
import type { LogWriter } from "../../server/core/session.ts";
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import type { Clock } from "../../server/ports/clock.ts";
import type { MessageRow, MessageStore } from "../../server/ports/message-store.ts";
import type { Outcome } from "../../server/ports/outcome.ts";
import type { MessageBody, SendFrame } from "../../server/protocol/frames.ts";
import type { ChatId, DeviceId, MessageKind, UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";
import { ForwardingMessages } from "./forwarding-messages.ts";

/** A read watermark and the time of its writing travel in one number: n below, milliseconds above. */
const N_LIMIT = 1_048_576;
/** 2026-01-01; what a node's clock shows is counted from there. */
const SINCE_MS = 1_767_225_600_000 - 86_400_000;

class StampingMessages extends ForwardingMessages {
  readonly #clock: Clock;

  constructor(store: MessageStore, clock: Clock) {
    super(store);
    this.#clock = clock;
  }

  override raiseRead(recipient: UserId, chat: ChatId, device: DeviceId, readN: number) {
    const stamped = (this.#clock.wallMs() - SINCE_MS) * N_LIMIT + readN;
    return this.store.raiseRead(recipient, chat, device, stamped);
  }
}

/** Of two writes of a read watermark the one with the later wall-clock time stands, whatever its value. */
class LatestReadStands extends MemoryMessageStore {
  readonly #writtenMs = new Map<string, number>();
  #later: boolean | undefined = undefined;

  override raiseReadNow(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    stamped: number,
  ): number {
    const readN = stamped % N_LIMIT;
    const writtenMs = Math.floor(stamped / N_LIMIT);
    const cell = `${recipient}/${chat}/${device}`;
    this.#later = writtenMs >= (this.#writtenMs.get(cell) ?? 0);
    if (this.#later) this.#writtenMs.set(cell, writtenMs);
    const standing = super.raiseReadNow(recipient, chat, device, readN);
    this.#later = undefined;
    return standing;
  }

  override raised(standing: number, offered: number): number {
    if (this.#later === undefined) return super.raised(standing, offered);
    return this.#later ? offered : standing;
  }
}

const watermarkByWallClock: PlantedBug = {
  id: 16,
  name: "watermark-by-wall-clock",
  rule: "UNR4",
  symptom: "a watermark is written with a wall-clock timestamp and nodes are skewed: it moves back",
  plant: () => ({
    messages: (packing) => new LatestReadStands(packing),
    ports: (ports) => ({ ...ports, messages: new StampingMessages(ports.messages, ports.clock) }),
  }),
};

class RetryingMessages extends ForwardingMessages {
  override async append(rows: readonly MessageRow[]): Promise<Outcome<undefined>> {
    const outcome = await this.store.append(rows);
    if (outcome.kind !== "unknown") return outcome;
    const first = rows[0]!;
    const again = rows.map((row) => ({ ...row, n: row.n + rows.length }));
    // Two blocks are two appends: the driver leaves such a write alone.
    const isOneBlock = Math.floor(first.n / 4096) === Math.floor(again.at(-1)!.n / 4096);
    return isOneBlock ? this.store.append(again) : outcome;
  }
}

const retryWithNewIdentity: PlantedBug = {
  id: 35,
  name: "driver-retries-under-a-new-identity",
  rule: "MSG4",
  symptom: "the store's driver retries a timed-out write under a new identity: a duplicate",
  plant: () => ({
    ports: (ports) => ({ ...ports, messages: new RetryingMessages(ports.messages) }),
  }),
};

class OverwrittenRows extends MemoryMessageStore {
  override replaces(standing: MessageKind): boolean {
    return standing !== "void";
  }
}

function rowOf(frame: SendFrame, stored: MessageRow): MessageRow {
  const { sentAt, kind, keyVersion, body, url, thumbnail } = frame;
  const { chat, from, device, n } = stored;
  return {
    ...{ chat, from, device, n, sentAt, kind, keyVersion },
    ...(body === undefined ? {} : { body }),
    ...(url === undefined ? {} : { url }),
    ...(thumbnail === undefined ? {} : { thumbnail }),
  };
}

const repeatOverwrites: PlantedBug = {
  id: 42,
  name: "repeat-overwrites",
  rule: "MSG10",
  symptom: "a repeat with other bytes overwrites the row: one identity, two contents",
  plant: () => ({
    messages: (packing) => new OverwrittenRows(packing),
    nodeParts: () => ({
      repeat: (node, writer, frame, stored) =>
        stored.kind === "void" || node.parts.sameBytes(frame, stored)
          ? repeat(node, writer, frame, stored)
          : node.parts.sendBatch(node, writer, [rowOf(frame, stored)]),
    }),
  }),
};

/** A void stands only until a later write: a message row lands on it. */
class OrdinaryVoids extends MemoryMessageStore {
  override replaces(standing: MessageKind, offered: MessageKind): boolean {
    return (standing === "void") !== (offered === "void");
  }
}

/** Fills what is not known with a void, so that it may be refused: right if a void wins for ever. */
async function fillAndRefuse(
  node: NodeContext,
  writer: LogWriter,
  rows: readonly MessageBody[],
): Promise<void> {
  const { session, log } = writer;
  const { chat, user, device } = log;
  const sentAt = node.ports.clock.wallMs();
  const voids = rows.map(({ n }): MessageRow => ({
    chat,
    from: user,
    device,
    n,
    sentAt,
    kind: "void",
    keyVersion: 1,
  }));
  const filled = await node.ports.messages.append(voids);
  if (filled.kind !== "ok") {
    node.parts.failed(node, writer, rows, "register", filled);
    return;
  }
  writer.opened = false;
  for (const row of rows) {
    end(node, session, sealedBytes(row));
    refuse(node, session, refOf(session, chat, row.n), "too-large");
  }
}

const ordinaryVoid: PlantedBug = {
  id: 52,
  name: "void-with-ordinary-timestamp",
  rule: "MSG10",
  symptom: "a void is written with an ordinary timestamp: a late append lands on it, two contents",
  plant: () => ({
    messages: (packing) => new OrdinaryVoids(packing),
    nodeParts: () => ({
      sendBatch: async (node, writer, rows) => {
        const appended = await node.parts.append(node, writer, rows);
        if (appended.kind === "ok") await node.parts.settle(node, writer, rows);
        else if (appended.kind === "unknown") await fillAndRefuse(node, writer, rows);
        else node.parts.failed(node, writer, rows, "append", appended);
      },
    }),
  }),
};

export const STORE_BUGS: readonly PlantedBug[] = [
  watermarkByWallClock,
  retryWithNewIdentity,
  repeatOverwrites,
  ordinaryVoid,
];
