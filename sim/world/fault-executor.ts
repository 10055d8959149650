// Carries out a scenario's faults in the simulated world, at their times, and ends what is still in force when
// the quiet phase begins. What each fault means is one small function; its undoing is what it returns.
import { CRASH_POINTS, type CrashPoint } from "../../server/ports/trace-sink.ts";
import { expandPair, expandSite, nodeIndex } from "../faults/sites.ts";
import { endOf, isInstant, planFaults } from "../faults/plan.ts";
import { Sampler } from "../kernel/distribution.ts";
import { LABELS } from "../kernel/labels.ts";
import { keyed } from "../kernel/random.ts";
import type { FaultRecord } from "../run/result.ts";
import type { Fault } from "../scenario/types.ts";
import type { StoreFault } from "../stores/store-fault.ts";
import type { StoreName } from "../stores/store-profile.ts";
import type { DeviceConnection } from "./device-transport.ts";
import { FaultRecords } from "./fault-records.ts";
import type { NodeHost } from "./node-host.ts";
import type { SimulatedWorld } from "./simulated.ts";
import { swizzle } from "./swizzle.ts";

/** What faults do to people and their devices. */
export interface UserFaults {
  /** The user's device is gone without a sign. */
  vanish(user: number): void;
  /** Every device's clock is off from now on, until the returned function is called. */
  skewDevices(byMs: number, driftPpm: number): () => void;
}

type Undo = () => void;
const NOTHING: Undo = () => {};
/** In force until the faults stop, when every node that is down starts anyway. */
const untilFaultsStop: Undo = () => {};
const RESTART_AFTER_CRASH_US = 5_000_000;
const SLOW_READER_BYTES_PER_SECOND = 200;
const CHOSEN_USERS = 41;

export class FaultExecutor {
  readonly world: SimulatedWorld;
  readonly #faults: readonly Fault[];
  readonly #users: UserFaults;
  readonly #active = new Map<number, Undo>();
  readonly #records: FaultRecords;
  readonly #crashed = new Map<number, number>();
  /** By fault: takes the store back to what it held when the writes began that it loses. */
  readonly #remembered = new Map<number, Undo>();
  #stopped = false;

  constructor(world: SimulatedWorld, users: UserFaults, describe: (fault: Fault) => string) {
    this.world = world;
    this.#users = users;
    this.#faults = world.scenario.faults;
    this.#records = new FaultRecords({
      faults: this.#faults,
      describe,
      nowUs: () => world.kernel.now,
      told: {
        faultBegan: (t, fault) => {
          world.kernel.mix(fault);
          world.history.faultBegan(t, fault);
        },
        faultEnded: (t, fault) => world.history.faultEnded(t, fault),
      },
    });
  }

  schedule(): void {
    this.#faults.forEach((fault, index) => {
      if (fault.kind !== "lose_writes") return;
      const atUs = Math.max(fault.atUs - fault.lastUs, this.world.kernel.now);
      const task = { executor: this as FaultExecutor, index };
      this.world.kernel.at(atUs, LABELS.fault, rememberStore, task);
    });
    for (const step of planFaults(this.#faults)) {
      const task = { executor: this as FaultExecutor, index: step.fault };
      this.world.kernel.at(
        Math.max(step.atUs, this.world.kernel.now),
        LABELS.fault,
        step.step === "begin" ? beginFault : endFault,
        task,
      );
    }
  }

  /** Names of the faults in force. */
  active(): readonly string[] {
    return [...this.#active.keys()].map((index) => this.#faults[index]!.name);
  }

  result(): readonly FaultRecord[] {
    return this.#records.result();
  }

  begin(index: number): void {
    if (this.#stopped) return;
    const fault = this.#faults[index]!;
    if (fault.kind === "crash") {
      this.#active.set(index, this.#armCrash(fault, index));
      return;
    }
    this.#records.began(index);
    const undo = this.#apply(fault, index);
    if (isInstant(fault) || undo === NOTHING) this.#records.ended(index);
    else this.#active.set(index, undo);
  }

  /** What is written from here on will be lost. */
  remember(index: number): void {
    const fault = this.#faults[index]!;
    if (fault.kind === "lose_writes")
      this.#remembered.set(index, this.world.stores.remember(fault.store));
  }

  end(index: number): void {
    const undo = this.#active.get(index);
    if (undo === undefined) return;
    this.#active.delete(index);
    undo();
    this.#records.ended(index);
  }

  /** Faults stop: everything in force is undone and every node runs. */
  stopAll(): void {
    this.#stopped = true;
    for (const index of [...this.#active.keys()].sort((a, b) => a - b)) this.end(index);
    for (const host of this.world.hosts) if (host.life === undefined) host.start();
  }

  #apply(fault: Fault, index: number): Undo {
    const { network } = this.world;
    switch (fault.kind) {
      case "kill":
        return this.#kill(fault.target, endOf(fault) !== undefined);
      case "pause":
        return this.#pause(fault.target);
      case "drain":
        return this.#drain(fault.target, endOf(fault) !== undefined);
      case "rolling":
        return this.#rolling(fault.everyUs);
      case "cut":
        return this.#pairs(fault.between, (a, b) => network.cut(a, b));
      case "one_way":
        return this.#pairs(fault.between, (a, b) => network.cutOneWay(a, b));
      case "stall":
        return this.#pairs(fault.between, (a, b) => network.stall(a, b));
      case "throttle":
        return this.#pairs(fault.between, (a, b) => network.throttle(a, b, fault.bytesPerS));
      case "delay": {
        const latency = new Sampler(fault.latency);
        const { kernel } = this.world;
        const untilUs = endOf(fault) ?? Infinity;
        // What it still holds back as it ends goes on then: a rare draw of half a minute is no fault after the fault.
        const delayUs = (u: number): number => Math.min(latency.at(u), untilUs - kernel.now);
        return this.#pairs(fault.between, (a, b) => network.delay(a, b, delayUs));
      }
      case "reset":
        return this.#reset(fault.between);
      case "swizzle":
        return this.#swizzle(fault.between, fault.forUs!, index);
      case "bridge":
        return this.#bridge(fault.target);
      case "isolate":
        if (fault.target === "cassandra")
          return network.isolate((name) => name.startsWith("cassandra"));
        return each(expandSite(fault.target, this.world.nodes.length), (site) =>
          network.isolate(site),
        );
      case "slow":
        return this.#slow(fault.target, fault.factor);
      case "skew":
        return this.#skew(fault.of, fault.byMs, fault.driftPpm);
      case "half_open":
      case "slow_reader":
      case "vanish":
        return this.#onUsers(fault.kind, fault.share);
      case "refuse":
      case "timeout_before":
      case "lose_reply":
      case "apply_late":
        return this.#store(fault.store, { kind: fault.kind, share: fault.share });
      case "corrupt":
        return this.#store("s3", { kind: "corrupt", share: fault.share });
      case "key_away":
        return this.#store("vault", { kind: "key_away" });
      case "lose_writes":
        return this.#loseWrites(fault.store, fault.forUs !== undefined, index);
      case "wipe":
        this.world.stores.wipeRedis();
        return NOTHING;
      case "rotate":
        this.world.stores.rotateMasterKey();
        return NOTHING;
      case "reconnect_all":
        for (const connection of [...this.world.transport.byUser.values()]) connection.break();
        return NOTHING;
      case "crash":
        throw new Error("a crash is armed, not applied");
    }
  }

  #kill(target: string, comesBack: boolean): Undo {
    const index = nodeIndex(target);
    if (index < 0) return this.#store(target as StoreName, { kind: "killed", losesData: false });
    const host = this.world.hosts[index]!;
    host.kill();
    return comesBack ? () => host.start() : untilFaultsStop;
  }

  #pause(target: string): Undo {
    const index = nodeIndex(target);
    if (index < 0) return this.#store(target as StoreName, { kind: "paused" });
    const host = this.world.hosts[index]!;
    host.pause();
    return () => host.resume();
  }

  #drain(target: string, comesBack: boolean): Undo {
    const host = this.world.hosts[nodeIndex(target)]!;
    host.drain();
    return comesBack ? () => restart(host) : untilFaultsStop;
  }

  #rolling(everyUs: number): Undo {
    const { kernel, hosts } = this.world;
    hosts.forEach((host, index) => {
      kernel.after(index * everyUs, LABELS.fault, drainHost, host);
      kernel.after(index * everyUs + Math.floor(everyUs / 2), LABELS.fault, restart, host);
    });
    return () => {
      for (const host of hosts) if (host.life === undefined) host.start();
    };
  }

  #slow(target: string, factor: number): Undo {
    const index = nodeIndex(target);
    if (target !== "nodes" && index < 0)
      return this.#store(target as StoreName, { kind: "slow", factor });
    return each(expandSite(target, this.world.nodes.length), (site) => {
      const host = this.world.hosts[nodeIndex(site)]!;
      host.slow(factor);
      return () => host.slow(1);
    });
  }

  #skew(of: string, byMs: number, driftPpm: number): Undo {
    if (of === "users") return this.#users.skewDevices(byMs, driftPpm);
    if (of === "redis") return this.#store("redis", { kind: "skew", byMs, driftPpm });
    return each(expandSite(of, this.world.nodes.length), (site) => {
      const { skew } = this.world.hosts[nodeIndex(site)]!;
      skew.offsetMs = byMs;
      skew.driftPpm = driftPpm;
      skew.sinceUs = this.world.kernel.now;
      return () => {
        skew.offsetMs = 0;
        skew.driftPpm = 0;
      };
    });
  }

  #store(site: string, fault: StoreFault): Undo {
    return this.world.stores.setFault(site, fault);
  }

  /** A restart without the last writes; with a time, the store is away for so long. */
  #loseWrites(site: string, staysAway: boolean, index: number): Undo {
    this.#remembered.get(index)?.();
    this.#remembered.delete(index);
    const up = this.#store(site, { kind: "killed", losesData: false });
    if (staysAway) return up;
    up();
    return NOTHING;
  }

  #swizzle(between: readonly [string, string], forUs: number, fault: number): Undo {
    const { kernel, network, seed32 } = this.world;
    const links = this.#expanded(between);
    return swizzle({ kernel, links, forUs, seed32, fault, cut: ([a, b]) => network.cut(a, b) });
  }

  /** The other nodes reach each other no more; everything else is as it was. */
  #bridge(target: string): Undo {
    const others = this.world.nodes.filter((node) => node !== target);
    return this.world.network.cut(
      (name) => others.includes(name),
      (name) => others.includes(name),
    );
  }

  #expanded(between: readonly [string, string]): readonly (readonly [string, string])[] {
    return expandPair(between, this.world.nodes.length, this.world.scenario.cluster.cassandra);
  }

  #pairs(between: readonly [string, string], apply: (a: string, b: string) => Undo): Undo {
    return each(this.#expanded(between), ([a, b]) => apply(a, b));
  }

  #reset(between: readonly [string, string]): Undo {
    for (const [a, b] of this.#expanded(between)) {
      const [from, to] = nodeIndex(a) < 0 ? [b, a] : [a, b];
      const host = this.world.hosts[nodeIndex(from)];
      if (host === undefined) continue;
      if (to === "users") {
        for (const connection of [...this.world.transport.byUser.values()])
          if (connection.node === host.index) connection.break();
        host.life?.breakExchanges();
      } else if (nodeIndex(to) >= 0) host.life?.link.break(to);
      else host.life?.breakStore(to);
    }
    return NOTHING;
  }

  #onUsers(kind: "half_open" | "slow_reader" | "vanish", share: number): Undo {
    const chosen = this.#chooseConnections(share);
    const { history, kernel } = this.world;
    if (kind === "half_open") {
      for (const connection of chosen) connection.halfOpen();
      return () => {};
    }
    if (kind === "vanish") {
      for (const connection of chosen) this.#users.vanish(connection.user);
      return NOTHING;
    }
    for (const connection of chosen) {
      connection.setReader(SLOW_READER_BYTES_PER_SECOND);
      history.readerSlow(kernel.now, connection.user, 1);
    }
    return () => {
      for (const connection of chosen) {
        connection.setReader(Infinity);
        history.readerSlow(kernel.now, connection.user, 0);
      }
    };
  }

  #chooseConnections(share: number): DeviceConnection[] {
    const { transport, seed32, kernel } = this.world;
    const chosen: DeviceConnection[] = [];
    const users = [...transport.byUser.keys()].sort((a, b) => a - b);
    for (const user of users) {
      const connection = transport.byUser.get(user)!;
      const u = keyed(seed32, user, CHOSEN_USERS, Math.floor(kernel.now / 1000) | 0);
      if (connection.isOpen && u < share) chosen.push(connection);
    }
    return chosen;
  }

  #armCrash(fault: Fault & { readonly kind: "crash" }, index: number): Undo {
    const point = CRASH_POINTS.find((known) => known === fault.point) as CrashPoint;
    const crash = (node: number): void => {
      const host = this.world.hosts[node]!;
      this.#records.began(index);
      host.kill();
      const restartUs = fault.restartAfterUs ?? RESTART_AFTER_CRASH_US;
      this.world.kernel.after(restartUs, LABELS.fault, endFault, { executor: this, index });
      this.#crashed.set(index, node);
    };
    const disarm = this.world.crashPoints.arm(nodeIndex(fault.target), point, crash);
    return () => {
      disarm();
      const node = this.#crashed.get(index);
      if (node !== undefined) this.world.hosts[node]!.start();
    };
  }
}

function rememberStore(task: { readonly executor: FaultExecutor; readonly index: number }): void {
  task.executor.remember(task.index);
}

function beginFault(task: { readonly executor: FaultExecutor; readonly index: number }): void {
  task.executor.world.kernel.touched();
  task.executor.begin(task.index);
}

function endFault(task: { readonly executor: FaultExecutor; readonly index: number }): void {
  task.executor.world.kernel.touched();
  task.executor.end(task.index);
}

function drainHost(host: NodeHost): void {
  host.world.kernel.touched();
  host.drain();
}

/** What has not drained by now is cut short. */
function restart(host: NodeHost): void {
  host.world.kernel.touched();
  if (host.life !== undefined && host.draining) host.kill(1);
  host.start();
}

function each<T>(items: readonly T[], apply: (item: T) => Undo): Undo {
  const undos = items.map(apply);
  return () => {
    for (const undo of undos) undo();
  };
}
