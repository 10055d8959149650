// What reaches those whom it does not concern, and what stands in the clear.
import { showFriend } from "../../server/core/friend-presence.ts";
import { isOpen } from "../../server/core/session.ts";
import type { KeyVault } from "../../server/ports/key-vault.ts";
import { ok } from "../../server/ports/outcome.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import type { Random } from "../../server/ports/random.ts";
import type { Opaque, UserId } from "../../server/protocol/ids.ts";
import type { Cipher } from "../device/ports.ts";
import type { PlantedBug } from "./bug.ts";

/** A connection that nobody emptied after a timeout: from then on each call reads the reply to the one before. */
function oneReplyBehind(roster: RosterStore): RosterStore {
  const unread: UserId[] = [];
  return {
    request: (request) => roster.request(request),
    requests: (to) => roster.requests(to),
    establish: (candidate) => roster.establish(candidate),
    friendship: (userLow, userHigh) => roster.friendship(userLow, userHigh),
    putFriend: (row) => roster.putFriend(row),
    friends: async (user) => {
      unread.push(user);
      const replied = await roster.friends(unread[0]!);
      if (replied.kind !== "unknown") unread.shift();
      return replied;
    },
    friend: (user, friend) => roster.friend(user, friend),
    rewrap: (friendship) => roster.rewrap(friendship),
  };
}

// redis/redis-py#2624: a cancelled command leaves its reply on the connection, the next one gets it.
const replyOfTheCallBefore: PlantedBug = {
  id: 69,
  name: "reply-of-the-call-before",
  rule: "SEC1",
  symptom: "after a timeout a driver gives each call the reply to the one before: strangers' keys",
  plant: () => ({ ports: (ports) => ({ ...ports, roster: oneReplyBehind(ports.roster) }) }),
};

// RocketChat/Rocket.Chat#21182: every user receives events of every other one who is connected.
const presenceToEveryone: PlantedBug = {
  id: 70,
  name: "presence-to-everyone",
  rule: "SEC1",
  symptom:
    "a change of presence goes to every session of the node: also to those who are no friends",
  plant: () => ({
    nodeParts: () => ({
      showFriend: (node, info, state, epoch, lastSeenMs) => {
        const watching = info.sessions;
        info.sessions = Array.from(node.sessions.values());
        showFriend(node, info, state, epoch, lastSeenMs);
        info.sessions = watching.filter(isOpen);
      },
    }),
  }),
};

function isClear(wrapped: string): boolean {
  return wrapped.startsWith("key-");
}

/** Fails open: where nobody wraps a new key it is stored as it is. */
function failsOpen(vault: KeyVault, random: Random): KeyVault {
  return {
    create: async (context) => {
      const created = await vault.create(context);
      if (created.kind === "ok") return created;
      const wrapped = `key-${random.id48().toString(16).padStart(12, "0")}`;
      return ok({ keyVersion: context.keyVersion, kekId: vault.currentKekId(), wrapped });
    },
    unwrap: async (keys) => {
      const outcome = await vault.unwrap(keys);
      if (outcome.kind !== "ok") return outcome;
      return ok(keys.map(({ key }, i) => (isClear(key.wrapped) ? key.wrapped : outcome.value[i])));
    },
    rewrap: (key, context) =>
      isClear(key.wrapped) ? Promise.resolve(ok(key)) : vault.rewrap(key, context),
    currentKekId: () => vault.currentKekId(),
  };
}

// open-mercato/open-mercato#2661: the vault stumbles once, and what follows is written as plain text.
const keyInClear: PlantedBug = {
  id: 71,
  name: "key-in-clear-without-vault",
  rule: "SEC2",
  symptom: "a key that is made while the vault is away is stored unwrapped: a secret in the clear",
  plant: () => ({ ports: (ports) => ({ ...ports, vault: failsOpen(ports.vault, ports.random) }) }),
};

class Clear implements Opaque {
  readonly length: number;
  readonly content: number;

  constructor(content: number, length: number) {
    this.content = content;
    this.length = length;
  }

  same(other: Opaque): boolean {
    return other instanceof Clear && other.content === this.content;
  }
}

function thumbnailsInClear(cipher: Cipher): Cipher {
  return {
    seal: (key, context, plain) =>
      context.part === 1 ? new Clear(plain.content, plain.bytes) : cipher.seal(key, context, plain),
    open: (key, context, sealed) => cipher.open(key, context, sealed),
    sealBlob: (key, blob, plain) => cipher.sealBlob(key, blob, plain),
    openBlob: (key, blob, body) => cipher.openBlob(key, blob, body),
    keyNumber: (key) => cipher.keyNumber(key),
    blobNumber: (blob) => cipher.blobNumber(blob),
  };
}

// nextcloud/server#1967: pictures are encrypted, their thumbnails are not.
const thumbnailInClear: PlantedBug = {
  id: 72,
  name: "thumbnail-in-clear",
  rule: "SEC2",
  symptom: "a picture's thumbnail is sent unencrypted: plain text in a store",
  plant: () => ({ cipher: thumbnailsInClear }),
};

export const ISOLATION_BUGS: readonly PlantedBug[] = [
  replyOfTheCallBefore,
  presenceToEveryone,
  keyInClear,
  thumbnailInClear,
];
