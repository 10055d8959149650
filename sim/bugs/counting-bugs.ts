// Watermarks that are raised too early, counted up, written back or left standing alone.
import { sendBatch } from "../../server/core/send.ts";
import { MemoryMessageStore } from "../../server/memory/message-store.ts";
import type { MessageRow } from "../../server/ports/message-store.ts";
import type { ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";
import { ForwardingMessages } from "./forwarding-messages.ts";
import { HiddenRows } from "./hidden-rows.ts";

// tinode/chat#818: the number is taken in one call and the message saved in a second, which fails.
const markedBeforeAppend: PlantedBug = {
  id: 61,
  name: "marked-before-append",
  rule: "UNR3",
  symptom: "sent_n is raised before the append, which fails: an unread message that is no row",
  plant: () => ({
    nodeParts: () => ({
      sendBatch: async (node, writer, rows) => {
        const marked = await node.parts.mark(node, writer, rows[rows.length - 1]!.n);
        if (marked.kind === "ok") await sendBatch(node, writer, rows);
        else node.parts.failed(node, writer, rows, "mark", marked);
      },
    }),
  }),
};

const RETENTION_MS = 300_000;

/** Rows go five minutes after they were sent, and their audit entries know nothing of it. */
class PrunedRows extends HiddenRows {
  #latestMs = 0;

  override appendNow(rows: readonly MessageRow[]): readonly MessageRow[] {
    this.#latestMs = Math.max(this.#latestMs, rows[rows.length - 1]!.sentAt);
    return super.appendNow(rows);
  }

  protected override isGone({ sentAt }: MessageRow): boolean {
    return sentAt < this.#latestMs - RETENTION_MS;
  }
}

// RocketChat/Rocket.Chat#18419: messages are pruned, their unread badge stays for ever.
const prunedButUnread: PlantedBug = {
  id: 62,
  name: "pruned-but-unread",
  rule: "UNR3",
  symptom: "old rows are pruned without their audit entries: unread counts of what is not there",
  plant: () => ({ messages: (packing) => new PrunedRows(packing) }),
};

/** `sent_n = sent_n + 1`: a repeat counts once more. */
class CountedSent extends MemoryMessageStore {
  override raiseSentNow(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    from: UserId,
    sentN: number,
  ): number {
    const standing = this.unreadEntryNow(recipient, chat, device)?.sentN ?? 0;
    const counted = sentN > standing ? sentN : standing + 1;
    return super.raiseSentNow(recipient, chat, device, from, counted);
  }
}

// NodeBB/NodeBB#7124: the badge is counted up where nothing new is unread.
const unreadCountedUp: PlantedBug = {
  id: 77,
  name: "unread-counted-up",
  rule: "UNR2",
  symptom: "sent_n is a counter, not a watermark: a repeated mark counts a message twice",
  plant: () => ({ messages: (packing) => new CountedSent(packing) }),
};

/** Writes an entry whole, with the read_n that it was last seen with. */
class WholeEntries extends ForwardingMessages {
  readonly #readN = new Map<string, number>();

  override async unreadEntry(user: UserId, chat: ChatId, device: DeviceId) {
    const outcome = await this.store.unreadEntry(user, chat, device);
    if (outcome.kind === "ok")
      this.#readN.set(`${user}/${chat}/${device}`, outcome.value?.readN ?? 0);
    return outcome;
  }

  override async raiseSent(
    recipient: UserId,
    chat: ChatId,
    device: DeviceId,
    from: UserId,
    sentN: number,
  ) {
    const readN = this.#readN.get(`${recipient}/${chat}/${device}`) ?? 0;
    const raised = await this.store.raiseSent(recipient, chat, device, from, sentN);
    if (raised.kind === "ok") await this.store.raiseRead(recipient, chat, device, readN);
    return raised;
  }
}

/** Of two writes of a read watermark the later one stands. */
class LastReadStands extends MemoryMessageStore {
  #isRead = false;

  override raiseReadNow(recipient: UserId, chat: ChatId, device: DeviceId, readN: number): number {
    this.#isRead = true;
    const standing = super.raiseReadNow(recipient, chat, device, readN);
    this.#isRead = false;
    return standing;
  }

  override raised(standing: number, offered: number): number {
    return this.#isRead ? offered : super.raised(standing, offered);
  }
}

// openimsdk/open-im-server#3657: an upsert of one number of a conversation overwrites another.
const entryWrittenWhole: PlantedBug = {
  id: 78,
  name: "entry-written-whole",
  rule: "UNR4",
  symptom: "an audit entry is written back whole with the read_n seen earlier: it opens again",
  plant: () => ({
    messages: (packing) => new LastReadStands(packing),
    ports: (ports) => ({ ...ports, messages: new WholeEntries(ports.messages) }),
  }),
};

export const COUNTING_BUGS: readonly PlantedBug[] = [
  markedBeforeAppend,
  prunedButUnread,
  unreadCountedUp,
  entryWrittenWhole,
];
