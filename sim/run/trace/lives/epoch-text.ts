// An epoch for people: when the sign-in was, and the how-manieth connection since. "0:59.812 #2".
import { parseEpoch } from "../../../../server/protocol/epoch.ts";
import { epochRank } from "../../../world/epoch-rank.ts";
import { EPOCH_MS } from "../../../world/node-clock.ts";

const COUNTERS = 10_000;

export function epochText(epoch: string): string {
  return parseEpoch(epoch) === undefined ? epoch : rankText(epochRank(epoch));
}

/** Of the number that the history has for it. */
export function rankText(rank: number): string {
  const ms = Math.floor(rank / COUNTERS) - (EPOCH_MS % 1e11);
  const seconds = Math.floor(ms / 1000);
  const rest = String(ms % 1000).padStart(3, "0");
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}.${rest}`;
  return `${time} #${rank % COUNTERS}`;
}
