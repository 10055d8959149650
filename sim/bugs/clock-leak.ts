// A double that reads the machine's clock: it took Date.now at its import, before any guard, and lets it
// shift timers. No rule can see that; a replay must, and must name the first event that differs.
import type { Clock } from "../../server/ports/clock.ts";
import type { Double } from "./bug.ts";

// eslint-disable-next-line no-restricted-syntax -- the leak is the point of this double
const leaked = Date.now;

function leaking(clock: Clock): Clock {
  return {
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs(),
    sleep: (ms) => clock.sleep(ms),
    after: (ms, fire, arg) => clock.after(ms + (leaked() % 7), fire, arg),
  };
}

export const CLOCK_LEAK: Double = {
  id: 0,
  name: "clock-leak",
  symptom: "a timer depends on the machine's clock: two runs of one seed differ",
  plant: () => ({ ports: (ports) => ({ ...ports, clock: leaking(ports.clock) }) }),
};
