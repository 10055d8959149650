// A failure as text for a ticket: the account in words, how far the message came, the sequence with a narrow lane
// for each party, and what was believed where expectation and fact part. Markdown that also reads well as it is.
import type { Life, LifeEvent } from "../../run/result.ts";
import { preciseClock } from "../figures.ts";
import { accountOf, outOfOrder, stepTime } from "./account.ts";
import { beliefsAt } from "./beliefs-at.ts";
import { kindsText } from "./kinds.ts";
import { layoutOf, type Lane } from "./layout.ts";

const LANE_CHARS = 9;
const TIME_CHARS = 12;
/** So many steps at most; those nearest to where the two part. */
const STEPS_MAX = 120;

/** All failures of a run: what an earlier one shows is not shown again. */
export function failuresText(lives: readonly Life[]): string {
  return lives.map((life, place) => failureText(life, lives.slice(0, place))).join("\n\n");
}

export function failureText(life: Life, earlier: readonly Life[] = []): string {
  const account = accountOf(life, earlier);
  const { parting, same } = account;
  const where = parting === undefined ? "" : ` (${parting.lane}, ${preciseClock(parting.t)})`;
  const seen = life.brokenUs === undefined ? "" : ` (${preciseClock(life.brokenUs)})`;
  return [
    `## ${account.headline}`,
    "",
    ...(same === undefined
      ? []
      : [
          `- **Same cause as ${same.as.rule} above.** What differs: ${same.differs}. Its picture is in failure-${life.rule}.html.`,
        ]),
    `- **Should have happened:** ${account.expected}`,
    `- **Happened${where}:** ${account.happened}`,
    ...(account.happened === account.found
      ? []
      : [`- **The rule saw it${seen}:** ${account.found}`]),
    ...account.others
      .slice(0, 4)
      .map(({ t, lane, happened }) => `- then (${lane}, ${preciseClock(t)}): ${happened}`),
    ...(life.unseen === undefined ? [] : [`- **Not seen:** ${life.unseen}`]),
    "",
    ...courseText(life),
    ...(same === undefined ? ["```text", ...sequenceText(life), "```", ...beliefsText(life)] : []),
  ].join("\n");
}

function courseText({ steps = [] }: Life): string[] {
  if (steps.length === 0) return [];
  const wrong = outOfOrder(steps);
  const rows = steps.map((step) => {
    const notes = [step.text ?? "", wrong.has(step.name) ? "before its turn" : ""].filter(
      (note) => note !== "",
    );
    return `| ${step.name} | ${stepTime(step)} | ${step.lane ?? ""} | ${notes.join("; ").replaceAll("|", "\\|")} |`;
  });
  return ["| step | first reached | where | |", "|---|---|---|---|", ...rows, ""];
}

function sequenceText(life: Life): string[] {
  const { lanes } = layoutOf(life);
  const head =
    " ".repeat(TIME_CHARS) +
    lanes.map(({ name }) => centred(name.slice(0, LANE_CHARS - 1))).join("");
  const lines = [head.trimEnd()];
  const parting = life.departures?.[0]?.t;
  let isParted = parting === undefined;
  let isBroken = life.brokenUs === undefined;
  for (const { event, from, folded } of chosen(life)) {
    if (!isParted && event.t >= parting!) {
      lines.push(rule("expectation and fact part", lanes));
      isParted = true;
    }
    if (!isBroken && event.t >= life.brokenUs!) {
      lines.push(rule(`${life.rule} found broken`, lanes));
      isBroken = true;
    }
    lines.push(folded.length > 0 ? foldText(folded, lanes) : stepText(event, from, lanes));
  }
  if (!isBroken)
    lines.push(rule(`${life.rule} found broken at ${preciseClock(life.brokenUs!)}`, lanes));
  return lines;
}

interface Chosen {
  readonly event: LifeEvent;
  /** Where the arrow that ends here began. */
  readonly from: LifeEvent | undefined;
  /** Background events that are counted here instead. */
  readonly folded: readonly LifeEvent[];
}

function chosen(life: Life): Chosen[] {
  const { events } = life;
  const shown = nearest(events, life.departures?.[0]?.t ?? life.brokenUs ?? 0);
  const steps: Chosen[] = [];
  for (let index = 0; index < events.length;) {
    const first = index;
    while (index < events.length && !shown.has(index)) index += 1;
    // A single one takes no more room than its count.
    if (index === first + 1) index = first;
    if (index > first + 1)
      steps.push({ event: events[first]!, from: undefined, folded: events.slice(first, index) });
    const event = events[index];
    if (event === undefined) break;
    steps.push({
      event,
      from: event.from === undefined ? undefined : events[event.from],
      folded: [],
    });
    index += 1;
  }
  return steps;
}

function nearest(events: readonly LifeEvent[], us: number): ReadonlySet<number> {
  const places = events.flatMap(({ weight }, index) => (weight === "other" ? [] : [index]));
  const far = (index: number): number =>
    Math.abs(events[index]!.t - us) + (events[index]!.weight === "around" ? 5e6 : 0);
  return new Set(places.sort((a, b) => far(a) - far(b) || a - b).slice(0, STEPS_MAX));
}

function centred(text: string): string {
  const left = Math.floor((LANE_CHARS - text.length) / 2);
  return (" ".repeat(Math.max(0, left)) + text).padEnd(LANE_CHARS);
}

const MIDDLE = Math.floor(LANE_CHARS / 2);

/** One line: lanes as bars, the step's mark, an arrow where it goes somewhere, and its words behind the lanes. */
function stepText(event: LifeEvent, from: LifeEvent | undefined, lanes: readonly Lane[]): string {
  const cells = blank(lanes);
  const own = column(event.lane, lanes);
  const other = from === undefined ? column(event.to, lanes) : column(from.lane, lanes);
  if (own >= 0) {
    if (other >= 0 && other !== own) {
      const [low, high] = [Math.min(own, other), Math.max(own, other)];
      for (let place = low + 1; place < high; place += 1) cells[place] = "-";
      // Of an arrival the tip is here, of a step with an aim there.
      const tip = from === undefined ? other : own;
      const tail = from === undefined ? own : other;
      cells[tip] = tip > tail ? ">" : "<";
      cells[tail] = from === undefined ? "o" : "+";
    } else cells[own] = "o";
  }
  const mark = event.tone === "bad" ? "!! " : event.tone === "unsure" ? "?  " : "";
  const where = event.lane === "…" ? "" : `${event.lane}: `;
  return `${preciseClock(event.t).padStart(TIME_CHARS - 2)}  ${cells.join("")}  ${mark}${where}${event.text}`;
}

function foldText(folded: readonly LifeEvent[], lanes: readonly Lane[]): string {
  return `${preciseClock(folded[0]!.t).padStart(TIME_CHARS - 2)}  ${blank(lanes).join("").replaceAll("|", ":")}  … ${kindsText(folded)}`;
}

function rule(text: string, lanes: readonly Lane[]): string {
  return `${"=".repeat(TIME_CHARS + lanes.length * LANE_CHARS)}  ${text}`;
}

function blank(lanes: readonly Lane[]): string[] {
  const cells = new Array<string>(lanes.length * LANE_CHARS).fill(" ");
  lanes.forEach((_lane, index) => (cells[index * LANE_CHARS + MIDDLE] = "|"));
  return cells;
}

function column(lane: string | undefined, lanes: readonly Lane[]): number {
  const index = lanes.findIndex(({ name }) => name === lane);
  return index < 0 ? -1 : index * LANE_CHARS + MIDDLE;
}

function beliefsText(life: Life): string[] {
  const us = life.departures?.[0]?.t ?? life.brokenUs;
  if (us === undefined || (life.beliefs ?? []).length === 0) return [];
  const lanes = layoutOf(life).lanes.map(({ name }) => name);
  const lines = beliefsAt(life, us, lanes).map(
    ({ lane, beliefs }) =>
      `- ${lane}: ${beliefs.map(({ about, value }) => `${about}: ${value}`).join("; ")}`,
  );
  return ["", `What each believed at ${preciseClock(us)}:`, "", ...lines];
}
