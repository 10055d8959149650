// What people send: messages at a phase's total rate, from whoever means to be online to one of his friends,
// connected or not.
import type { UserId } from "../../server/protocol/ids.ts";
import { KIND } from "../history/history.ts";
import { Sampler } from "../kernel/distribution.ts";
import type { Stream, Streams } from "../kernel/random.ts";
import type { Behaviour, Phase } from "../scenario/types.ts";
import { Arrivals } from "./arrivals.ts";
import { HotChats } from "./hot-chats.ts";
import type { People } from "./people.ts";

/** A body may have 16 KiB with its encryption. */
const TEXT_BYTES_MAX = 16_384 - 16;
/** A sender without friends is no sender: another one is drawn, so often at most. */
const DRAWS_MAX = 8;

interface AttachmentChoice {
  readonly kind: "image" | "voice" | "file";
  /** Share of messages of this kind or one before it in the list. */
  readonly upTo: number;
  readonly bytes: Sampler;
}

/** What goes with a message, and how large it is. */
export interface Attached {
  readonly attach: "image" | "voice" | "file";
  readonly bytes: number;
}

export class Sending {
  readonly #people: People;
  readonly #arrivalDraws: Stream;
  readonly #senders: Stream;
  readonly #recipients: Stream;
  readonly #bodies: Stream;
  readonly #kinds: Stream;
  readonly #bodyBytes: Sampler;
  readonly #attachments: readonly AttachmentChoice[];
  readonly #hotChats: HotChats | undefined;
  readonly #afterEach: (user: UserId) => void;
  #arrivals: Arrivals | undefined = undefined;
  #endUs = 0;
  #ordinal = 0;
  readonly #onArrival = (ordinal: number): void => this.#arrive(ordinal);

  /** `afterEach` is called with each sender. */
  constructor(people: People, streams: Streams, afterEach: (user: UserId) => void) {
    this.#people = people;
    this.#arrivalDraws = streams.stream("arrivals");
    this.#senders = streams.stream("senders");
    this.#recipients = streams.stream("recipients");
    this.#bodies = streams.stream("bodies");
    this.#kinds = streams.stream("kinds");
    this.#bodyBytes = new Sampler(people.scenario.behaviour.bodyBytes);
    this.#attachments = attachmentChoices(people.scenario.behaviour);
    const { hotChats } = people.scenario.behaviour;
    this.#hotChats =
      hotChats === undefined
        ? undefined
        : new HotChats(hotChats, people.graph, streams.stream("hot-chats"));
    this.#afterEach = afterEach;
  }

  begin(phase: Phase): void {
    this.stop();
    const { ratePerS, process } = phase.messages;
    if (ratePerS <= 0) return;
    this.#arrivals = new Arrivals(ratePerS, process, this.#arrivalDraws, phase.startUs);
    this.#endUs = phase.startUs + phase.durationUs;
    this.#next();
  }

  stop(): void {
    this.#arrivals = undefined;
    this.#ordinal += 1;
  }

  #next(): void {
    const atUs = this.#arrivals!.nextUs();
    if (atUs < this.#endUs) this.#people.world.atUs(atUs, this.#onArrival, this.#ordinal);
  }

  #arrive(ordinal: number): void {
    if (ordinal !== this.#ordinal) return;
    this.#next();
    const people = this.#people;
    const hot = this.#hotChats?.next();
    if (hot !== undefined && people.online.has(hot.user)) {
      this.send(hot.user, hot.place);
      this.#afterEach(hot.user);
      return;
    }
    for (let i = 0; i < DRAWS_MAX; i++) {
      const user = people.online.pickOnline(this.#senders.next());
      if (user === 0) return;
      const friends = people.friendCount(user);
      if (friends === 0) continue;
      this.send(user, Math.floor(this.#recipients.next() * friends));
      this.#afterEach(user);
      return;
    }
  }

  /** The person sends to the friend at that place. */
  send(user: UserId, place: number, given?: Attached): void {
    const people = this.#people;
    const device = people.device(user);
    if (device === undefined) return;
    const recipient = people.friendAt(user, place);
    const chat = people.chatAt(user, place);
    const t = people.world.nowUs();
    const content = device.nextContent();
    const bytes = clampBytes(this.#bodyBytes.at(this.#bodies.next()));
    const attached = people.isScripted ? given : this.#chooseAttachment();
    const kind = attached === undefined ? "text" : attached.attach;
    if (people.onAction !== undefined)
      people.onAction({ atUs: t, user, do: "send", to: recipient, ...attached });
    people.history.sendIntended(t, user, recipient, chat, content, KIND[kind]);
    if (attached === undefined) device.sendText(chat, bytes, t);
    else device.sendAttachment(chat, attached.attach, attached.bytes, bytes, t);
  }

  #chooseAttachment(): Attached | undefined {
    if (this.#attachments.length === 0) return undefined;
    const u = this.#kinds.next();
    const choice = this.#attachments.find(({ upTo }) => u < upTo);
    if (choice === undefined) return undefined;
    const bytes = Math.max(1, Math.round(choice.bytes.at(this.#kinds.next())));
    return { attach: choice.kind, bytes };
  }
}

function attachmentChoices(behaviour: Behaviour): AttachmentChoice[] {
  let upTo = 0;
  return behaviour.attachments.map(({ kind, share, bytes }) => {
    upTo += share;
    return { kind, upTo, bytes: new Sampler(bytes) };
  });
}

function clampBytes(drawn: number): number {
  return Math.max(1, Math.min(TEXT_BYTES_MAX, Math.round(drawn)));
}
