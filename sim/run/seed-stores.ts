// Puts the friendships of a population into the stores before anybody signs in, as if they had been made long
// ago, and tells the history.
import type { MemoryStores } from "../stores/memory-stores.ts";
import type { History } from "../history/history.ts";

export interface Edge {
  readonly low: number;
  readonly high: number;
  readonly chat: number;
}

const KEY_VERSION = 1;

export function seedFriendship(memory: MemoryStores, history: History, edge: Edge): void {
  const { low, high, chat } = edge;
  const context = { chat, userLow: low, userHigh: high, keyVersion: KEY_VERSION };
  const key = memory.vault.createNow(context);
  memory.roster.establishNow({ ...key, userLow: low, userHigh: high, chat });
  memory.roster.putFriendNow({ ...key, user: low, friend: high, chat });
  memory.roster.putFriendNow({ ...key, user: high, friend: low, chat });
  history.friendship(0, low, high, chat);
}
