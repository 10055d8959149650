// Carries out a scenario's faults in the live world, at their times, and ends what is still in force when the
// quiet phase begins: the counterpart of fault-executor.ts, driven by the same plan. What each fault does is one
// small function; its undoing is what it returns.
import { nodeIndex } from "../../faults/sites.ts";
import { endOf, isInstant, planFaults } from "../../faults/plan.ts";
import type { FaultRecord } from "../../run/result.ts";
import type { Fault } from "../../scenario/types.ts";
import { FaultRecords } from "../fault-records.ts";
import { EnvironmentError } from "./environment-error.ts";
import { callLinksOf, directionOf, linkName, linksOf, sitesOf, type Link } from "./links.ts";
import {
  all,
  NOTHING,
  untilFaultsStop,
  type LiveFaultOptions,
  type Undo,
} from "./live-fault-options.ts";
import type { LiveWorld } from "./live-world.ts";
import { swizzleLive } from "./live-swizzle.ts";
import type { NodeProcess } from "./node-process.ts";
import type { CallRule } from "./proxies/messages.ts";
import type { ServiceName } from "./services/endpoints.ts";
import { wipeRedis } from "./wipe.ts";

const RESTART_AFTER_CRASH_MS = 5_000;
const DRAIN_DEADLINE_MS = 30_000;
const START_AGAIN_MS = 2_000;

interface ArmedCrash {
  readonly fault: number;
  readonly node: number;
  readonly point: string;
  readonly restartAfterMs: number;
}

export class LiveFaults {
  readonly #options: LiveFaultOptions;
  readonly #faults: readonly Fault[];
  readonly #active = new Map<number, Undo>();
  /** Steps of one fault follow each other, however long each takes. */
  readonly #steps = new Map<number, Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #armed = new Map<number, ArmedCrash>();
  readonly #records: FaultRecords;
  #stopped = false;

  constructor(options: LiveFaultOptions) {
    this.#options = options;
    this.#faults = options.scenario.faults;
    this.#records = new FaultRecords({
      faults: this.#faults,
      describe: options.describe,
      nowUs: () => options.clock.nowUs(),
      told: options.users.harness,
    });
  }

  schedule(): void {
    for (const { atUs, fault, step } of planFaults(this.#faults))
      this.#at(atUs, () =>
        this.#step(fault, step === "begin" ? () => this.#begin(fault) : () => this.#end(fault)),
      );
  }

  /** Names of the faults in force. */
  active(): readonly string[] {
    return [...this.#active.keys()]
      .filter((index) => !this.#armed.has(index))
      .map((index) => this.#faults[index]!.name);
  }

  result(): readonly FaultRecord[] {
    return this.#records.result();
  }

  /** Nothing more begins; what is in force stays. */
  cancel(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Faults stop: everything in force is undone and every node runs. */
  async stopAll(): Promise<void> {
    this.cancel();
    await Promise.all(this.#steps.values());
    for (const index of [...this.#active.keys()].sort((a, b) => a - b)) await this.#end(index);
    for (const node of this.#options.world?.nodes ?? []) if (!node.running) this.#start(node);
  }

  /** A node takes clients again: crash points that were armed in its last life are armed anew. */
  nodeUp(node: NodeProcess): void {
    for (const crash of this.#armed.values())
      if (crash.node === node.spec.index) void this.#arm(crash).catch(this.#options.failed);
  }

  /** A node is gone. True where a crash point that was armed has done it. */
  nodeDown(node: NodeProcess): boolean {
    for (const crash of this.#armed.values()) {
      if (crash.node !== node.spec.index || !node.crashing) continue;
      this.#armed.delete(crash.fault);
      this.#records.began(crash.fault);
      this.#active.set(crash.fault, async () => this.#start(node));
      this.#after(crash.restartAfterMs, () =>
        this.#step(crash.fault, () => this.#end(crash.fault)),
      );
      return true;
    }
    return false;
  }

  get #world(): LiveWorld {
    const { world } = this.#options;
    if (world === undefined) throw new Error("nodes of somebody else are not faulted");
    return world;
  }

  #at(atUs: number, act: () => void): void {
    this.#after(Math.max(0, atUs - this.#options.clock.nowUs()) / 1000, act);
  }

  #after(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#stopped) act();
    }, ms);
    this.#timers.add(timer);
  }

  #step(fault: number, act: () => Promise<void>): void {
    const before = this.#steps.get(fault) ?? Promise.resolve();
    this.#steps.set(fault, before.then(act).catch(this.#options.failed));
  }

  async #begin(index: number): Promise<void> {
    if (this.#stopped) return;
    const fault = this.#faults[index]!;
    if (fault.kind === "crash") {
      this.#active.set(index, await this.#armCrash(fault, index));
      return;
    }
    this.#records.began(index);
    const undo = await this.#apply(fault, index);
    if (isInstant(fault) || undo === NOTHING) this.#records.ended(index);
    else this.#active.set(index, undo);
  }

  async #end(index: number): Promise<void> {
    const undo = this.#active.get(index);
    if (undo === undefined) return;
    this.#active.delete(index);
    await undo();
    this.#records.ended(index);
  }

  async #apply(fault: Fault, index: number): Promise<Undo> {
    const { users, control } = this.#options;
    switch (fault.kind) {
      case "kill":
        return this.#kill(fault.target, endOf(fault) !== undefined);
      case "pause":
        return this.#pause(fault.target);
      case "drain":
        return this.#drain(fault.target, endOf(fault) !== undefined);
      case "rolling":
        return this.#rolling(fault.everyUs);
      case "swizzle":
        return swizzleLive({
          links: linksOf(fault, this.#world.sites),
          forUs: fault.forUs!,
          seed32: this.#options.scenario.seed | 0,
          fault: index,
          cut: (link) => this.#hold([link], "both", true),
          after: (ms, act) => this.#after(ms, act),
          failed: this.#options.failed,
        });
      case "cut":
      case "isolate":
      case "bridge":
        return this.#hold(linksOf(fault, this.#world.sites), "both", true);
      case "stall":
        return this.#hold(linksOf(fault, this.#world.sites), "both", false);
      case "one_way":
        return this.#oneWay(fault, fault.between);
      case "throttle":
        return this.#world.proxies!.bytes(linksOf(fault, this.#world.sites).map(linkName), {
          kind: "throttle",
          bytesPerS: fault.bytesPerS,
        });
      case "delay":
        return this.#world.proxies!.bytes(linksOf(fault, this.#world.sites).map(linkName), {
          kind: "delay",
          latency: fault.latency,
        });
      case "reset":
        await this.#world.proxies!.reset(linksOf(fault, this.#world.sites).map(linkName));
        return NOTHING;
      case "slow":
        return this.#slow(fault, fault.target, fault.factor);
      case "skew":
        if (fault.of === "users") {
          users.skew(fault.byMs, fault.driftPpm);
          return async () => users.skew(0, 0);
        }
        return this.#onNodes(
          fault.of,
          (node) => control.skew(node, fault.byMs, fault.driftPpm),
          (node) => control.skew(node, 0, 0),
        );
      case "half_open":
        users.halfOpen(fault.share, true);
        return async () => users.halfOpen(fault.share, false);
      case "slow_reader":
        users.slowReader(fault.share, true);
        return async () => users.slowReader(fault.share, false);
      case "vanish":
        users.vanish(fault.share);
        return NOTHING;
      case "reconnect_all":
        users.reconnectAll();
        return NOTHING;
      case "refuse":
      case "timeout_before":
      case "lose_reply":
      case "apply_late":
      case "corrupt":
        return this.#calls(fault, { kind: fault.kind, share: fault.share, delayMs: 0 });
      case "wipe":
        await this.#wipe();
        return NOTHING;
      case "rotate":
        this.#world.changeMasterKey("rotate");
        return NOTHING;
      case "key_away":
        this.#world.changeMasterKey("takeAway");
        return async () => this.#world.changeMasterKey("bringBack");
      case "lose_writes":
      case "crash":
        throw new Error(`${fault.kind} is not applied here`);
    }
  }

  async #wipe(): Promise<void> {
    const { services, namespace } = this.#world;
    await wipeRedis(services.endpoints.redisUrl, namespace.redisPrefix);
  }

  async #kill(target: string, comesBack: boolean): Promise<Undo> {
    const world = this.#world;
    const node = world.nodes[nodeIndex(target)];
    if (node !== undefined) {
      await node.kill();
      return comesBack ? async () => this.#start(node) : untilFaultsStop;
    }
    const stores = storesOf(target, world);
    await Promise.all(stores.map((store) => world.services.kill(store)));
    // A store that was killed for good would leave nothing to scan: it comes back when the faults stop.
    return async () => {
      await Promise.all(stores.map((store) => world.services.restart(store)));
    };
  }

  async #pause(target: string): Promise<Undo> {
    const world = this.#world;
    const node = world.nodes[nodeIndex(target)];
    if (node !== undefined) {
      node.pause();
      return async () => node.resume();
    }
    const stores = storesOf(target, world);
    await Promise.all(stores.map((store) => world.services.pause(store)));
    return async () => {
      await Promise.all(stores.map((store) => world.services.resume(store)));
    };
  }

  /** A drain goes on by itself; a restart cuts short what has not ended by then. */
  async #drain(target: string, comesBack: boolean): Promise<Undo> {
    const node = this.#world.nodes[nodeIndex(target)]!;
    this.#drainNode(node);
    return comesBack ? () => this.#restart(node) : untilFaultsStop;
  }

  #drainNode(node: NodeProcess): void {
    if (!node.running) return;
    void node.drain();
    this.#after(DRAIN_DEADLINE_MS, () => {
      if (node.draining) void node.kill();
    });
  }

  async #rolling(everyUs: number): Promise<Undo> {
    const { nodes } = this.#world;
    nodes.forEach((node, index) => {
      this.#after((index * everyUs) / 1000, () => this.#drainNode(node));
      this.#after((index * everyUs + everyUs / 2) / 1000, () => {
        void this.#restart(node).catch(this.#options.failed);
      });
    });
    return async () => {
      for (const node of nodes) if (!node.running) this.#start(node);
    };
  }

  async #restart(node: NodeProcess): Promise<void> {
    if (node.running && node.draining) await node.kill();
    this.#start(node);
  }

  /** As a supervisor does: a node that finds its stores away is started again until it finds them. */
  #start(node: NodeProcess): void {
    if (node.running) return;
    node.start().catch((error: unknown) => {
      if (!(error instanceof EnvironmentError)) return this.#options.failed(error);
      const again = setTimeout(() => this.#start(node), START_AGAIN_MS);
      again.unref();
    });
  }

  #hold(links: readonly Link[], way: "up" | "down" | "both", resent: boolean): Promise<Undo> {
    return this.#world.proxies!.bytes(links.map(linkName), { kind: "hold", way, resent });
  }

  async #oneWay(fault: Fault, [from, to]: readonly [string, string]): Promise<Undo> {
    const { sites } = this.#world;
    const undos = await Promise.all(
      linksOf(fault, sites).map((link) =>
        this.#hold([link], directionOf(link, from, to, sites), true),
      ),
    );
    return all(undos);
  }

  #slow(fault: Fault, target: string, factor: number): Promise<Undo> {
    const { control, usualCallMs } = this.#options;
    if (target.startsWith("node"))
      return this.#onNodes(
        target,
        (node) => control.slow(node, factor),
        (node) => control.slow(node, 1),
      );
    const delayMs = (usualCallMs.get(target) ?? 1) * (factor - 1);
    return this.#calls(fault, { kind: "slow", share: 1, delayMs });
  }

  #calls(fault: Fault, rule: CallRule): Promise<Undo> {
    const world = this.#world;
    return world.proxies!.calls(callLinksOf(fault, world.sites).map(linkName), rule);
  }

  async #onNodes(
    site: string,
    apply: (node: NodeProcess) => Promise<void>,
    undo: (node: NodeProcess) => Promise<void>,
  ): Promise<Undo> {
    const world = this.#world;
    const nodes = sitesOf(site, world.sites).map((name) => world.nodes[nodeIndex(name)]!);
    const running = nodes.filter((node) => node.running);
    await Promise.all(running.map(apply));
    return async () => {
      // A node that was restarted meanwhile has forgotten it already.
      await Promise.all(running.filter((node) => node.ready).map(undo));
    };
  }

  async #armCrash(fault: Fault & { readonly kind: "crash" }, index: number): Promise<Undo> {
    const restartAfterMs =
      fault.restartAfterUs === undefined ? RESTART_AFTER_CRASH_MS : fault.restartAfterUs / 1000;
    const crash = {
      fault: index,
      node: nodeIndex(fault.target),
      point: fault.point,
      restartAfterMs,
    };
    this.#armed.set(index, crash);
    await this.#arm(crash);
    return async () => {
      if (!this.#armed.delete(index)) return;
      const node = this.#world.nodes[crash.node]!;
      if (node.ready) await this.#options.control.disarm(node, crash.point);
      node.crashing = false;
    };
  }

  async #arm(crash: ArmedCrash): Promise<void> {
    const node = this.#world.nodes[crash.node]!;
    if (!node.ready) return;
    node.crashing = true;
    await this.#options.control.crashAt(node, crash.point);
  }
}

function storesOf(target: string, world: LiveWorld): readonly ServiceName[] {
  return sitesOf(target, world.sites) as readonly ServiceName[];
}
