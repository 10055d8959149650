// A script in place of the drawn workload: what a shrunk scenario ends in.
import type { UserId } from "../../server/protocol/ids.ts";
import type { DeviceHost } from "../device/host.ts";
import type { ScriptAction } from "../scenario/types.ts";
import type { People } from "./people.ts";
import type { Reading } from "./reading.ts";
import type { Sending } from "./sending.ts";

export class Script {
  readonly #actions: readonly ScriptAction[];
  readonly #people: People;
  readonly #host: DeviceHost;
  readonly #sending: Sending;
  readonly #reading: Reading;
  readonly #onAction = (action: ScriptAction): void => this.#act(action);
  #stopped = false;

  constructor(
    actions: readonly ScriptAction[],
    people: People,
    host: DeviceHost,
    sending: Sending,
    reading: Reading,
  ) {
    this.#actions = actions;
    this.#people = people;
    this.#host = host;
    this.#sending = sending;
    this.#reading = reading;
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
    const { user } = action;
    const device = this.#people.device(user);
    switch (action.do) {
      case "sign_in":
        this.#people.signIn(user, this.#host);
        break;
      case "sign_out":
        this.#people.signOut(user, false);
        break;
      case "vanish":
        this.#people.signOut(user, true);
        break;
      case "read":
        if (device !== undefined) this.#reading.readAll(device);
        break;
      case "send":
        this.#send(user, action.to);
        break;
    }
  }

  /** To that friend; without a name, or to somebody who is no friend, to the first one. */
  #send(user: UserId, to: UserId | undefined): void {
    const people = this.#people;
    const friends = people.friendCount(user);
    if (friends === 0) return;
    let place = 0;
    for (let i = 0; i < friends; i++) if (people.friendAt(user, i) === to) place = i;
    this.#sending.send(user, place);
  }
}
