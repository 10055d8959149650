// The clock of all devices in a simulation, in order and never skewed: a device's own skew is the device's.
import type { Clock, TimerHandle } from "../../server/ports/clock.ts";
import type { EventId, Kernel } from "../kernel/kernel.ts";
import { LABELS } from "../kernel/labels.ts";
import { EPOCH_MS } from "./node-clock.ts";

export class DeviceClock implements Clock {
  readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  wallMs(): number {
    return EPOCH_MS + Math.floor(this.kernel.now / 1000);
  }

  monotonicMs(): number {
    return Math.floor(this.kernel.now / 1000);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.kernel.touched();
        resolve();
      };
      this.after(ms, wake, undefined);
    });
  }

  after<A>(ms: number, fire: (arg: A) => void, arg: A): TimerHandle {
    const delayUs = Math.max(0, Math.ceil(ms * 1000));
    return new DeviceTimer(this.kernel, this.kernel.after(delayUs, LABELS.deviceTimer, fire, arg));
  }
}

class DeviceTimer implements TimerHandle {
  readonly #kernel: Kernel;
  readonly #id: EventId;

  constructor(kernel: Kernel, id: EventId) {
    this.#kernel = kernel;
    this.#id = id;
  }

  cancel(): void {
    this.#kernel.cancel(this.#id);
  }
}
