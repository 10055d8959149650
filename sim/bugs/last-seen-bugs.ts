// "Last seen" that is the time of something else.
import { showFriend } from "../../server/core/friend-presence.ts";
import { MemoryPresenceStore } from "../../server/memory/presence-store.ts";
import type { Claim, Epoch, Presence } from "../../server/ports/presence-store.ts";
import type { UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";

interface Connected {
  readonly epoch: Epoch;
  readonly atMs: number;
}

/** Shows when a connection began; renewals keep the record fresh and change nothing that is shown. */
class SeenAtSignIn extends MemoryPresenceStore {
  readonly #connected = new Map<UserId, Connected>();

  override install(claim: Claim, nowMs: number): void {
    if (this.#connected.get(claim.user)?.epoch !== claim.epoch)
      this.#connected.set(claim.user, { epoch: claim.epoch, atMs: nowMs });
    super.install(claim, nowMs);
  }

  override lookupNow(user: UserId): Presence {
    const { record, online } = super.lookupNow(user);
    const connected = this.#connected.get(user);
    if (record === undefined || connected === undefined) return { record, online };
    return { record: { ...record, heartbeatMs: connected.atMs }, online };
  }
}

// GetStream/stream-chat-flutter#1528: last_active is set when a user connects, and hardly ever after.
const seenAtSignIn: PlantedBug = {
  id: 67,
  name: "last-seen-at-sign-in",
  rule: "PRE3",
  symptom: "last seen is the time of the sign-in, whatever came after: far behind the truth",
  plant: () => ({ presence: (nowMs) => new SeenAtSignIn(nowMs) }),
};

// davidgfnet/whatsapp-purple#310: it changes whenever somebody looks.
const seenWhenLookedAt: PlantedBug = {
  id: 68,
  name: "last-seen-when-looked-at",
  rule: "PRE3",
  symptom: "last seen of who is offline is the time of the look: ahead of the truth",
  plant: () => ({
    nodeParts: () => ({
      showFriend: (node, info, state, epoch, lastSeenMs) => {
        const isShown = state === "offline" && lastSeenMs > 0;
        const seenMs = isShown ? node.ports.clock.wallMs() : lastSeenMs;
        showFriend(node, info, state, epoch, seenMs);
      },
    }),
  }),
};

export const LAST_SEEN_BUGS: readonly PlantedBug[] = [seenAtSignIn, seenWhenLookedAt];
