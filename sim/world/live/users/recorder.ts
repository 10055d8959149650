// What a worker's people and devices tell the history, in two lanes that are each in the order of t: what people
// intend, at intended times, and what devices see, at true ones. People of other workers tell nothing here.
import type { History } from "../../../history/history.ts";
import { EventLane, laneWriter, type Chunk } from "./event-lane.ts";
import type { UserClock } from "./worker-clock.ts";

export interface RecorderOptions {
  readonly clock: UserClock;
  readonly isMine: (user: number) => boolean;
  /** One worker tells what is not about one person. */
  readonly tellsPhases: boolean;
  /** A chunk of lane 0 (intended) or 1 (seen). */
  readonly ship: (lane: number, chunk: Chunk) => void;
}

export class Recorder {
  readonly history: History;
  readonly #lanes: readonly [EventLane, EventLane];

  constructor(options: RecorderOptions) {
    const intended = new EventLane((chunk) => options.ship(0, chunk));
    const seen = new EventLane((chunk) => options.ship(1, chunk));
    this.#lanes = [intended, seen];
    this.history = historyOf(options, laneWriter(intended), laneWriter(seen));
  }

  flush(): void {
    for (const lane of this.#lanes) lane.flush();
  }
}

function historyOf(options: RecorderOptions, intended: History, seen: History): History {
  const { clock, isMine, tellsPhases } = options;
  const signedOutUs = new Map<number, number>();
  return {
    ...seen,
    phaseBegan: (t, phase) => {
      if (tellsPhases) intended.phaseBegan(t, phase);
    },
    sendIntended: (t, user, recipient, chat, content, kind) => {
      if (isMine(user)) intended.sendIntended(t, user, recipient, chat, content, kind);
    },
    /** At the intended time, but never before the person was truly gone. */
    signedIn: (t, user, device, fresh) => {
      if (!isMine(user)) return;
      const outUs = signedOutUs.get(user);
      if (outUs === undefined || outUs < t) intended.signedIn(t, user, device, fresh);
      else seen.signedIn(clock.nowUs(), user, device, fresh);
    },
    /** When it truly happens: what the device saw until then, it saw while its person meant to be here. */
    signedOut: (_t, user, device, vanished) => {
      if (!isMine(user)) return;
      const nowUs = clock.nowUs();
      signedOutUs.set(user, nowUs);
      seen.signedOut(nowUs, user, device, vanished);
    },
  };
}
