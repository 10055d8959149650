// How much a node lets be under way: less after outcomes that are not known, more again with those that are.
import { expect, test } from "vitest";
import { Cluster } from "./cluster.ts";

const CHAT = 500;
const CHATS = 8;
const LIMITS = { requestsAdmittedMax: CHATS, requestsAdmittedMin: 2 };

/** User 1 has a chat with each of users 2 to 9. */
async function cluster(limits: Partial<typeof LIMITS> = {}) {
  const made = new Cluster(1, {}, { ...LIMITS, ...limits });
  for (let index = 0; index < CHATS; index += 1) made.befriend(1, 2 + index, CHAT + index);
  await made.start();
  return { made, sender: await made.signIn(0, 1) };
}

type Started = Awaited<ReturnType<typeof cluster>>;

/** Sends n in every chat; how many were refused as busy. */
async function wave({ made, sender }: Started, n: number): Promise<number> {
  const before = sender.of("refused").length;
  for (let index = 0; index < CHATS; index += 1) sender.text(CHAT + index, n);
  await made.clock.run(10);
  const refused = sender.of("refused").slice(before);
  expect(new Set(refused.map(({ code }) => code)).size).toBeLessThanOrEqual(1);
  return refused.filter(({ code }) => code === "busy").length;
}

test("BND1 outcomes that are not known halve what a node takes, down to its least", async () => {
  const started = await cluster();
  started.made.messagesDoor.always("append", "lost");
  expect(await wave(started, 1)).toBe(0);
  expect(await wave(started, 1)).toBe(CHATS - 4);
  // Once in the time of a store call: those of one wave say the same thing.
  expect(await wave(started, 1)).toBe(CHATS - 4);
  await started.made.clock.run(2_000);
  expect(await wave(started, 1)).toBe(CHATS - 4);
  expect(await wave(started, 1)).toBe(CHATS - 2);
  await started.made.clock.run(2_000);
  expect(await wave(started, 1)).toBe(CHATS - 2);
  expect(await wave(started, 1)).toBe(CHATS - 2);
});

test("LIV2 a node takes all again once its store answers", async () => {
  const started = await cluster();
  started.made.messagesDoor.always("append", "lost");
  await wave(started, 1);
  started.made.messagesDoor.always("append", "ok");
  expect(await wave(started, 1)).toBe(CHATS - 4);
  let busy = CHATS;
  let waves = 0;
  for (; busy > 0 && waves < 20; waves += 1) busy = await wave(started, 1);
  expect(waves).toBeGreaterThan(3);
  expect(busy).toBe(0);
});

test("BND1 a sign-in waits for its turn while a node has enough under way", async () => {
  const started = await cluster({ requestsAdmittedMax: 1, requestsAdmittedMin: 1 });
  const { made, sender } = started;
  let answer = (): void => undefined;
  made.messagesDoor.next("append", new Promise<void>((resolve) => (answer = resolve)));
  sender.text(CHAT, 1);
  await made.clock.run(10);
  const other = made.client(0, 2);
  other.connect();
  await made.clock.run(5_000);
  expect(other.of("connected")).toHaveLength(1);
  expect(other.of("synced")).toHaveLength(0);
  answer();
  await made.clock.run(2_000);
  expect(sender.of("sent")).toHaveLength(1);
  expect(other.of("synced")).toHaveLength(1);
});
