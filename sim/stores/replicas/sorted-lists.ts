// Lists in order and values that may be absent: made one out of two, and compared.

export type Maybe<T> = T | undefined;

/** Both in order; of two that stand for the same cell `choose` decides. */
export function mergeSorted<T>(
  one: readonly T[],
  other: readonly T[],
  order: (a: T, b: T) => number,
  choose: (a: T, b: T) => T,
): T[] {
  const merged: T[] = [];
  let left = 0;
  let right = 0;
  while (left < one.length && right < other.length) {
    const a = one[left]!;
    const b = other[right]!;
    const sign = order(a, b);
    merged.push(sign < 0 ? a : sign > 0 ? b : choose(a, b));
    if (sign <= 0) left += 1;
    if (sign >= 0) right += 1;
  }
  while (left < one.length) merged.push(one[left++]!);
  while (right < other.length) merged.push(other[right++]!);
  return merged;
}

export function either<T>(one: Maybe<T>, other: Maybe<T>, choose: (a: T, b: T) => T): Maybe<T> {
  if (one === undefined) return other;
  return other === undefined ? one : choose(one, other);
}

export function sameItems<T>(
  one: readonly T[],
  other: readonly T[],
  same: (a: T, b: T) => boolean,
): boolean {
  return one.length === other.length && one.every((item, index) => same(item, other[index]!));
}

export function sameOrAbsent<T>(
  one: Maybe<T>,
  other: Maybe<T>,
  same: (a: T, b: T) => boolean,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  return same(one, other);
}
