// Pictures that are another's: served from the wrong place of a cache, or named by who does not own them.
import { getBlob } from "../../server/core/images.ts";
import type { BlobReply } from "../../server/ports/client-transport.ts";
import type { ChatId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";

// signalapp/Signal-Android#840: a cache whose index is reused shows an earlier picture.
const cachedUnderChat: PlantedBug = {
  id: 73,
  name: "picture-cached-under-its-chat",
  rule: "IMG1",
  symptom: "downloads are cached under their chat, not their name: another picture is served",
  plant: () => ({
    nodeParts: () => {
      const kept = new Map<ChatId, BlobReply>();
      return {
        getBlob: async (node, token, blob) => {
          const reply = await getBlob(node, token, blob);
          const row = await node.ports.messages.blob(blob);
          if (reply.status !== 200 || row.kind !== "ok" || row.value === undefined) return reply;
          const { chat } = row.value;
          const earlier = kept.get(chat);
          if (earlier !== undefined) return earlier;
          kept.set(chat, reply);
          return reply;
        },
      };
    },
  }),
};

// RocketChat/Rocket.Chat#38892: a send may name any upload, whoever made it and for whichever room.
const anyBlobNamed: PlantedBug = {
  id: 74,
  name: "any-blob-named",
  rule: "IMG2",
  symptom: "a send may name any stored blob: also a stranger's, and one too old to be kept",
  plant: () => ({
    nodeParts: () => ({
      checkBlob: async (node, _session, frame) => {
        const named = await node.ports.messages.blob(frame.url!);
        if (named.kind !== "ok") return "unavailable";
        return named.value === undefined ? "no-blob" : undefined;
      },
    }),
  }),
};

export const PICTURE_BUGS: readonly PlantedBug[] = [cachedUnderChat, anyBlobNamed];
