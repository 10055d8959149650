// The people of a run and the device that each has in use: signing in and out, reinstalling, vanishing. Who
// does so when is decided in coming-and-going.ts.
import type { ChatId, UserId } from "../../server/protocol/ids.ts";
import { createDevice, type Device, type DeviceIdentity } from "../device/device.ts";
import type { DeviceHost } from "../device/host.ts";
import type { DeviceParts } from "../device/parts.ts";
import type { History } from "../history/history.ts";
import { keyed } from "../kernel/random.ts";
import type { ResolvedScenario, ScriptAction } from "../scenario/types.ts";
import { DeviceDraws, PURPOSE } from "./draws.ts";
import type { FriendGraph } from "./friend-graph.ts";
import { OnlineSet } from "./online-set.ts";
import type { UserWorld } from "./world.ts";

export interface Friendship {
  readonly friend: UserId;
  readonly chat: ChatId;
}

export class People {
  readonly scenario: ResolvedScenario;
  readonly world: UserWorld;
  readonly history: History;
  readonly parts: DeviceParts;
  readonly graph: FriendGraph;
  readonly seed32: number;
  readonly online: OnlineSet;
  /** Friendships made during the run, by user. */
  readonly newFriends = new Map<UserId, Friendship[]>();
  /** Told what people do of their own accord, as a script would say it. */
  onAction: ((action: ScriptAction) => void) | undefined = undefined;
  readonly #devices: (Device | undefined)[];
  /** Devices that their person left switched on when he took another one, by user. */
  readonly #leftOn = new Map<UserId, Device>();
  #switches = 0;
  /** Counts each person's comings and goings, so that what was planned for an earlier stay is void. */
  readonly #stays: Int32Array;
  #skew = { byMs: 0, driftPpm: 0 };

  constructor(
    scenario: ResolvedScenario,
    world: UserWorld,
    history: History,
    parts: DeviceParts,
    graph: FriendGraph,
    seed32: number,
  ) {
    this.scenario = scenario;
    this.world = world;
    this.history = history;
    this.parts = parts;
    this.graph = graph;
    this.seed32 = seed32;
    this.online = new OnlineSet(graph.users);
    this.#devices = new Array<Device | undefined>(graph.users + 1).fill(undefined);
    this.#stays = new Int32Array(graph.users + 1);
  }

  /** True where a script says all that people do. */
  get isScripted(): boolean {
    return this.scenario.script !== undefined;
  }

  get users(): number {
    return this.graph.users;
  }

  /** The device in use, or last in use. */
  device(user: UserId): Device | undefined {
    return this.#devices[user];
  }

  stay(user: UserId): number {
    return this.#stays[user]!;
  }

  /** The person signs in and from now on means to be online; perhaps on a fresh device. */
  signIn(user: UserId, host: DeviceHost, mayBeFresh = true): void {
    const share = mayBeFresh ? this.scenario.behaviour.freshDevice : 0;
    const u = share > 0 ? keyed(this.seed32, user, PURPOSE.fresh, this.stay(user) + 1) : 1;
    this.signInOn(user, host, u < share);
  }

  /** On the device that the person had last, or on one that is new. */
  signInOn(user: UserId, host: DeviceHost, onFresh: boolean): void {
    if (this.online.has(user)) return;
    this.#stays[user]! += 1;
    const last = this.#devices[user];
    const isNew = last === undefined || onFresh;
    const device = isNew ? this.#newDevice(user, host, last?.device ?? 0) : last;
    if (this.onAction !== undefined) {
      const action = { atUs: this.world.nowUs(), user, do: "sign_in" } as const;
      this.onAction(last !== undefined && onFresh ? { ...action, fresh: true } : action);
    }
    this.online.add(user);
    this.#enter(device, isNew ? 1 : 0);
  }

  signOut(user: UserId, vanished: boolean): void {
    const device = this.#devices[user];
    if (!this.online.has(user) || device === undefined) return;
    this.#stays[user]! += 1;
    this.online.remove(user);
    const t = this.world.nowUs();
    if (!vanished) this.did(user, "sign_out");
    this.history.signedOut(t, user, device.device, vanished ? 1 : 0);
    if (vanished) device.vanish();
    else device.signOut();
    this.#putAway(user);
  }

  /** The node refuses this device's id for good: the person goes on with a new one. */
  replaceDevice(device: Device, host: DeviceHost): void {
    if (this.#devices[device.user] !== device) return;
    const fresh = this.#newDevice(device.user, host, device.device);
    if (this.online.has(device.user)) this.#enter(fresh, 1);
  }

  /**
   * The person takes another device and leaves the old one on, which every other time has just lost its
   * connection and comes back: the new one wins either way.
   */
  switchDevice(user: UserId, host: DeviceHost): void {
    const old = this.#devices[user];
    if (!this.online.has(user) || old === undefined) return;
    this.did(user, "switch_device");
    this.#putAway(user);
    this.#devices[user] = undefined;
    const device = this.#newDevice(user, host, 0);
    device.contents = old.contents;
    this.#leftOn.set(user, old);
    if (this.#switches++ % 2 === 0) old.reconnect();
    this.#enter(device, 1);
  }

  /** From here on everybody has one device. */
  putAllAway(): void {
    for (const user of [...this.#leftOn.keys()]) this.#putAway(user);
  }

  #putAway(user: UserId): void {
    this.#leftOn.get(user)?.retire();
    this.#leftOn.delete(user);
  }

  setSkew(byMs: number, driftPpm: number): void {
    this.#skew = { byMs, driftPpm };
    for (const device of this.#devices) device?.setSkew(byMs, driftPpm);
  }

  /** What the person does now, for whoever writes a script of it. */
  did(
    user: UserId,
    what: ScriptAction["do"],
    to?: UserId,
    more: Pick<ScriptAction, "log" | "back"> = {},
  ): void {
    if (this.onAction === undefined) return;
    const action = { atUs: this.world.nowUs(), user, do: what, ...more };
    this.onAction(to === undefined ? action : { ...action, to });
  }

  friendCount(user: UserId): number {
    return this.graph.degree(user) + (this.newFriends.get(user)?.length ?? 0);
  }

  /** At a place from 0 to friendCount - 1. */
  friendAt(user: UserId, place: number): UserId {
    const degree = this.graph.degree(user);
    if (place < degree) return this.graph.friend(user, place);
    return this.newFriends.get(user)![place - degree]!.friend;
  }

  /** Where a friend stands among the user's; -1 for somebody who is none. */
  placeOf(user: UserId, friend: UserId): number {
    for (let place = 0; place < this.friendCount(user); place++)
      if (this.friendAt(user, place) === friend) return place;
    return -1;
  }

  chatAt(user: UserId, place: number): ChatId {
    const degree = this.graph.degree(user);
    if (place < degree) return this.graph.chat(user, place);
    return this.newFriends.get(user)![place - degree]!.chat;
  }

  #enter(device: Device, fresh: number): void {
    const { user } = device;
    this.history.signedIn(this.world.nowUs(), user, device.device, fresh);
    device.signIn(this.world.issueToken(user, device.device));
  }

  /** `before`: the id of the device that it takes the place of; 0 for the first one. */
  #newDevice(user: UserId, host: DeviceHost, before: number): Device {
    const last = this.#devices[user];
    last?.retire();
    const freshId = this.world.newDeviceId(user);
    const id = before === 0 ? freshId : this.parts.deviceAfterReinstall(before, freshId);
    const random = new DeviceDraws(this.seed32, freshId);
    const identity = { user, device: id, random };
    const device = this.#createDevice(identity, host);
    // Content numbers go on, so that (user, content) names one send of the run.
    if (last !== undefined) device.contents = last.contents;
    const { byMs, driftPpm } = this.#skew;
    if (byMs !== 0 || driftPpm !== 0) device.setSkew(byMs, driftPpm);
    this.#devices[user] = device;
    return device;
  }

  #createDevice(identity: DeviceIdentity, host: DeviceHost): Device {
    const { world, history, parts } = this;
    return world.createDevice === undefined
      ? createDevice(world.ports, identity, host, history, parts)
      : world.createDevice(identity, host, history, parts);
  }
}
