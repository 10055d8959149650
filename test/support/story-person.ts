// A person of a story: acts through the device in use, and tells what that device has shown.
import type { ClientFrame, ServerFrame } from "../../server/protocol/frames.ts";
import type { MessageKind, BlobId, ChatId } from "../../server/protocol/ids.ts";
import type { Device } from "../../sim/device/device.ts";
import type { UploadAnswer } from "../../sim/device/ports.ts";
import { DOWNLOAD, KIND } from "../../sim/history/history.ts";
import type { SeenFrame, Told } from "./story-record.ts";
import type { Town } from "./story.ts";

export interface Shown {
  readonly t: number;
  readonly from: string;
  /** "?" where it did not decrypt to what was sent. */
  readonly text: string;
  readonly chat: ChatId;
  readonly device: number;
  readonly n: number;
  readonly sentAt: number;
}

export interface Sighting {
  readonly t: number;
  readonly state: "offline" | "online" | "unknown";
  /** Milliseconds of Redis' clock, as the story counts them; 0: not known. */
  readonly lastSeenMs: number;
}

const STATES = ["offline", "online", "unknown"] as const;
const OUTCOMES = ["ok", "refused", "unknown"] as const;

export class Person {
  readonly town: Town;
  readonly name: string;
  readonly user: number;
  readonly frames: SeenFrame[] = [];
  /** Plain texts by their ordinal. */
  readonly texts = new Map<number, string>();
  /** Blobs that this person's uploads were stored under, in order. */
  readonly uploads: BlobId[] = [];
  /** What the downloads brought, in order. */
  readonly answers: UploadAnswer[] = [];
  /** Requests of others that the device has shown. */
  readonly requests: string[] = [];
  device!: Device;
  /** Means to be online. */
  isHere = false;

  constructor(town: Town, name: string, user: number) {
    this.town = town;
    this.name = name;
    this.user = user;
  }

  // ── what the person does
  send(to: string, text: string): void {
    const { device, chat, t } = this.#intend(to, text, "text");
    device.sendText(chat, text.length, t);
  }

  /** `name` stands for the picture's caption in what is shown. */
  sendFile(
    to: string,
    kind: Exclude<MessageKind, "text" | "void">,
    bytes: number,
    name: string,
  ): void {
    const { device, chat, t } = this.#intend(to, name, kind);
    device.sendAttachment(chat, kind, bytes, name.length, t);
  }

  /** A send that names a blob which this person did not upload now. */
  sendNaming(to: string, blob: BlobId, name: string): void {
    const { device, chat, t } = this.#intend(to, name, "image");
    device.sendNaming(chat, blob, name.length, t);
  }

  /** Reads all that is shown of a friend. */
  read(from: string): void {
    const chat = this.device.chat(this.town.chat(this.name, from));
    for (const log of chat?.logs ?? []) this.device.read(chat!.chat, log.device, log.n);
  }

  open(from: string, blob: BlobId): void {
    this.device.download(this.town.chat(this.name, from), blob, true);
  }

  befriend(other: string): void {
    this.device.befriend(this.town.user(other));
  }

  accept(other: string): void {
    this.town.accepted(this.name, other);
    this.device.accept(this.town.user(other));
  }

  signOut(): void {
    this.#leave(0);
    this.device.signOut();
  }

  /** Battery empty: no close reaches the node. */
  vanish(): void {
    this.#leave(1);
    this.device.vanish();
  }

  #leave(vanished: 0 | 1): void {
    this.isHere = false;
    this.town.history.signedOut(this.town.kernel.now, this.user, this.device.device, vanished);
  }

  #intend(to: string, text: string, kind: MessageKind) {
    const { device, town } = this;
    const t = town.kernel.now;
    const chat = town.chat(this.name, to);
    const content = device.nextContent();
    this.texts.set(content, text);
    town.history.sendIntended(t, this.user, town.user(to), chat, content, KIND[kind]);
    return { device, chat, t };
  }

  // ── what the device has shown
  shown(from?: string): Shown[] {
    const { town } = this;
    const events = town.record.events("shown", { user: this.user });
    const messages = events.map((told): Shown => {
      const sender = town.personOf(told["from"]!);
      const { t, chat, logDevice, n, sentAt, content } = told as Told & ShownFields;
      const text = sender.texts.get(content) ?? "?";
      return { t, from: sender.name, text, chat, device: logDevice, n, sentAt };
    });
    return from === undefined ? messages : messages.filter((message) => message.from === from);
  }

  texted(from?: string): string[] {
    return this.shown(from).map((message) => message.text);
  }

  /** How the sends ended, by text. */
  outcome(text: string): "ok" | "refused" | "unknown" | "under way" {
    const { record } = this.town;
    const content = [...this.texts].find(([, one]) => one === text)?.[0] ?? 0;
    const own = { user: this.user, content };
    if (record.events("sendDropped", own).length > 0) return "refused";
    const invoked = record.events("sendInvoked", own)[0];
    if (invoked === undefined) return "under way";
    const { device, chat, n } = invoked as Told & { device: number; chat: number; n: number };
    const ended = record.events("sendEnded", { user: this.user, device, chat, n }).at(-1);
    return ended === undefined ? "under way" : OUTCOMES[ended["outcome"]!]!;
  }

  /** "read up to n", as shown. */
  receipts(): { t: number; chat: number; n: number; readAt: number }[] {
    return this.town.record
      .events("receiptShown", { user: this.user })
      .map(({ t, chat, n, readAt }) => ({ t: t!, chat: chat!, n: n!, readAt: readAt! }));
  }

  /** Every change of a friend's state that was shown. */
  sightings(friend: string): Sighting[] {
    const like = { observer: this.user, user: this.town.user(friend) };
    return this.town.record.events("presenceShown", like).map((told) => ({
      t: told["t"]!,
      state: STATES[told["state"]!]!,
      lastSeenMs: told["lastSeenMs"]!,
    }));
  }

  sees(friend: string): Sighting | undefined {
    return this.sightings(friend).at(-1);
  }

  /** Friends as the device holds them. */
  friends(): { name: string; chat: number; key: string; keyVersion: number }[] {
    const { roster } = this.device;
    return Array.from({ length: roster.size }, (_, at) => ({
      name: this.town.personOf(roster.user(at)).name,
      chat: roster.chat(at),
      key: roster.key(at),
      keyVersion: roster.keyVersion(at),
    }));
  }

  downloads(): string[] {
    const words = Object.keys(DOWNLOAD);
    return this.town.record
      .events("downloaded", { user: this.user })
      .map((told) => words[told["result"]!]!);
  }

  /** The node that the connection in use reaches. */
  get node(): string | undefined {
    const index = this.device.connection?.node ?? -1;
    return index < 0 ? undefined : `node-${index + 1}`;
  }

  /** Nodes of all connections that opened, in order. */
  nodes(): string[] {
    return this.town.record
      .events("connected", { user: this.user })
      .map((told) => `node-${told["node"]! + 1}`);
  }

  closes(): number[] {
    return this.town.record.events("closed", { user: this.user }).map((told) => told["code"]!);
  }

  sent<K extends ClientFrame["type"]>(type: K): Extract<ClientFrame, { type: K }>[] {
    return this.frames
      .filter((seen) => seen.way === "up" && seen.frame.type === type)
      .map((seen) => seen.frame as Extract<ClientFrame, { type: K }>);
  }

  heard<K extends ServerFrame["type"]>(type: K): Extract<ServerFrame, { type: K }>[] {
    return this.frames
      .filter((seen) => seen.way === "down" && seen.frame.type === type)
      .map((seen) => seen.frame as Extract<ServerFrame, { type: K }>);
  }

  get isSettled(): boolean {
    return this.device.synced && this.device.isSettled;
  }
}

interface ShownFields {
  readonly t: number;
  readonly chat: number;
  readonly logDevice: number;
  readonly n: number;
  readonly sentAt: number;
  readonly content: number;
}
