// A device of somebody whom another worker plays: it takes part in the plan (who is online, how many messages
// were written) and does nothing.
import { Device, type DeviceIdentity } from "../../../device/device.ts";
import type { DeviceHost } from "../../../device/host.ts";
import type { DeviceParts } from "../../../device/parts.ts";
import type { DevicePorts } from "../../../device/ports.ts";
import { setSynced } from "../../../device/tally.ts";
import type { History } from "../../../history/history.ts";

/** How many absent people mean to be online: they count as synced. */
export interface AbsentCount {
  online: number;
}

export class AbsentDevice extends Device {
  readonly #count: AbsentCount;

  constructor(
    count: AbsentCount,
    ports: DevicePorts,
    identity: DeviceIdentity,
    host: DeviceHost,
    history: History,
    parts: DeviceParts,
  ) {
    super(ports, identity, host, history, parts);
    this.#count = count;
  }

  override signIn(): void {
    this.#setOnline(true);
  }

  override signOut(): void {
    this.#setOnline(false);
  }

  override vanish(): void {
    this.#setOnline(false);
  }

  override retire(): void {
    this.#setOnline(false);
  }

  override sendText(): void {
    this.contents += 1;
  }

  override sendAttachment(): void {
    this.contents += 1;
  }

  override sendNaming(): void {
    this.contents += 1;
  }

  override reconnect(): void {}
  override sendForked(): void {}
  override readBeyond(): void {}
  override download(): void {}
  override read(): void {}
  override befriend(): void {}
  override accept(): void {}
  override readHistory(): void {}
  override search(): void {}
  override setSkew(): void {}

  #setOnline(online: boolean): void {
    if (online !== this.synced) this.#count.online += online ? 1 : -1;
    setSynced(this, online);
  }
}
