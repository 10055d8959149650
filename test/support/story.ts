// A small town in virtual time: the simulated world with its nodes and stores, people with their devices, and
// every checker listening. A story says what people and nodes do, lets time pass, and looks at what was shown
// and what is stored.
import type { MessageFrame } from "../../server/protocol/frames.ts";
import type { BlobId, ChatId } from "../../server/protocol/ids.ts";
import type { Checks } from "../../sim/checks/registry.ts";
import type { InboundLog } from "../../sim/device/chat.ts";
import { createDevice, type Device } from "../../sim/device/device.ts";
import type { DeviceHost } from "../../sim/device/host.ts";
import type { DevicePorts } from "../../sim/device/ports.ts";
import { describeFault } from "../../sim/faults/describe.ts";
import { Tally } from "../../sim/device/tally.ts";
import type { History, OutcomeCode } from "../../sim/history/history.ts";
import { createHub } from "../../sim/history/hub.ts";
import { Kernel } from "../../sim/kernel/kernel.ts";
import { Streams } from "../../sim/kernel/random.ts";
import { buildCheckers } from "../../sim/run/build-checkers.ts";
import { buildWorld } from "../../sim/run/build-world.ts";
import { hostKernelOptions } from "../../sim/run/kernel-host.ts";
import { seedFriendship } from "../../sim/run/seed-stores.ts";
import { scanStores } from "../../sim/run/store-scan.ts";
import type { ResolvedScenario } from "../../sim/scenario/types.ts";
import { FaultExecutor } from "../../sim/world/fault-executor.ts";
import type { SimulatedWorld } from "../../sim/world/simulated.ts";
import { watchedDevicePorts } from "./story-devices.ts";
import { Person } from "./story-person.ts";
import { lanProfile, namesOf, scenarioOf, type StoryPlan } from "./story-plan.ts";
import { Gate, StoryRecord, watchedPorts } from "./story-record.ts";
import { StoryStores } from "./story-stores.ts";

const MS = 1_000;
const SECOND_US = 1_000_000;
/** The nodes are up and their links stand. */
const MORNING_MS = 5_000;
const SIGN_IN_MS_MAX = 10_000;
/** The bound of LIV2 and a little more: in the first step of the quiet phase nobody new signs in. */
const RECOVERY_S = 62;
const DRAIN_S_MAX = 180;
const SETTLED_S = 6;

/** Everything is up, and nobody has signed in yet. */
export async function story(plan: StoryPlan): Promise<Town> {
  const town = new Town(plan);
  await town.runFor(MORNING_MS);
  return town;
}

export interface Arrival {
  /** The node to which the balancer happens to send this person; where it is down, another. */
  readonly node?: string;
  /** On a device that holds nothing yet. */
  readonly fresh?: boolean;
}

export class Town implements DeviceHost {
  readonly tally = new Tally();
  readonly kernel: Kernel;
  readonly scenario: ResolvedScenario;
  readonly world: SimulatedWorld;
  readonly history: History;
  readonly record = new StoryRecord();
  readonly gate = new Gate();
  readonly store: StoryStores;
  readonly faults: FaultExecutor;
  readonly #checks: Checks;
  readonly #people: Person[];
  readonly #chats = new Map<string, ChatId>();
  readonly #wishes = new Map<number, string>();
  readonly #accepted = new Set<string>();
  readonly #ports: DevicePorts;

  constructor(plan: StoryPlan) {
    this.kernel = new Kernel(hostKernelOptions());
    this.scenario = scenarioOf(plan);
    const streams = new Streams(this.scenario.seed);
    this.#checks = buildCheckers(this.scenario);
    this.history = createHub([...this.#checks.listeners, this.record.listener]);
    this.world = buildWorld({
      kernel: this.kernel,
      streams,
      request: {
        scenario: this.scenario,
        profile: plan.profile?.(lanProfile()) ?? lanProfile(),
        scenarioFile: "",
      },
      history: this.history,
      bug: {
        ports: (ports, { index }) =>
          watchedPorts(ports, this.gate, (call, args) =>
            this.record.calls.push({ t: this.kernel.now, node: `node-${index + 1}`, call, args }),
          ),
      },
      trace: (node, event, user, chat, device, n) =>
        this.record.trace.push({
          t: this.kernel.now,
          node: `node-${node + 1}`,
          event,
          user,
          chat,
          device,
          n,
        }),
    });
    this.#people = namesOf(plan).map((name, index) => new Person(this, name, index + 1));
    this.store = new StoryStores(this.world.stores.memory, (name) => this.user(name));
    this.faults = new FaultExecutor(this.world, this, describeFault);
    this.#ports = watchedDevicePorts(this.world, {
      wish: (user) => this.#wishes.get(user),
      frame: (user, seen) => void this.personOf(user).frames.push(seen),
      answer: (user, answer) => void this.personOf(user).answers.push(answer),
    });
    const chats = streams.stream("chat-ids");
    for (const [one, other] of plan.friends ?? [])
      this.#befriended(one, other, chats.int(1, 4_000_000_000));
    this.world.start();
    this.history.phaseBegan(0, 0);
  }

  #befriended(one: string, other: string, chat: ChatId): void {
    const [low, high] = [this.user(one), this.user(other)].sort((a, b) => a - b);
    const edge = { low: low!, high: high!, chat };
    seedFriendship(this.world.stores.memory, this.history, edge);
    this.#chats.set(pairOf(one, other), chat);
  }

  // ── time
  /** Milliseconds since the story began. */
  get nowMs(): number {
    return this.kernel.now / MS;
  }

  runFor(ms: number): Promise<void> {
    return this.kernel.run(this.kernel.now + Math.round(ms * MS));
  }

  /** Lets time pass until it holds, and says after how many milliseconds. */
  async until(holds: () => boolean, withinMs: number, what = "it"): Promise<number> {
    const beganMs = this.nowMs;
    while (!holds()) {
      if (this.nowMs - beganMs >= withinMs)
        throw new Error(`${what} did not come true in ${withinMs} ms`);
      await this.runFor(1);
    }
    return this.nowMs - beganMs;
  }

  // ── people
  person(name: string): Person {
    const found = this.#people.find((person) => person.name === name);
    if (found === undefined) throw new Error(`nobody here is called ${name}`);
    return found;
  }

  personOf(user: number): Person {
    return this.#people[user - 1]!;
  }

  user(name: string): number {
    return this.person(name).user;
  }

  chat(one: string, other: string): ChatId {
    const chat = this.#chats.get(pairOf(one, other));
    if (chat === undefined) throw new Error(`${one} and ${other} have no chat`);
    return chat;
  }

  /** Signs in, and is synced when this is over. */
  async signIn(name: string, arrival: Arrival = {}): Promise<Person> {
    const person = this.dial(name, arrival);
    await this.until(() => person.device.synced, SIGN_IN_MS_MAX, `${name} synced`);
    return person;
  }

  /** Signs in; the device dials from now on. */
  dial(name: string, arrival: Arrival = {}): Person {
    const person = this.#withDevice(name, arrival.fresh === true);
    this.sendTo(name, arrival.node);
    person.isHere = true;
    const { user, device } = person;
    const fresh = this.record.events("signedIn", { user, device: device.device }).length === 0;
    this.history.signedIn(this.kernel.now, user, device.device, fresh ? 1 : 0);
    device.signIn(this.world.issueToken(user, device.device));
    return person;
  }

  /** Comes with a token that somebody made up or kept too long. */
  dialWith(name: string, token: string): Person {
    const person = this.#withDevice(name, false);
    person.device.signIn(token);
    return person;
  }

  /** From now on the balancer happens to send that person there. */
  sendTo(name: string, node: string | undefined): void {
    if (node === undefined) this.#wishes.delete(this.user(name));
    else this.#wishes.set(this.user(name), node);
  }

  #withDevice(name: string, fresh: boolean): Person {
    const person = this.person(name);
    const before = person.device as Device | undefined;
    if (before !== undefined && !fresh) return person;
    before?.retire();
    const identity = { user: person.user, device: this.world.newDeviceId() };
    person.device = createDevice(this.#ports, identity, this, this.history);
    if (before !== undefined) person.device.contents = before.contents;
    return person;
  }

  // ── nodes and faults
  /** SIGKILL, for good. */
  kill(node: string): void {
    this.fault(`kill ${node}`);
  }

  startNode(node: string): void {
    this.world.hosts[indexOf(node)]!.start();
  }

  /** By name, as in story-plan.ts; until the returned function is called. */
  fault(name: string): () => void {
    const index = this.#faultIndex(name);
    this.faults.begin(index);
    return () => this.faults.end(index);
  }

  /** The way between a person and the node is dead, and neither side is told. */
  halfOpen(name: string): void {
    const index = this.#faultIndex("half_open");
    this.history.faultBegan(this.kernel.now, index);
    this.world.transport.byUser.get(this.user(name))!.halfOpen();
    this.history.faultEnded(this.kernel.now, index);
  }

  #faultIndex(name: string): number {
    const index = this.scenario.faults.findIndex((fault) => fault.name === name);
    if (index < 0) throw new Error(`no fault is called "${name}"`);
    return index;
  }

  vanish(user: number): void {
    this.personOf(user).vanish();
  }

  skewDevices(): () => void {
    throw new Error("a story skews the device that it means");
  }

  // ── the end
  /** Faults stop, everybody comes, reads and drains, the stores are scanned; rules that are not valid, in words. */
  async close(): Promise<string[]> {
    this.faults.stopAll();
    this.history.quietBegan(this.kernel.now, 1);
    await this.kernel.run(this.kernel.now + RECOVERY_S * SECOND_US);
    this.history.quietBegan(this.kernel.now, 2);
    for (const person of this.#people) if (!person.isHere) this.dial(person.name);
    await this.#settle(DRAIN_S_MAX, () => {
      for (const person of this.#people) this.#readAll(person);
      return this.#people.every((person) => person.isSettled);
    });
    const t = this.kernel.now;
    this.history.ended(t);
    scanStores(this.world.stores.memory, this.world.cipher, this.history, t);
    return this.#checks
      .results(true)
      .filter((rule) => rule.verdict !== "valid")
      .map((rule) => `${rule.id} ${rule.verdict}: ${rule.violations[0]?.text ?? rule.why ?? ""}`);
  }

  #readAll(person: Person): void {
    const { device } = person;
    for (const chat of device.chats?.values() ?? [])
      for (const log of chat.logs) device.read(chat.chat, log.device, log.n);
  }

  async #settle(secondsMax: number, holds: () => boolean): Promise<void> {
    let held = 0;
    for (let second = 0; second < secondsMax && held < SETTLED_S; second++) {
      await this.kernel.run(this.kernel.now + SECOND_US);
      held = holds() ? held + 1 : 0;
    }
  }

  // ── devices
  nextOperation(): number {
    return this.world.nextOperation();
  }

  freshToken(device: Device): string {
    return this.world.issueToken(device.user, device.device);
  }

  shown(_device: Device, _log: InboundLog, _frame: MessageFrame): void {}

  synced(_device: Device): void {}

  closedForGood(device: Device, code: number): void {
    if (code === 4409 && this.personOf(device.user).device === device)
      this.personOf(device.user).isHere = false;
  }

  forked(device: Device): void {
    throw new Error(`device ${device.device} forked`);
  }

  /** From the acceptance on, the two are friends for whoever judges. */
  accepted(by: string, other: string): void {
    this.#accepted.add(pairOf(by, other));
  }

  friendShown(device: Device, friend: number, chat: ChatId): void {
    const { name } = this.personOf(device.user);
    const pair = pairOf(name, this.personOf(friend).name);
    if (this.#chats.has(pair) || !this.#accepted.has(pair)) return;
    this.#chats.set(pair, chat);
    const [low, high] = [device.user, friend].sort((a, b) => a - b);
    this.history.friendship(this.kernel.now, low!, high!, chat);
  }

  requestShown(device: Device, from: number): void {
    this.personOf(device.user).requests.push(this.personOf(from).name);
  }

  uploaded(device: Device, _chat: ChatId, blob: BlobId): void {
    this.personOf(device.user).uploads.push(blob);
  }

  sendEnded(_device: Device, _chat: ChatId, _content: number, _outcome: OutcomeCode): void {}
}

function pairOf(one: string, other: string): string {
  return [one, other].sort().join(" and ");
}

/** "node-2" is at 1. */
function indexOf(node: string): number {
  return Number(node.slice("node-".length)) - 1;
}
