// Puts the values of -e KEY=VALUE in the place of ${KEY}, before the text is read as YAML, and keeps where each
// character came from so that messages still point into the file as written. Comments are left alone.

export interface Filled {
  readonly text: string;
  /** Offset in the filled text -> offset in the text as written. */
  original(offset: number): number;
  /** Keys that stand in the text. */
  readonly keys: readonly string[];
  readonly unset: readonly { readonly offset: number; readonly key: string }[];
}

interface Replacement {
  readonly begin: number;
  readonly end: number;
  readonly original: number;
  readonly originalEnd: number;
}

const PLACEHOLDER = /\$\{([^}\n]*)\}/g;

export function fill(text: string, values: Readonly<Record<string, string>>): Filled {
  const replacements: Replacement[] = [];
  const keys = new Set<string>();
  const unset: { offset: number; key: string }[] = [];
  let filled = "";
  let taken = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (inComment(text, match.index)) continue;
    const key = match[1]!;
    keys.add(key);
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) {
      unset.push({ offset: match.index, key });
      continue;
    }
    filled += text.slice(taken, match.index);
    const begin = filled.length;
    filled += value;
    taken = match.index + match[0].length;
    replacements.push({ begin, end: filled.length, original: match.index, originalEnd: taken });
  }
  filled += text.slice(taken);
  return {
    text: filled,
    original: (offset) => originalOffset(replacements, offset),
    keys: [...keys],
    unset,
  };
}

function originalOffset(replacements: readonly Replacement[], offset: number): number {
  let shift = 0;
  for (const { begin, end, original, originalEnd } of replacements) {
    if (offset < begin) break;
    if (offset < end) return original;
    shift = originalEnd - end;
  }
  return offset + shift;
}

/** True where a "#" that stands outside quotes, after a space or at the line's start, comes before. */
function inComment(text: string, offset: number): boolean {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  let quote = "";
  for (let i = lineStart; i < offset; i++) {
    const character = text[i]!;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "#" && (i === lineStart || /\s/.test(text[i - 1]!))) return true;
    else if ((character === '"' || character === "'") && opensText(text, i)) quote = character;
  }
  return false;
}

/** A quote within a word ("don't") opens nothing. */
function opensText(text: string, at: number): boolean {
  return at === 0 || /[\s[{,:]/.test(text[at - 1]!);
}
