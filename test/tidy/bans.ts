// What may not stand in the folders that run inside virtual time, and what to write instead. Types
// cannot forbid these: they belong to the language. Each row carries a line that must trip it and a
// line that must not. An exemption names one file and says why.

export interface Ban {
  readonly name: string;
  /** Searched in code without comments and strings. */
  readonly pattern: RegExp;
  readonly useInstead: string;
  readonly bad: string;
  readonly good: string;
}

export const BANS: readonly Ban[] = [
  {
    name: "Date",
    pattern: /(?<![.\w])Date\b(?!\s*[?:])/g,
    useInstead: "the Clock port: monotonic for deadlines, wall for times shown to people",
    bad: "const t = Date.now(); const d = new Date();",
    good: "const t = clock.monotonicMs(); // not Date.now()",
  },
  {
    name: "Math.random",
    pattern: /\bMath\s*\.\s*random\b/g,
    useInstead: "a named stream of the Random port",
    bad: "const x = Math.random();",
    good: 'const x = stream.next(); const name = "Math.random";',
  },
  {
    name: "inexact Math",
    pattern:
      /\bMath\s*\.\s*(pow|log\w*|exp\w*|sin\w*|cos\w*|tan\w*|asin\w*|acos\w*|atan\w*|cbrt|hypot)\b/g,
    useInstead: "sim/kernel/math, whose results are the same bits on every Node",
    bad: "const x = Math.log1p(u);",
    good: "const x = Math.sqrt(u) + Math.floor(u);",
  },
  {
    name: "**",
    pattern: /\*\*/g,
    useInstead: "a product, a shift or sim/kernel/math",
    bad: "const x = 2 ** n;",
    good: "/** two to the n */ const x = 2 * n;",
  },
  {
    name: "for...in",
    pattern: /\bfor\s*\(\s*(const|let|var)\s+\w+\s+in\b/g,
    useInstead: "for...of over an array, a Map or Object.keys()",
    bad: "for (const key in record) use(key);",
    good: "for (const key of Object.keys(record)) use(key); if (key in record) use(key);",
  },
  {
    name: "locale",
    pattern: /\b(localeCompare|toLocale\w+|Intl)\b/g,
    useInstead: "a comparison by < and >, and formatting of our own",
    bad: "names.sort((a, b) => a.localeCompare(b));",
    good: "names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));",
  },
  {
    name: "Promise.race",
    pattern: /\bPromise\s*\.\s*(race|any)\b/g,
    useInstead: "the deadline of the port call: it ends ok, refused or unknown by itself",
    bad: "await Promise.race([call, timeout]);",
    good: "await Promise.all([first, second]);",
  },
  {
    name: "garbage collection",
    pattern: /\b(WeakRef|FinalizationRegistry)\b/g,
    useInstead: "an owner that releases what it holds",
    bad: "const held = new WeakRef(node);",
    good: "const held = new WeakMap<Node, number>();",
  },
];

export interface Exemption {
  readonly file: string;
  readonly ban: string;
  readonly because: string;
}

export const EXEMPTIONS: readonly Exemption[] = [
  {
    file: "sim/bugs/clock-leak.ts",
    ban: "Date",
    because:
      "a planted double that leaks the machine's clock, so that replay can be seen to find it",
  },
];
