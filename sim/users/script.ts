// A script in place of the drawn workload: what a shrunk scenario ends in. People do what it says and nothing else;
// only what their devices do by themselves, and the drain at the end, are as ever.
import type { UserId } from "../../server/protocol/ids.ts";
import type { Device } from "../device/device.ts";
import type { DeviceHost } from "../device/host.ts";
import type { ScriptAction } from "../scenario/types.ts";
import type { Acquaintance } from "./acquaintance.ts";
import type { Errands } from "./errands.ts";
import type { People } from "./people.ts";
import type { PlantedProbes } from "./planted-probes.ts";
import type { Reading } from "./reading.ts";
import type { Sending } from "./sending.ts";

const ATTACHED_BYTES = 100_000;

/** Who can do what a script says. */
interface Abilities {
  readonly sending: Sending;
  readonly reading: Reading;
  readonly errands: Errands;
  readonly acquaintance: Acquaintance;
  readonly probes: PlantedProbes;
}

export class Script {
  readonly #actions: readonly ScriptAction[];
  readonly #people: People;
  readonly #host: DeviceHost;
  readonly #abilities: Abilities;
  readonly #onAction = (action: ScriptAction): void => this.#act(action);
  #stopped = false;

  constructor(
    actions: readonly ScriptAction[],
    people: People,
    host: DeviceHost,
    abilities: Abilities,
  ) {
    this.#actions = actions;
    this.#people = people;
    this.#host = host;
    this.#abilities = abilities;
  }

  start(): void {
    for (const action of this.#actions)
      this.#people.world.atUs(action.atUs, this.#onAction, action);
  }

  stop(): void {
    this.#stopped = true;
  }

  #act(action: ScriptAction): void {
    if (this.#stopped) return;
    const people = this.#people;
    const { user } = action;
    if (action.do === "sign_in") {
      people.signInOn(user, this.#host, action.fresh === true);
      return;
    }
    const device = people.device(user);
    // Who was never there has no device to do anything with.
    if (device !== undefined) this.#do(action, device);
  }

  #do(action: ScriptAction, device: Device): void {
    const people = this.#people;
    const { sending, reading, errands, acquaintance, probes } = this.#abilities;
    const { user } = action;
    const to = action.to ?? 0;
    switch (action.do) {
      case "sign_in":
        return;
      case "sign_out":
        return people.signOut(user, false);
      case "vanish":
        return people.signOut(user, true);
      case "switch_device":
        return people.switchDevice(user, this.#host);
      case "read":
        return reading.readFrom(device, to, action.log);
      case "open":
        return reading.openFrom(device, to, action.back);
      case "send":
        return this.#withFriend(user, to, (place) => sending.send(user, place, attached(action)));
      case "history":
      case "search":
        return this.#withFriend(user, to, (place) =>
          errands.look(user, place, action.do === "search"),
        );
      case "befriend":
        return acquaintance.ask(user, to);
      case "accept":
        return acquaintance.accept(device, to);
      case "fetch_foreign":
      case "send_foreign":
      case "send_expired":
      case "send_again":
      case "read_beyond":
        return probes.try(device, action.do);
    }
  }

  /** Nothing happens where the two are no friends (yet). */
  #withFriend(user: UserId, friend: UserId, act: (place: number) => void): void {
    const place = this.#people.placeOf(user, friend);
    if (place >= 0) act(place);
  }
}

function attached({ attach, bytes }: ScriptAction) {
  return attach === undefined ? undefined : { attach, bytes: bytes ?? ATTACHED_BYTES };
}
