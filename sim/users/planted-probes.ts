// What the rules about secrecy are proved on: now and then somebody asks for a stranger's picture, sends one
// that is not his or too old, claims to have read what was never sent, sends an n again with other bytes, turns a
// ciphertext's context, or reads back what is known to be there.
import type { MessageFrame } from "../../server/protocol/frames.ts";
import type { BlobId, ChatId, UserId } from "../../server/protocol/ids.ts";
import type { Device } from "../device/device.ts";
import type { SealContext } from "../device/ports.ts";
import { KIND, type OutcomeCode } from "../history/history.ts";
import { keyed, type Stream } from "../kernel/random.ts";
import { PURPOSE } from "./draws.ts";
import type { People } from "./people.ts";

/** Of all messages. */
const PROBE_SHARE = 1 / 250;
const SWAP_SHARE = 1 / 100;
const CONTEXT_FIELDS = 7;
const BLOBS_REMEMBERED = 64;
const PROBE_BYTES = 24;
const HISTORY_ROWS = 50;
const BEYOND = 1_000;

interface Uploaded {
  readonly owner: UserId;
  readonly chat: ChatId;
  readonly blob: BlobId;
}

/** In this order, after reading back. */
const PROBES = [
  ...(["fetch_foreign", "send_foreign", "send_expired", "read_beyond", "send_again"] as const),
];
export type Probe = (typeof PROBES)[number];

export class PlantedProbes {
  readonly #people: People;
  readonly #draws: Stream;
  readonly #uploaded: Uploaded[] = [];
  #uploads = 0;
  #probes = 0;
  /** Sends that name a wrong blob and have not ended: user, chat and content in one text. */
  readonly #planted = new Set<string>();

  constructor(people: People, draws: Stream) {
    this.#people = people;
    this.#draws = draws;
  }

  uploaded(device: Device, chat: ChatId, blob: BlobId): void {
    this.#uploaded[this.#uploads++ % BLOBS_REMEMBERED] = { owner: device.user, chat, blob };
  }

  /** Called with every sender. */
  maybe(user: UserId): void {
    if (this.#draws.next() >= PROBE_SHARE) return;
    const device = this.#people.device(user);
    if (device === undefined) return;
    const probe = this.#probes++ % (1 + PROBES.length);
    if (probe === 0) this.#readBack(device);
    else this.try(device, PROBES[probe - 1]!);
  }

  try(device: Device, probe: Probe): void {
    this.#people.did(device.user, probe);
    switch (probe) {
      case "fetch_foreign":
        return this.#fetchForeign(device);
      case "send_foreign":
        return this.#sendForeign(device);
      case "send_expired":
        return this.#sendExpired(device);
      case "read_beyond":
        return this.#readBeyond(device);
      case "send_again":
        return this.#sendForked(device);
    }
  }

  /** The recipient tries to open a message under a context that is not its own. */
  maybeSwap(device: Device, frame: MessageFrame): void {
    const people = this.#people;
    const u = keyed(people.seed32, frame.chat + frame.device, PURPOSE.swap, frame.n);
    if (u >= SWAP_SHARE || frame.body === undefined) return;
    const key = device.chat(frame.chat)?.keyOf(frame.keyVersion);
    if (key === undefined) return;
    const which = Math.floor((u / SWAP_SHARE) * CONTEXT_FIELDS);
    const opened = people.world.ports.cipher.open(key, turned(frame, which), frame.body);
    const result = opened === undefined ? 0 : 1;
    people.history.swapTried(people.world.nowUs(), device.user, which, result);
  }

  sendEnded(user: UserId, chat: ChatId, content: number, outcome: OutcomeCode): void {
    if (this.#planted.size === 0) return;
    if (!this.#planted.delete(`${user}/${chat}/${content}`)) return;
    const { history, world } = this.#people;
    history.plantedBlobSend(world.nowUs(), user, chat, outcome);
  }

  #readBack(device: Device): void {
    const { user } = device;
    const friends = this.#people.friendCount(user);
    if (friends === 0) return;
    const place = Math.floor(this.#draws.next() * friends);
    this.#people.did(user, "history", this.#people.friendAt(user, place));
    device.readHistory(this.#people.chatAt(user, place), 1, HISTORY_ROWS);
  }

  #fetchForeign(device: Device): void {
    const found = this.#uploaded.find((each) => !this.#isMember(device.user, each.chat));
    if (found !== undefined) device.download(found.chat, found.blob, false);
  }

  #sendForeign(device: Device): void {
    const found = this.#uploaded.find((each) => each.owner !== device.user);
    if (found !== undefined) this.#sendNaming(device, () => found.blob);
  }

  #sendExpired(device: Device): void {
    const { world } = this.#people;
    this.#sendNaming(device, (chat) => world.expiredBlob?.(device.user, chat));
  }

  /** Far beyond: nothing that is on its way reaches there. */
  #readBeyond(device: Device): void {
    for (const chat of device.chats?.values() ?? [])
      for (const log of chat.logs) {
        if (log.n === 0) continue;
        device.readBeyond(chat.chat, log.device, log.n + BEYOND);
        return;
      }
  }

  #sendForked(device: Device): void {
    for (const chat of device.outbox?.logs.keys() ?? []) {
      device.sendForked(chat, PROBE_BYTES, this.#people.world.nowUs());
      return;
    }
  }

  #sendNaming(device: Device, blobOf: (chat: ChatId) => BlobId | undefined): void {
    const people = this.#people;
    const { user } = device;
    if (people.friendCount(user) === 0) return;
    const chat = people.chatAt(user, 0);
    const blob = blobOf(chat);
    if (blob === undefined) return;
    const t = people.world.nowUs();
    const content = device.nextContent();
    this.#planted.add(`${user}/${chat}/${content}`);
    const recipient = people.friendAt(user, 0);
    people.history.sendIntended(t, user, recipient, chat, content, KIND.image);
    device.sendNaming(chat, blob, PROBE_BYTES, t);
  }

  #isMember(user: UserId, chat: ChatId): boolean {
    const people = this.#people;
    const friends = people.friendCount(user);
    for (let place = 0; place < friends; place++)
      if (people.chatAt(user, place) === chat) return true;
    return false;
  }
}

/** The message's context with one field turned: chat, sender, device, n, version, kind or part. */
function turned(frame: MessageFrame, which: number): SealContext {
  return {
    chat: frame.chat + (which === 0 ? 1 : 0),
    from: frame.from + (which === 1 ? 1 : 0),
    device: frame.device + (which === 2 ? 1 : 0),
    n: frame.n + (which === 3 ? 1 : 0),
    keyVersion: frame.keyVersion + (which === 4 ? 1 : 0),
    kind: which === 5 ? (frame.kind === "file" ? "voice" : "file") : frame.kind,
    part: which === 6 ? 1 : 0,
  };
}
