// Nodes that store another content, kind or time than the device gave.
import { sameBytes } from "../../server/core/log-writer.ts";
import { append, sendBatch } from "../../server/core/send.ts";
import type { MessageRow } from "../../server/ports/message-store.ts";
import type { PlantedBug } from "./bug.ts";

function withBodyOf(last: MessageRow, row: MessageRow): MessageRow {
  return row.body === undefined || last.body === undefined ? row : { ...row, body: last.body };
}

// RocketChat/Rocket.Chat.ReactNative#5942: of several in one payload the last one is shown for all.
const batchSharesBody: PlantedBug = {
  id: 55,
  name: "batch-shares-its-last-body",
  rule: "MSG2",
  symptom: "all rows of a batch are written with the body of its last: contents that nobody sent",
  plant: () => ({
    nodeParts: () => ({
      sendBatch: (node, writer, rows) =>
        sendBatch(
          node,
          writer,
          rows.map((row) => withBodyOf(rows[rows.length - 1]!, row)),
        ),
    }),
  }),
};

// lobehub/lobehub#16063: a sound is stored as a mere "file".
const voiceStoredAsFile: PlantedBug = {
  id: 56,
  name: "voice-stored-as-file",
  rule: "MSG2",
  symptom: "a voice message is stored as a file: a message of a kind that nobody sent",
  plant: () => ({
    nodeParts: () => ({
      append: (node, writer, rows) =>
        append(
          node,
          writer,
          rows.map((row): MessageRow => (row.kind === "voice" ? { ...row, kind: "file" } : row)),
        ),
    }),
  }),
};

// processone/ejabberd#1865: archived under the clock of the node, and the nodes differ.
const timeOfTheNode: PlantedBug = {
  id: 76,
  name: "time-of-the-node",
  rule: "MSG6",
  symptom: "a node stamps messages with its own clock: they sort elsewhere than their sender saw",
  plant: () => ({
    nodeParts: () => ({
      sendBatch: (node, writer, rows) => {
        const sentAt = node.ports.clock.wallMs();
        return sendBatch(
          node,
          writer,
          rows.map((row) => ({ ...row, sentAt })),
        );
      },
      sameBytes: (frame, row) => sameBytes({ ...frame, sentAt: row.sentAt }, row),
    }),
  }),
};

export const CONTENT_BUGS: readonly PlantedBug[] = [
  batchSharesBody,
  voiceStoredAsFile,
  timeOfTheNode,
];
