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
  /** What was attached to the messages that a user was shown in a chat; for scripts alone, and whoever writes them. */
  readonly #attached = new Map<UserId, Map<ChatId, BlobId[]>>();

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
    const { isScripted, onAction } = this.#people;
    if (frame.url !== undefined && (isScripted || onAction !== undefined))
      this.#attachedTo(device.user, frame.chat).push(frame.url);
    if (isScripted) return;
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

  /** The person reads what that friend sent; from one device alone where its place among them is named. */
  readFrom(device: Device, friend: UserId, place: number | undefined): void {
    for (const chat of device.chats?.values() ?? [])
      if (chat.friend === friend)
        chat.logs.forEach((log, index) => {
          if (place === undefined || index === place - 1) this.#read(log);
        });
  }

  /** The person opens what came from that friend so long ago. */
  openFrom(device: Device, friend: UserId, back = 0): void {
    for (const chat of device.chats?.values() ?? []) {
      if (chat.friend !== friend) continue;
      const blob = this.#attachedTo(device.user, chat.chat).at(-1 - back);
      if (blob !== undefined) this.#open({ device, chat: chat.chat, blob });
    }
  }

  #attachedTo(user: UserId, chat: ChatId): BlobId[] {
    let chats = this.#attached.get(user);
    if (chats === undefined) this.#attached.set(user, (chats = new Map<ChatId, BlobId[]>()));
    let blobs = chats.get(chat);
    if (blobs === undefined) chats.set(chat, (blobs = []));
    return blobs;
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
    if (people.onAction !== undefined) this.#toldRead(device.user, log);
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
    if (friend !== undefined) this.#toldOpen(device.user, friend, chat, blob);
    device.download(chat, blob, true);
  }

  /** Which of a friend's devices is said where there are several. */
  #toldRead(user: UserId, log: InboundLog): void {
    const { friend, logs } = log.chat;
    const more = logs.length > 1 ? { log: logs.indexOf(log) + 1 } : {};
    this.#people.did(user, "read", friend, more);
  }

  #toldOpen(user: UserId, friend: UserId, chat: ChatId, blob: BlobId): void {
    if (this.#people.onAction === undefined) return;
    const blobs = this.#attachedTo(user, chat);
    const back = blobs.length - 1 - blobs.lastIndexOf(blob);
    this.#people.did(user, "open", friend, back === 0 ? {} : { back });
  }
}
