// The queue of deadlines: whose is next, what expires, and that nothing done is kept.

import { expect, test } from "vitest";
import { DeadlineQueue } from "../../../sim/device/deadlines.ts";

interface Item {
  readonly deadlineMs: number;
  done: boolean;
  after: Item | undefined;
}

function item(deadlineMs: number): Item {
  return { deadlineMs, done: false, after: undefined };
}

test("the first that is not done says the next deadline; an empty queue says Infinity", () => {
  const queue = new DeadlineQueue<Item>();
  expect(queue.nextMs()).toBe(Infinity);
  const items = [item(10), item(20), item(30)];
  for (const each of items) queue.push(each);
  items[1]!.done = true;
  expect(queue.nextMs()).toBe(10);
  items[0]!.done = true;
  expect(queue.nextMs()).toBe(30);
});

test("what has expired is taken out in order, what is done is passed over", () => {
  const queue = new DeadlineQueue<Item>();
  const [first, second, third] = [item(10), item(20), item(30)] as const;
  for (const each of [first, second, third]) queue.push(each);
  second.done = true;
  expect(queue.take(9)).toBeUndefined();
  expect(queue.take(30)).toBe(first);
  expect(queue.take(30)).toBe(third);
  expect(queue.take(30)).toBeUndefined();
});

test("what is done is let go as soon as another one comes", () => {
  const queue = new DeadlineQueue<Item>();
  const first = item(10);
  queue.push(first);
  first.done = true;
  const second = item(20);
  queue.push(second);
  expect(first.after).toBeUndefined();
  expect(queue.nextMs()).toBe(20);
});
