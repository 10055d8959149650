// Makes friends in bulk, as if each pair had asked and accepted: the friendship with a new key, then both copies.
// Every step may be repeated, so a seeding that was cut off is simply started again.
import type { KeyVault } from "../ports/key-vault.ts";
import type { Outcome } from "../ports/outcome.ts";
import type { Friendship, RosterStore } from "../ports/roster-store.ts";
import type { ChatId, UserId } from "../protocol/ids.ts";

export interface WantedFriendship {
  readonly userLow: UserId;
  readonly userHigh: UserId;
  readonly chat: ChatId;
}

export interface Seeded {
  /** All that stand now. */
  friendships: number;
  /** Among them, those that stood before. */
  before: number;
}

/** What is wanted cannot be: bad input, or stores that hold another population. */
export class CannotSeed extends Error {}

/** The store did not answer for too long. */
export class StoreSilent extends Error {}

const KEY_VERSION = 1;
const CHAT_MAX = 0xffff_ffff_ffff;
const REPEAT_MS = 200;
const PATIENCE_MS = 30_000;

/** `lines` are NDJSON; `inFlight` of them are worked on at a time. */
export async function seedFriendships(
  lines: AsyncIterable<string>,
  roster: RosterStore,
  vault: KeyVault,
  inFlight: number,
): Promise<Seeded> {
  const seeded: Seeded = { friendships: 0, before: 0 };
  const source = lines[Symbol.asyncIterator]();
  let lastLine = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (!failed) {
      const next = await source.next();
      if (next.done === true) return;
      lastLine += 1;
      if (next.value === "") continue;
      try {
        await seedOne(readLine(next.value, lastLine), roster, vault, seeded);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, work));
  return seeded;
}

async function seedOne(
  wanted: WantedFriendship,
  roster: RosterStore,
  vault: KeyVault,
  seeded: Seeded,
): Promise<void> {
  const { userLow, userHigh, chat } = wanted;
  const context = { ...wanted, keyVersion: KEY_VERSION };
  const key = await untilKnown(() => vault.create(context));
  const candidate: Friendship = { userLow, userHigh, chat, ...key };
  let attempts = 0;
  const standing = await untilKnown(() => {
    attempts += 1;
    return roster.establish(candidate);
  });
  if (standing.chat !== chat)
    throw new CannotSeed(
      `users ${userLow} and ${userHigh} are friends already, in another chat: seed empty stores`,
    );
  const { keyVersion, kekId, wrapped } = standing;
  const copyOf = (user: UserId, friend: UserId) =>
    untilKnown(() => roster.putFriend({ user, friend, chat, keyVersion, kekId, wrapped }));
  await Promise.all([copyOf(userLow, userHigh), copyOf(userHigh, userLow)]);
  seeded.friendships += 1;
  // After a repeat, what stands may as well be this seeding's own.
  if (attempts === 1 && wrapped !== candidate.wrapped) seeded.before += 1;
}

async function untilKnown<T>(call: () => Promise<Outcome<T>>): Promise<T> {
  const giveUpMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const outcome = await call();
    if (outcome.kind === "ok") return outcome.value;
    if (performance.now() > giveUpMs)
      throw new StoreSilent(`the roster was not written within ${PATIENCE_MS / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, REPEAT_MS));
  }
}

function readLine(text: string, line: number): WantedFriendship {
  const value = parsed(text);
  const { userLow, userHigh, chat } = (value ?? {}) as Partial<WantedFriendship>;
  if (!isId(userLow) || !isId(userHigh) || !isId(chat) || userLow >= userHigh || chat > CHAT_MAX)
    throw new CannotSeed(`line ${line} is no friendship {userLow, userHigh, chat}`);
  return { userLow, userHigh, chat };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is no friendship either.
    return undefined;
  }
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}
