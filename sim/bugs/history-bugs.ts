// Histories that do not know what is known.
import { spawn, type NodeContext } from "../../server/core/context.ts";
import { history } from "../../server/core/history.ts";
import type { LogWriter } from "../../server/core/session.ts";
import type { Clock } from "../../server/ports/clock.ts";
import type { MessageRow, MessageStore, UnreadEntry } from "../../server/ports/message-store.ts";
import type { Outcome } from "../../server/ports/outcome.ts";
import type { ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";
import { ForwardingMessages } from "./forwarding-messages.ts";

const KEPT_MS = 60_000;

interface KeptEntry {
  readonly atMs: number;
  readonly outcome: Outcome<UnreadEntry | undefined>;
}

/** Answers from memory how far a log goes. */
class KeptEntries extends ForwardingMessages {
  readonly #clock: Clock;
  readonly #kept: Map<string, KeptEntry>;

  constructor(store: MessageStore, clock: Clock, kept: Map<string, KeptEntry>) {
    super(store);
    this.#clock = clock;
    this.#kept = kept;
  }

  override async unreadEntry(user: UserId, chat: ChatId, device: DeviceId) {
    const key = `${user}/${chat}/${device}`;
    const kept = this.#kept.get(key);
    const atMs = this.#clock.monotonicMs();
    if (kept !== undefined && atMs - kept.atMs < KEPT_MS) return kept.outcome;
    const outcome = await this.store.unreadEntry(user, chat, device);
    if (outcome.kind === "ok") this.#kept.set(key, { atMs, outcome });
    return outcome;
  }
}

// mattermost/mattermost#11618: the time of a channel's last post is cached, and with it a stale list.
const lengthKept: PlantedBug = {
  id: 59,
  name: "history-length-kept",
  rule: "MSG9",
  symptom: "how far a log goes is cached for histories: a message known before is missing from one",
  plant: () => ({
    nodeParts: () => {
      const kept = new Map<string, KeptEntry>();
      return {
        history: (node, session, frame) => {
          const messages = new KeptEntries(node.ports.messages, node.ports.clock, kept);
          return history({ ...node, ports: { ...node.ports, messages } }, session, frame);
        },
      };
    },
  }),
};

/** The right order but for the register of the chat's logs, which comes last and is tried once. */
async function settleThenRegister(
  node: NodeContext,
  writer: LogWriter,
  rows: readonly MessageRow[],
): Promise<void> {
  const last = rows[rows.length - 1]!;
  node.ports.trace.point("send:append/raiseSent");
  const marked = await node.parts.mark(node, writer, last.n);
  if (marked.kind !== "ok") {
    node.parts.failed(node, writer, rows, "mark", marked);
    return;
  }
  writer.lastN = Math.max(writer.lastN, last.n);
  node.parts.confirm(node, writer, rows);
  node.ports.trace.point("send:chat_device/raiseSent");
  if (rows[0]!.n === 1) spawn(node, node.parts.register(node, writer));
  node.parts.tell(node, writer, rows);
}

// processone/ejabberd#3377: sent and delivered, but now and then not in the archive.
const registeredAfterSent: PlantedBug = {
  id: 60,
  name: "log-registered-after-sent",
  rule: "MSG9",
  symptom: "a log is registered with its chat after `sent`, once: no history ever holds that log",
  plant: () => ({ nodeParts: () => ({ settle: settleThenRegister }) }),
};

export const HISTORY_BUGS: readonly PlantedBug[] = [lengthKept, registeredAfterSent];
