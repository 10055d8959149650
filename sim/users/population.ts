// All virtual users of a run, from the first phase to the end of the quiet phase: builds the parts, starts and
// stops them with the phases, passes on what devices tell. It says `phaseBegan`; faults, nodes, the quiet
// phase and the end are told to the history by whoever runs it.
import type { MessageFrame } from "../../server/protocol/frames.ts";
import type { BlobId, ChatId, UserId } from "../../server/protocol/ids.ts";
import type { InboundLog } from "../device/chat.ts";
import type { Device } from "../device/device.ts";
import type { DeviceHost } from "../device/host.ts";
import { DEVICE_PARTS, type DeviceParts } from "../device/parts.ts";
import { Tally } from "../device/tally.ts";
import type { History, OutcomeCode } from "../history/history.ts";
import type { Streams } from "../kernel/random.ts";
import type { ResolvedScenario, ScriptAction } from "../scenario/types.ts";
import { Acquaintance } from "./acquaintance.ts";
import { ComingAndGoing } from "./coming-and-going.ts";
import { Errands } from "./errands.ts";
import { friendGraphOf, type FriendEdge, type FriendGraph } from "./friend-graph.ts";
import { People } from "./people.ts";
import { PlantedProbes } from "./planted-probes.ts";
import { Reading } from "./reading.ts";
import { Script } from "./script.ts";
import { Sending } from "./sending.ts";
import type { UserWorld } from "./world.ts";

export interface PopulationOptions {
  /** A planted bug's device. */
  readonly parts?: DeviceParts;
  /** Told what people do, as a script that would have them do the same. */
  readonly onAction?: (action: ScriptAction) => void;
}

/** Sign-ins of the drain are spread: so many a second. */
const DRAIN_SIGN_INS_PER_S = 5_000;
const SECOND_US = 1_000_000;

export class Population implements DeviceHost {
  readonly tally = new Tally();
  readonly graph: FriendGraph;
  readonly #people: People;
  readonly #comingAndGoing: ComingAndGoing;
  readonly #sending: Sending;
  readonly #reading: Reading;
  readonly #acquaintance: Acquaintance;
  readonly #errands: Errands;
  readonly #probes: PlantedProbes;
  readonly #script: Script | undefined;
  readonly #world: UserWorld;
  readonly #scenario: ResolvedScenario;
  #quietStep = 0;
  /** The user at whom the last look for somebody unsettled ended. */
  #cursor = 1;
  readonly #onPhase = (phase: number): void => this.#beginPhase(phase);
  readonly #onDrain = (user: UserId): void => this.#people.signIn(user, this, false);
  readonly #onForked = (device: Device): void => this.#people.replaceDevice(device, this);

  constructor(
    scenario: ResolvedScenario,
    streams: Streams,
    world: UserWorld,
    history: History,
    options: PopulationOptions,
  ) {
    this.#scenario = scenario;
    this.#world = world;
    this.graph = friendGraphOf(scenario, streams);
    const parts = options.parts ?? DEVICE_PARTS;
    const people = new People(
      scenario,
      world,
      history,
      parts,
      this.graph,
      streams.seed32("people"),
    );
    this.#people = people;
    this.#comingAndGoing = new ComingAndGoing(people, this, streams.stream("online"));
    this.#probes = new PlantedProbes(people, streams.stream("probes"));
    this.#sending = new Sending(people, streams, (user) => this.#probes.maybe(user));
    this.#reading = new Reading(people);
    this.#acquaintance = new Acquaintance(people, streams.stream("befriend"));
    this.#errands = new Errands(
      people,
      streams,
      () => this.#acquaintance.befriend(),
      (user) => people.switchDevice(user, this),
    );
    if (options.onAction !== undefined) people.onAction = options.onAction;
    if (scenario.script !== undefined)
      this.#script = new Script(scenario.script, people, this, {
        sending: this.#sending,
        reading: this.#reading,
        errands: this.#errands,
        acquaintance: this.#acquaintance,
        probes: this.#probes,
      });
  }

  // ── whoever runs it
  /** Every friendship once: the stores are to hold them before `start`. */
  edges(): IterableIterator<FriendEdge> {
    return this.graph.edges();
  }

  start(): void {
    this.#scenario.phases.forEach((phase, index) =>
      this.#world.atUs(phase.startUs, this.#onPhase, index),
    );
    if (this.#script !== undefined) this.#script.start();
    else this.#errands.start();
  }

  /** Step 1: nobody new signs in, nothing is sent. Step 2: everybody else signs in, all is read at once. */
  quiet(step: 1 | 2): void {
    this.#quietStep = step;
    this.#cursor = 1;
    this.#comingAndGoing.stop();
    this.#sending.stop();
    this.#errands.stop();
    this.#people.putAllAway();
    this.#script?.stop();
    if (step === 2) this.#drain();
  }

  #drain(): void {
    const { online, users } = this.#people;
    const startUs = this.#world.nowUs();
    let count = 0;
    for (let user = 1; user <= users; user++) {
      if (online.has(user)) continue;
      const afterUs = Math.floor((count++ * SECOND_US) / DRAIN_SIGN_INS_PER_S);
      this.#world.atUs(startUs + afterUs, this.#onDrain, user);
    }
    this.#reading.readAtOnce();
  }

  /** Every outbox is empty and every device that should be is synced; in step 2 also everything is read. */
  settled(): boolean {
    const { users, online } = this.#people;
    const { work, synced, unread } = this.tally;
    if (synced !== online.size) return false;
    if (this.#quietStep === 2) return online.size === users && work === 0 && unread === 0;
    if (work === 0) return true;
    // What is left may belong to people who are offline: theirs waits for step 2.
    for (let i = 0; i < users; i++) {
      const user = ((this.#cursor - 1 + i) % users) + 1;
      if (this.#isSettled(user)) continue;
      this.#cursor = user;
      return false;
    }
    return true;
  }

  #isSettled(user: UserId): boolean {
    const device = this.#people.device(user);
    return device === undefined || device.isSettled || !this.#people.online.has(user);
  }

  onlineCount(): number {
    return this.#people.online.size;
  }

  meansOnline(user: UserId): boolean {
    return this.#people.online.has(user);
  }

  /** The device in use, or last in use. */
  device(user: UserId): Device | undefined {
    return this.#people.device(user);
  }

  /** The fullest outbox of all devices, for the limit on it. */
  largestOutbox(): { readonly user: UserId; readonly messages: number } {
    let user = 0;
    let messages = 0;
    for (let each = 1; each <= this.#people.users; each++) {
      const pending = this.#people.device(each)?.outbox?.pending ?? 0;
      if (pending <= messages) continue;
      user = each;
      messages = pending;
    }
    return { user, messages };
  }

  // ── faults
  vanish(user: UserId): void {
    this.#comingAndGoing.vanish(user);
  }

  skewDevices(byMs: number, driftPpm: number): () => void {
    this.#people.setSkew(byMs, driftPpm);
    return () => this.#people.setSkew(0, 0);
  }

  reconnectAll(): void {
    const { online } = this.#people;
    for (let i = 0; i < online.size; i++) this.#people.device(online.online(i))?.reconnect();
  }

  #beginPhase(index: number): void {
    if (this.#quietStep > 0) return;
    const phase = this.#scenario.phases[index]!;
    this.#people.history.phaseBegan(this.#world.nowUs(), index);
    if (this.#script !== undefined) return;
    this.#comingAndGoing.begin(phase);
    this.#sending.begin(phase);
  }

  // ── devices
  nextOperation(): number {
    return this.#world.nextOperation();
  }

  freshToken(device: Device): string {
    return this.#world.issueToken(device.user, device.device);
  }

  shown(device: Device, log: InboundLog, frame: MessageFrame): void {
    this.#probes.maybeSwap(device, frame);
    this.#reading.shown(device, log, frame);
  }

  synced(device: Device): void {
    this.#reading.synced(device);
  }

  /** Closed by a newer sign-in, or for its token: only a person can change that, and no person here will. */
  closedForGood(_device: Device, _code: number, _byDevice: number): void {}

  forked(device: Device): void {
    this.#world.atUs(this.#world.nowUs(), this.#onForked, device);
  }

  friendShown(device: Device, friend: UserId, chat: ChatId): void {
    this.#acquaintance.friendShown(device, friend, chat);
  }

  requestShown(device: Device, from: UserId): void {
    if (this.#quietStep === 0) this.#acquaintance.requestShown(device, from);
  }

  uploaded(device: Device, chat: ChatId, blob: BlobId): void {
    this.#probes.uploaded(device, chat, blob);
  }

  sendEnded(device: Device, chat: ChatId, content: number, outcome: OutcomeCode): void {
    this.#probes.sendEnded(device.user, chat, content, outcome);
  }
}

export function createPopulation(
  scenario: ResolvedScenario,
  streams: Streams,
  world: UserWorld,
  history: History,
  options: PopulationOptions = {},
): Population {
  return new Population(scenario, streams, world, history, options);
}
