// The store's side of a call: admission under faults, service, the memory operation at one instant, the reply.
// What an operation means is the memory store's; how long it takes is the profile's.
import type { BlobBody } from "../../server/ports/blob-store.ts";
import { UNAVAILABLE } from "../../server/ports/outcome.ts";
import { keyed } from "../kernel/random.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import { Service } from "../net/service.ts";
import type { MemoryStores } from "./memory-stores.ts";
import { APPLIED, DROPPED, type StoreCall } from "./store-call.ts";
import { StoreFaults, type StoreFault } from "./store-fault.ts";
import type { StoreObserver } from "./store-observer.ts";
import type { StoreName, StoreServiceProfile } from "./store-profile.ts";

const LATE_US_MAX = 6_000_000;
const REFUSAL_BYTES = 40;
const REPLY_BYTES = 48;

// Purposes of keyed draws.
const SERVICE_TIME = 31;
const LATENESS = 32;
const DIED_APPLIED = 33;

export interface StoreModelParts {
  readonly name: StoreName;
  readonly kernel: Kernel;
  readonly profile: StoreServiceProfile;
  readonly seed32: number;
  readonly memory: MemoryStores;
  readonly observer: StoreObserver;
  /** The data is gone: the process ended, and it kept nothing. */
  readonly wipe: () => void;
  /** The same body with other bytes. */
  readonly damage: (body: BlobBody) => BlobBody;
}

export class StoreModel {
  readonly name: StoreName;
  readonly kernel: Kernel;
  readonly profile: StoreServiceProfile;
  readonly faults: StoreFaults;
  readonly service: Service;
  readonly damage: (body: BlobBody) => BlobBody;
  /** Grows at each kill. */
  life = 0;
  calls = 0;
  #seed32: number;
  #memory: MemoryStores;
  #observer: StoreObserver;
  #wipe: () => void;
  #down = false;

  constructor(parts: StoreModelParts) {
    this.name = parts.name;
    this.kernel = parts.kernel;
    this.profile = parts.profile;
    this.faults = new StoreFaults(parts.seed32);
    this.service = new Service(parts.kernel, { concurrency: parts.profile.concurrency });
    this.#seed32 = parts.seed32;
    this.#memory = parts.memory;
    this.#observer = parts.observer;
    this.#wipe = parts.wipe;
    this.damage = parts.damage;
  }

  /** From now on; the returned function ends it, once. */
  setFault(fault: StoreFault): () => void {
    this.faults.add(fault);
    this.#applyFaults();
    if (fault.kind === "killed") this.life += 1;
    let inForce = true;
    return () => {
      if (!inForce) return;
      inForce = false;
      this.faults.remove(fault);
      if (fault.kind === "killed" && fault.losesData) this.#wipe();
      this.#applyFaults();
    };
  }

  #applyFaults(): void {
    this.#down = this.faults.has("killed");
    this.service.setSpeed(1 / this.faults.slowness());
    if (this.faults.has("paused")) this.service.pause();
    else this.service.resume();
  }

  /** A request arrived. */
  arrive(call: StoreCall): void {
    this.calls += 1;
    if (!call.client.sent(call) || call.outcome === UNAVAILABLE) return;
    call.storeLife = this.life;
    call.arrivals += 1;
    // A duplicate was let in by the first: it is served again, which must change nothing.
    if (call.arrivals > 1 && !this.#down) return this.#serve(call);
    if (!this.faults.any) return this.#serve(call);
    if (this.#down) return this.#refuse(call);
    switch (this.faults.fate(call.client.entity, call.ordinal)) {
      case "refuse":
        return this.#refuse(call);
      case "drop":
        if (call.applied !== APPLIED) call.applied = DROPPED;
        return;
      case "lose_reply":
        call.replyLost = true;
        return this.#serve(call);
      case "apply_late":
        return this.#serveLate(call);
      case "serve":
        return this.#serve(call);
    }
  }

  /** Whether the body that this call reads comes back damaged. */
  corrupts(call: StoreCall): boolean {
    return this.faults.any && this.faults.corrupts(call.client.entity, call.ordinal);
  }

  /**
   * While nothing disturbs the store, a call that finds a worker free is applied as it arrives: any instant until
   * its reply is as good, and it saves an event. One that has to wait is applied when it is served.
   */
  #serve(call: StoreCall): void {
    const serviceUs = this.#serviceUs(call);
    if (this.faults.any || !this.service.foreseeable) {
      this.service.submit(serviceUs, LABELS.storeDone, done, call);
      return;
    }
    const startUs = this.service.book(serviceUs);
    if (startUs === this.kernel.now) this.#apply(call, serviceUs);
    else this.kernel.at(startUs + serviceUs, LABELS.storeDone, bookedDone, call);
  }

  /** Its turn was known ahead; but a store that pauses or dies meanwhile keeps no promise. */
  bookedDone(call: StoreCall): void {
    if (this.faults.any) this.service.submit(0, LABELS.storeDone, done, call);
    else this.done(call);
  }

  #serviceUs(call: StoreCall): number {
    const { operation, service } = call.bound;
    const u = keyed(this.#seed32, 0, SERVICE_TIME, this.calls);
    let serviceUs = service.at(u);
    if (operation.items !== undefined)
      serviceUs += this.profile.itemUs * (operation.items(call) - 1);
    if (this.profile.kibUs > 0)
      serviceUs += (this.profile.kibUs * operation.requestBytes(call)) / 1024;
    return Math.ceil(serviceUs);
  }

  #serveLate(call: StoreCall): void {
    call.replyLost = true;
    const u = keyed(this.#seed32, call.client.entity, LATENESS, call.ordinal);
    const appliesUs = Math.max(call.deadlineAtUs, this.kernel.now) + Math.floor(u * LATE_US_MAX);
    this.kernel.at(appliesUs + 1, LABELS.storeDone, done, call);
  }

  /** Served: applied at this instant, unless the store died meanwhile. */
  done(call: StoreCall): void {
    if (call.storeLife !== this.life && !this.#dyingApplied(call)) {
      call.client.dropped(call);
      return;
    }
    this.#apply(call, 0);
  }

  /** `laterUs`: how long the store works on it yet before the reply leaves. */
  #apply(call: StoreCall, laterUs: number): void {
    const { operation } = call.bound;
    const outcome = operation.apply(this.#memory, call, this.#observer);
    call.client.applied(call);
    if (call.replyLost || call.storeLife !== this.life) return;
    call.outcome = outcome;
    const bytes = REPLY_BYTES + operation.replyBytes(outcome);
    const { down } = call.client;
    down.send(bytes, LABELS.storeReply, replyArrived, call, this.kernel.now, laterUs);
  }

  /** Of what a dying store had taken in, some was applied; nothing is after it is up again. */
  #dyingApplied(call: StoreCall): boolean {
    if (!this.#down) return false;
    call.replyLost = true;
    return keyed(this.#seed32, call.client.entity, DIED_APPLIED, call.ordinal) < 0.5;
  }

  #refuse(call: StoreCall): void {
    // A duplicate is refused in vain: the fate of the first stands.
    if (call.arrivals > 1) return;
    call.outcome = UNAVAILABLE;
    call.client.dropped(call);
    call.client.down.send(REFUSAL_BYTES, LABELS.storeReply, replyArrived, call);
  }
}

function done(call: StoreCall): void {
  call.bound.model.done(call);
}

function bookedDone(call: StoreCall): void {
  call.bound.model.bookedDone(call);
}

function replyArrived(call: StoreCall): void {
  call.client.replyArrived(call);
}
