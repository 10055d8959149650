// Tells each event of a run to whoever listens, in the order of the list. Who listens to what is settled
// once; an event that nobody hears costs an empty call.
import { EVENTS } from "./fields.ts";
import type { History, HistoryEvent, HistoryListener } from "./history.ts";

/** Twelve numbers suffice for every event; unused ones are undefined and never read. */
type Heard = (
  a?: number,
  b?: number,
  c?: number,
  d?: number,
  e?: number,
  f?: number,
  g?: number,
  h?: number,
  i?: number,
  j?: number,
  k?: number,
  l?: number,
) => void;

/** A listener and its method, called as a method so that listeners may be classes. */
interface Ear {
  readonly listener: HistoryListener;
  readonly heard: Heard;
}

const SILENT: Heard = () => undefined;

function bind(event: HistoryEvent, listeners: readonly HistoryListener[]): Heard {
  const ears: Ear[] = [];
  for (const listener of listeners) {
    const heard = listener[event] as Heard | undefined;
    if (heard) ears.push({ listener, heard: heard.bind(listener) });
  }
  const [first, second, third] = ears;
  if (!first) return SILENT;
  const one = first.heard;
  if (!second) return one;
  const two = second.heard;
  if (!third) {
    return (a, b, c, d, e, f, g, h, i, j, k, l) => {
      one(a, b, c, d, e, f, g, h, i, j, k, l);
      two(a, b, c, d, e, f, g, h, i, j, k, l);
    };
  }
  const heard = ears.map((ear) => ear.heard);
  return (a, b, c, d, e, f, g, h, i, j, k, l) => {
    for (let ear = 0; ear < heard.length; ear += 1) {
      heard[ear]!(a, b, c, d, e, f, g, h, i, j, k, l);
    }
  };
}

export function createHub(listeners: readonly HistoryListener[]): History {
  const hub: Partial<Record<HistoryEvent, Heard>> = {};
  for (const event of EVENTS) hub[event] = bind(event, listeners);
  return hub as unknown as History;
}
