// Pictures that are linked too early or shown to strangers, and encryption that binds too little.
import { ok, type Outcome } from "../../server/ports/outcome.ts";
import type { BlobStore, StoredBlob } from "../../server/ports/blob-store.ts";
import type { KeyVault } from "../../server/ports/key-vault.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import type { ChatId, UserId } from "../../server/protocol/ids.ts";
import type { Cipher, SealContext } from "../device/ports.ts";
import type { PlantedBug } from "./bug.ts";

/** Answers when the bytes have arrived, not when they are stored. */
function answersEarly(blobs: BlobStore): BlobStore {
  return {
    put: (blob, body, sha256) => {
      void blobs.put(blob, body, sha256);
      const stored: StoredBlob = { bytes: body.bytes, sha256 };
      const answer: Outcome<{ created: boolean; stored: StoredBlob }> = ok({
        created: true,
        stored,
      });
      return Promise.resolve(answer);
    },
    get: (blob) => blobs.get(blob),
  };
}

const linkedBeforeDurable: PlantedBug = {
  id: 30,
  name: "blob-linked-before-durable",
  rule: "IMG1",
  symptom: "a blob is linked before its upload is durable: a dead picture",
  plant: () => ({ ports: (ports) => ({ ...ports, blobs: answersEarly(ports.blobs) }) }),
};

const blobWithoutMembership: PlantedBug = {
  id: 31,
  name: "blob-without-membership",
  rule: "IMG2",
  symptom: "a blob is served without the membership check: a leak",
  plant: () => ({ nodeParts: () => ({ mayOpen: () => Promise.resolve(true) }) }),
};

/** Encrypts with additional data that names no chat. */
function withoutChat(cipher: Cipher): Cipher {
  const everyChat = (context: SealContext): SealContext => ({ ...context, chat: 0 });
  return {
    seal: (key, context, plain) => cipher.seal(key, everyChat(context), plain),
    open: (key, context, sealed) => cipher.open(key, everyChat(context), sealed),
    sealBlob: (key, blob, plain) => cipher.sealBlob(key, blob, plain),
    openBlob: (key, blob, body) => cipher.openBlob(key, blob, body),
    keyNumber: (key) => cipher.keyNumber(key),
    blobNumber: (blob) => cipher.blobNumber(blob),
  };
}

const dataWithoutChat: PlantedBug = {
  id: 32,
  name: "additional-data-without-chat",
  rule: "SEC3",
  symptom: "the additional data lacks the chat: a ciphertext is accepted in another chat",
  plant: () => ({ cipher: withoutChat }),
};

/** One chat of two people, whoever of them makes it. */
function chatOfPair(userLow: UserId, userHigh: UserId): ChatId {
  return userLow * 1_048_576 + userHigh;
}

function withChatOfPair(vault: KeyVault): KeyVault {
  return {
    create: (context) =>
      vault.create({ ...context, chat: chatOfPair(context.userLow, context.userHigh) }),
    unwrap: (keys) => vault.unwrap(keys),
    rewrap: (key, context) => vault.rewrap(key, context),
    currentKekId: () => vault.currentKekId(),
  };
}

/** Writes without a condition: whoever establishes a friendship takes his own key for the one that stands. */
function withoutCondition(roster: RosterStore): RosterStore {
  return {
    request: (request) => roster.request(request),
    requests: (to) => roster.requests(to),
    establish: async (candidate) => {
      const own = { ...candidate, chat: chatOfPair(candidate.userLow, candidate.userHigh) };
      const outcome = await roster.establish(own);
      return outcome.kind === "ok" ? ok(own) : outcome;
    },
    friendship: (userLow, userHigh) => roster.friendship(userLow, userHigh),
    putFriend: (row) => roster.putFriend(row),
    friends: (user) => roster.friends(user),
    friend: (user, friend) => roster.friend(user, friend),
    rewrap: (friendship) => roster.rewrap(friendship),
  };
}

const twoKeys: PlantedBug = {
  id: 41,
  name: "two-keys-for-one-friendship",
  rule: "SEC3",
  symptom: "two friends accept each other at once and two keys are made: nothing decrypts",
  plant: () => ({
    ports: (ports) => ({
      ...ports,
      vault: withChatOfPair(ports.vault),
      roster: withoutCondition(ports.roster),
    }),
  }),
};

export const SECRECY_BUGS: readonly PlantedBug[] = [
  linkedBeforeDurable,
  blobWithoutMembership,
  dataWithoutChat,
  twoKeys,
];
