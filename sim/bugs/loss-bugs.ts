// Messages that count as read, as seen or as stored before they are, and rows that go when they were read.
import type { NodeContext } from "../../server/core/context.ts";
import { spawn } from "../../server/core/context.ts";
import { push } from "../../server/core/deliver.ts";
import { sendBatch } from "../../server/core/send.ts";
import type { IncomingLog, Session } from "../../server/core/session.ts";
import type { MessageRow } from "../../server/ports/message-store.ts";
import type { ChatId, DeviceId, UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";
import { HiddenRows } from "./hidden-rows.ts";

function pushAndClose(
  node: NodeContext,
  session: Session,
  log: IncomingLog,
  message: MessageRow,
): void {
  push(node, session, log, message);
  spawn(node, node.parts.raiseRead(node, session, log, message.n));
}

// processone/ejabberd#417: what was written to a dead socket is neither delivered nor kept for later.
const closedWhenPushed: PlantedBug = {
  id: 53,
  name: "entry-closed-when-pushed",
  rule: "MSG1",
  symptom: "an entry is closed when its message is written to the socket: a dead socket loses it",
  plant: () => ({ nodeParts: () => ({ push: pushAndClose }) }),
};

// AsamK/signal-cli#1761: a new device hears of nothing that was sent before it came.
const newDeviceStartsAtTheEnd: PlantedBug = {
  id: 54,
  name: "new-device-starts-at-the-end",
  rule: "MSG1",
  symptom: "a device without a log starts behind its last message: what is unread it never gets",
  plant: () => ({
    nodeParts: () => ({
      startOf: (_node, session, entry) =>
        session.have?.get(entry.chat)?.get(entry.device) ?? entry.sentN,
    }),
  }),
};

// openimsdk/open-im-server#3257: pushed to those online, and never persisted.
const toldBeforeAppend: PlantedBug = {
  id: 57,
  name: "told-before-append",
  rule: "MSG8",
  symptom: "the owner is told before the append: it fails, and what was shown is stored nowhere",
  plant: () => ({
    nodeParts: () => ({
      sendBatch: async (node, writer, rows) => {
        node.parts.tell(node, writer, rows);
        await sendBatch(node, writer, rows);
      },
    }),
  }),
};

/** A queue, not an archive: what was read is taken out. */
class ReadRowsGo extends HiddenRows {
  readonly #readN = new Map<ChatId, Map<DeviceId, number>>();

  override raiseReadNow(recipient: UserId, chat: ChatId, device: DeviceId, readN: number): number {
    const standing = super.raiseReadNow(recipient, chat, device, readN);
    let devices = this.#readN.get(chat);
    if (devices === undefined) this.#readN.set(chat, (devices = new Map<DeviceId, number>()));
    devices.set(device, standing);
    return standing;
  }

  protected override isGone({ chat, device, n }: MessageRow): boolean {
    return n <= (this.#readN.get(chat)?.get(device) ?? 0);
  }
}

// processone/ejabberd#3228: a message once sent is deleted, so there is nothing to bring it back from.
const readRowsGo: PlantedBug = {
  id: 58,
  name: "read-rows-go",
  rule: "MSG8",
  symptom: "a message is deleted once it was read, as from a queue: what was shown is not there",
  plant: () => ({ messages: (packing) => new ReadRowsGo(packing) }),
};

export const LOSS_BUGS: readonly PlantedBug[] = [
  closedWhenPushed,
  newDeviceStartsAtTheEnd,
  toldBeforeAppend,
  readRowsGo,
];
