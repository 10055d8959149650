// A failure in words: which rule, for which message, what should have happened and what did, and where the two part.
import { RULE_WORDS } from "../rule-words.ts";
import type { Departure, Life, LifeStep } from "../../run/result.ts";
import type { RuleId } from "../../history/checker.ts";
import { duration, preciseClock } from "../figures.ts";

export interface Account {
  readonly headline: string;
  readonly found: string;
  readonly expected: string;
  readonly happened: string;
  /** Where they part; undefined where no order of the specification was seen to be left. */
  readonly parting: Departure | undefined;
  /** Later departures, those of one kind told once. */
  readonly others: readonly Departure[];
  /** An earlier failure of this run that left the same order, and what is other here. */
  readonly same: { readonly as: Life; readonly differs: string } | undefined;
}

/** `earlier`: the failures of the run that are told before this one. */
export function accountOf(life: Life, earlier: readonly Life[] = []): Account {
  const [name, statement] = RULE_WORDS[life.rule as RuleId] ?? [life.rule, ""];
  const departures = life.departures ?? [];
  const [parting] = departures;
  const missing = parting === undefined ? missingStep(life) : undefined;
  return {
    headline: `${life.rule} (${name}) is broken for ${life.subject}${peopleText(life)}`,
    found: withClocks(life.text),
    expected: parting?.expected ?? missing?.expected ?? statement,
    happened: parting?.happened ?? missing?.happened ?? withClocks(life.text),
    parting,
    others: onePerKind(departures.slice(1), parting),
    same: sameCause(life, earlier),
  };
}

function sameCause(life: Life, earlier: readonly Life[]): Account["same"] {
  const own = life.departures?.[0];
  if (own === undefined) return undefined;
  const as = earlier.find(({ departures: [first] = [] }) => {
    return first !== undefined && kindOf(first) === kindOf(own);
  });
  const first = as?.departures?.[0];
  if (as === undefined || first === undefined) return undefined;
  const isSameStep = first.lane === own.lane && first.t === own.t;
  const step = isSameStep
    ? "the very same step"
    : `the same order, left on ${own.lane} at ${preciseClock(own.t)}`;
  const subject = as.subject === life.subject ? "the same message" : `another one, ${life.subject}`;
  return { as, differs: `${step}; ${subject}; another rule that sees it, ${life.rule}` };
}

/** From the device to the other device, and back. */
const WAYS: Readonly<Record<"there" | "back", readonly string[]>> = {
  there: [
    ...["n taken", "row stored", "entry raised (sent_n)", "confirmed to the sender"],
    ...["owner looked up after that", "sent to the recipient's device", "shown"],
  ],
  back: [
    ...["read", "receipt due (read_audit)", "entry closed (unread_audit)", "sender looked up"],
    ...["receipt told to the sender's device", "shown as read", "receipt seen (seen_n)"],
  ],
};
const LATE_US = 1_000_000;

/** Where no order was left: the first step that never came, else the one that was waited for the longest. */
function missingStep({
  rule,
  text,
  steps = [],
}: Life): { readonly expected: string; readonly happened: string } | undefined {
  const way = WAYS[rule.startsWith("RCP") || text.startsWith("reading") ? "back" : "there"];
  const own = way.flatMap((name) => steps.filter((step) => step.name === name));
  const reached = own.filter(({ t }) => t !== null).sort((a, b) => a.t! - b.t!);
  const never = own.find(({ t }, place) => t === null && place > 0 && own[place - 1]!.t !== null);
  if (never !== undefined) {
    const before = own[own.indexOf(never) - 1]!;
    return {
      expected: `"${never.name}" follows "${before.name}" (${placeText(before)})`,
      happened: `the step "${never.name}" is missing: it was never reached`,
    };
  }
  const waits = reached.slice(1).map((step, place) => step.t! - reached[place]!.t!);
  const longest = Math.max(0, ...waits);
  if (longest < LATE_US) return undefined;
  const late = reached[waits.indexOf(longest) + 1]!;
  const before = reached[waits.indexOf(longest)]!;
  return {
    expected: `"${late.name}" follows "${before.name}" (${placeText(before)}) at once, as long as both sides are there`,
    happened: `the step "${late.name}" came only ${duration(longest / 1000)} later (${placeText(late)}): what should have brought it about before is missing`,
  };
}

function placeText(step: LifeStep): string {
  const place = step.lane === undefined ? stepTime(step) : `${step.lane}, ${stepTime(step)}`;
  return step.text === undefined ? place : `${place}: ${step.text}`;
}

/** Rules speak of moments in seconds; everything else here says minutes and seconds. */
function withClocks(text: string): string {
  return text.replace(
    /\b(at|of|since|until) (\d+\.\d+) s\b/g,
    (_, word: string, seconds: string) => {
      return `${word} ${preciseClock(Math.round(Number(seconds) * 1e6))}`;
    },
  );
}

function onePerKind(departures: readonly Departure[], parting: Departure | undefined): Departure[] {
  const told = new Set(parting === undefined ? [] : [kindOf(parting)]);
  return departures.filter((departure) => {
    const kind = kindOf(departure);
    if (told.has(kind)) return false;
    told.add(kind);
    return true;
  });
}

/** The sentence without its figures and names. */
function kindOf({ expected }: Departure): string {
  return expected.replace(/\d+/g, "");
}

/** "from user 5 to user 9", as far as the steps tell. */
function peopleText({ steps = [] }: Life): string {
  const lane = (name: string): string | undefined => steps.find((step) => step.name === name)?.lane;
  const sender = lane("n taken");
  const reader = lane("shown") ?? lane("read");
  return (
    (sender === undefined ? "" : ` from ${sender}`) + (reader === undefined ? "" : ` to ${reader}`)
  );
}

/** Groups of steps whose times must rise. */
const ORDERED = [
  ["n taken", "row stored", "entry raised (sent_n)", "confirmed to the sender"],
  ["entry raised (sent_n)", "owner looked up after that"],
  ["read", "receipt due (read_audit)", "entry closed (unread_audit)"],
  ["read", "receipt told to the sender's device", "shown as read", "receipt seen (seen_n)"],
] as const;

/** Steps reached before one that has to come first, or without it. */
export function outOfOrder(steps: readonly LifeStep[]): ReadonlySet<string> {
  const time = new Map(steps.map(({ name, t }) => [name, t]));
  const wrong = new Set<string>();
  for (const group of ORDERED)
    for (let later = 1; later < group.length; later += 1) {
      const own = time.get(group[later]!);
      if (own === undefined || own === null) continue;
      const before = group.slice(0, later).map((name) => time.get(name));
      if (before.some((t) => t === null || (t !== undefined && t > own))) wrong.add(group[later]!);
    }
  return wrong;
}

export function stepTime({ t }: LifeStep): string {
  return t === null ? "never" : preciseClock(t);
}
