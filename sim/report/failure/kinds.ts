// What a count of events hides, said so fully that it proves an absence: how many of each kind, on whose lane, from
// when to when.
import type { LifeEvent } from "../../run/result.ts";
import { preciseClock } from "../figures.ts";

/** "5 from 1:02.000 to 1:07.500: node-1: 3 × is user online?, takes the deliver; redis: online on node". */
export function kindsText(events: readonly LifeEvent[]): string {
  const lanes = new Map<string, Map<string, number>>();
  for (const { lane, text } of events) {
    const kinds = lanes.get(lane) ?? new Map<string, number>();
    lanes.set(lane, kinds);
    const kind = kindOf(text);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const times = events.map(({ t }) => t);
  const [fromUs, toUs] = [Math.min(...times), Math.max(...times)];
  const parts = [...lanes].map(
    ([lane, kinds]) =>
      `${lane}: ${[...kinds].map(([kind, many]) => (many === 1 ? kind : `${many} × ${kind}`)).join(", ")}`,
  );
  return `${events.length} from ${preciseClock(fromUs)} to ${preciseClock(toUs)}: ${parts.join("; ")}`;
}

/** The words without what differs from one to the next: figures, and what stands in brackets. */
function kindOf(text: string): string {
  return text
    .replace(/\(.*\)/g, "")
    .replace(/,? epoch \S+( #\d+)?/g, "")
    .replace(/[-#]?\d[\d:.]*/g, "")
    .replace(/\s+/g, " ")
    .replace(/ (?=[?,:])/g, "")
    .trim();
}
