// A failure in words: which rule, for which message, what should have happened and what did, and where the two part.
import { RULE_WORDS } from "../rule-words.ts";
import type { Departure, Life, LifeStep } from "../../run/result.ts";
import type { RuleId } from "../../history/checker.ts";
import { preciseClock } from "../figures.ts";

export interface Account {
  readonly headline: string;
  readonly found: string;
  readonly expected: string;
  readonly happened: string;
  /** Where they part; undefined where no order of the specification was seen to be left. */
  readonly parting: Departure | undefined;
  /** Later departures, those of one kind told once. */
  readonly others: readonly Departure[];
}

export function accountOf(life: Life): Account {
  const [name, statement] = RULE_WORDS[life.rule as RuleId] ?? [life.rule, ""];
  const departures = life.departures ?? [];
  const [parting] = departures;
  return {
    headline: `${life.rule} (${name}) is broken for ${life.subject}${peopleText(life)}`,
    found: withClocks(life.text),
    expected: parting?.expected ?? statement,
    happened: parting?.happened ?? withClocks(life.text),
    parting,
    others: onePerKind(departures.slice(1), parting),
  };
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
