// A list that goes through its own members, first to last. An empty one costs nothing: there are very many of
// these lists, and at any time few hold more than one member.

export interface Link<T> {
  /** Written by the chain alone. */
  next: T | undefined;
}

/** The first of the chain with `last` behind all others. */
export function linked<T extends Link<T>>(first: T | undefined, last: T): T {
  if (first === undefined) return last;
  let before = first;
  while (before.next !== undefined) before = before.next;
  before.next = last;
  return first;
}

/** The first of the chain without `one`, which stands in it. */
export function unlinked<T extends Link<T>>(first: T | undefined, one: T): T | undefined {
  const after = one.next;
  one.next = undefined;
  if (first === one || first === undefined) return after;
  let before = first;
  while (before.next !== one) before = before.next!;
  before.next = after;
  return first;
}
