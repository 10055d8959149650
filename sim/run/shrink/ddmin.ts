// Delta debugging (Zeller and Hildebrandt, 2002): the smallest part of a list that still does what the whole does. It
// ends where no single item can be left out. What is tried is decided by the list alone, never by who is quicker.

/** The place of the first of these lists, in their order, that still does it. */
export type FirstOf<T> = (candidates: readonly (readonly T[])[]) => Promise<number | undefined>;

export async function ddmin<T>(items: readonly T[], first: FirstOf<T>): Promise<readonly T[]> {
  if (items.length === 0) return items;
  if ((await first([[]])) !== undefined) return [];
  let kept = items;
  let parts = 2;
  while (kept.length > 1) {
    const chunks = split(kept, Math.min(parts, kept.length));
    // Of two halves each is what the other leaves.
    const complements = chunks.length === 2 ? [] : chunks.map((_, index) => without(chunks, index));
    const found = await first([...chunks, ...complements]);
    if (found === undefined) {
      if (parts >= kept.length) return kept;
      parts = Math.min(parts * 2, kept.length);
    } else if (found < chunks.length) {
      kept = chunks[found]!;
      parts = 2;
    } else {
      kept = complements[found - chunks.length]!;
      parts = Math.max(2, chunks.length - 1);
    }
  }
  return kept;
}

/** So many parts, as even as can be. */
function split<T>(items: readonly T[], parts: number): readonly (readonly T[])[] {
  return Array.from({ length: parts }, (_, index) =>
    items.slice(
      Math.floor((index * items.length) / parts),
      Math.floor(((index + 1) * items.length) / parts),
    ),
  );
}

function without<T>(chunks: readonly (readonly T[])[], left: number): readonly T[] {
  return chunks.flatMap((chunk, index) => (index === left ? [] : chunk));
}
