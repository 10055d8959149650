// When people read what was shown to them, and which pictures they open. Reading covers everything shown of a
// log at that moment; what was not read before somebody left is read after the next sign-in.
import type { MessageFrame } from "../../server/protocol/frames.ts";
import type { BlobId, ChatId, UserId } from "../../server/protocol/ids.ts";
import type { InboundLog } from "../device/chat.ts";
import type { Device } from "../device/device.ts";
import { Sampler } from "../kernel/distribution.ts";
import { keyed } from "../kernel/random.ts";
import { PURPOSE } from "./draws.ts";
import type { People } from "./people.ts";

interface Opening {
  readonly device: Device;
  readonly chat: ChatId;
  readonly blob: BlobId;
}

export class Reading {
  readonly #people: People;
  readonly #readAfter: Sampler;
  readonly #opened: ReadonlyMap<string, number>;
  readonly #onRead = (log: InboundLog): void => this.#read(log);
  readonly #onOpen = (opening: Opening): void => this.#open(opening);
  #atOnce = false;
  /** What was attached to the last message that a user was shown in a chat; for scripts alone. */
  readonly #attached = new Map<UserId, Map<ChatId, BlobId>>();

  constructor(people: People) {
    this.#people = people;
    const { readAfterUs, attachments } = people.scenario.behaviour;
    this.#readAfter = new Sampler(readAfterUs);
    this.#opened = new Map(attachments.map(({ kind, opened }) => [kind, opened]));
  }

  shown(device: Device, log: InboundLog, frame: MessageFrame): void {
    if (this.#atOnce) {
      if (device.synced) this.#read(log);
      return;
    }
    if (this.#people.isScripted) {
      if (frame.url !== undefined) this.#remember(device.user, frame.chat, frame.url);
      return;
    }
    const delayUs = this.#schedule(log, frame.n);
    if (frame.url !== undefined) this.#maybeOpen(device, frame, frame.url, delayUs);
  }

  synced(device: Device): void {
    if (device.chats === undefined || device.unreadLogs === 0) return;
    for (const chat of device.chats.values())
      for (const log of chat.logs) {
        if (log.readN >= log.n) continue;
        if (this.#atOnce) this.#read(log);
        else if (!this.#people.isScripted) this.#schedule(log, log.n);
      }
  }

  /** The drain at the end: everything is read as soon as it is here. */
  readAtOnce(): void {
    this.#atOnce = true;
    const { online } = this.#people;
    for (let i = 0; i < online.size; i++) {
      const device = this.#people.device(online.online(i));
      if (device !== undefined && device.synced) this.synced(device);
    }
  }

  /** The person reads what that friend sent. */
  readFrom(device: Device, friend: UserId): void {
    for (const chat of device.chats?.values() ?? [])
      if (chat.friend === friend) for (const log of chat.logs) this.#read(log);
  }

  /** The person opens what came last from that friend. */
  openFrom(device: Device, friend: UserId): void {
    for (const chat of device.chats?.values() ?? []) {
      const blob = this.#attached.get(device.user)?.get(chat.chat);
      if (chat.friend === friend && blob !== undefined)
        this.#open({ device, chat: chat.chat, blob });
    }
  }

  #remember(user: UserId, chat: ChatId, blob: BlobId): void {
    let chats = this.#attached.get(user);
    if (chats === undefined) {
      chats = new Map<ChatId, BlobId>();
      this.#attached.set(user, chats);
    }
    chats.set(chat, blob);
  }

  /** One read under way for a log is enough: it will cover what comes until then. */
  #schedule(log: InboundLog, n: number): number {
    const people = this.#people;
    const entity = log.chat.chat + log.device;
    const delayUs = Math.max(
      0,
      Math.ceil(this.#readAfter.at(keyed(people.seed32, entity, PURPOSE.readAfter, n))),
    );
    if (!log.readScheduled) {
      log.readScheduled = true;
      people.world.atUs(people.world.nowUs() + delayUs, this.#onRead, log);
    }
    return delayUs;
  }

  #read(log: InboundLog): void {
    log.readScheduled = false;
    const device = log.owner;
    const people = this.#people;
    if (people.device(device.user) !== device || !people.online.has(device.user)) return;
    people.did(device.user, "read", log.chat.friend);
    device.read(log.chat.chat, log.device, log.n);
  }

  #maybeOpen(device: Device, frame: MessageFrame, blob: BlobId, delayUs: number): void {
    const share = this.#opened.get(frame.kind);
    if (share === undefined) return;
    const people = this.#people;
    const entity = frame.chat + frame.device;
    if (keyed(people.seed32, entity, PURPOSE.opened, frame.n) >= share) return;
    const opening = { device, chat: frame.chat, blob };
    people.world.atUs(people.world.nowUs() + delayUs, this.#onOpen, opening);
  }

  #open(opening: Opening): void {
    const { device, chat, blob } = opening;
    const people = this.#people;
    if (people.device(device.user) !== device || !people.online.has(device.user)) return;
    const friend = device.chat(chat)?.friend;
    if (friend !== undefined) people.did(device.user, "open", friend);
    device.download(chat, blob, true);
  }
}
