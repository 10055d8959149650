// Finds the smallest scenario that still breaks the same rule. Whatever makes trying cheap comes first: the end is cut
// off, what people did becomes a script, people and the beginning are left out; then single faults and actions; then
// the times and figures of what is left become round. Each step keeps the rule broken.
import type { RuleId, Violation } from "../../history/checker.ts";
import type { Profile } from "../../scenario/profile-types.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import { ddmin } from "./ddmin.ts";
import { drawnIn, fixable, fixed, nudged } from "./shrink-draws.ts";
import * as edit from "./shrink-edits.ts";
import { placements } from "./shrink-placements.ts";
import { plainer } from "./shrink-plainer.ts";
import type { Tried } from "./shrink-trial.ts";
import { Trials, type Found } from "./shrink-trials.ts";

export interface ShrinkAsked {
  readonly scenario: ResolvedScenario;
  readonly profile: Profile;
  readonly rule: RuleId;
  readonly workers: number;
  /** Asked often: true ends the search where it stands. */
  readonly isOver: () => boolean;
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

/** How large the smallest scenario is by now. */
export interface ShrinkSize {
  readonly faults: number;
  readonly users: number;
  /** Unknown while the workload is drawn. */
  readonly actions: number | null;
  readonly endUs: number;
}

export interface ShrinkProgress extends ShrinkSize {
  readonly step: string;
  readonly tried: number;
}

export interface Shrunk {
  readonly scenario: ResolvedScenario;
  readonly violation: Violation;
  readonly tried: number;
  /** Simulated for all that was tried. */
  readonly events: number;
  /** False where the search was ended before nothing could be left out any more. */
  readonly complete: boolean;
}

/** The smallest found; undefined where the scenario does not break the rule in the first place. */
export async function shrink(asked: ShrinkAsked): Promise<Shrunk | undefined> {
  // The run itself is made again whatever it takes.
  let begun = false;
  const trials = new Trials({ ...asked, isOver: () => begun && asked.isOver() });
  try {
    return await new Shrinking(asked, trials).run(() => (begun = true));
  } finally {
    await trials.close();
  }
}

/** As much as trying one candidate with several seeds may cost: chance must not keep what is not needed. */
const EVENTS_A_CANDIDATE = 60_000;
const EVENTS_FOR_CHANCE = 300_000;
/** What takes no more is run a hundred times to find an instant. */
const EVENTS_TO_MOVE = 10_000;
/** A violation may come that much later than in the scenario it was cut out of. */
const LATER_US = 12_000_000;
const SECOND_US = 1_000_000;
const WINDOWS_S = [1, 3, 8, 20, 45, 100, 220];
/** Of a run that is judged at its end, what is tried as the whole of it. */
const SHARES = [0.06, 0.12, 0.25, 0.5, 0.75];
const END_US_MIN = 5 * SECOND_US;
const BEGIN_US_MIN = 3 * SECOND_US;
const ROUNDS_MAX = 3;

interface Candidate {
  readonly scenario: ResolvedScenario;
  /** By how much its times are earlier than those of the best. */
  readonly earlierUs?: number;
}

class Shrinking {
  readonly #asked: ShrinkAsked;
  readonly #trials: Trials;
  #best: ResolvedScenario;
  #tried: Tried | undefined;
  /** A smaller one broke the rule with some seeds only: each is worth more of them. */
  #hangsOnChance = false;

  constructor(asked: ShrinkAsked, trials: Trials) {
    this.#asked = asked;
    this.#trials = trials;
    this.#best = asked.scenario;
  }

  async run(onBegun: () => void): Promise<Shrunk | undefined> {
    const whole = { scenario: this.#best, eventsMax: 0, untilUs: null, records: true } as const;
    const first = await this.#trials.first([whole]);
    onBegun();
    if (first === undefined) return undefined;
    this.#tried = first.tried;
    if (first.tried.online) await this.#cutEnd();
    else await this.#earlierEnd();
    await this.#toScript(first.tried);
    if (this.#best.script === undefined) await this.#drawn();
    if (this.#best.script !== undefined) await this.#script();
    const violation = this.#tried.violation!;
    const { count: tried, events } = this.#trials;
    return { scenario: this.#best, violation, tried, events, complete: !this.#asked.isOver() };
  }

  async #cutEnd(): Promise<void> {
    const { violation, online } = this.#tried!;
    const endUs = edit.endOf(this.#best);
    const wanted = Math.ceil((violation!.t + 1) / SECOND_US) * SECOND_US;
    if (online && wanted < endUs) await this.#take("end", [edit.cutEnd(this.#best, wanted)]);
  }

  /** Judged at the end only: what broke the rule may have been long before. */
  async #earlierEnd(): Promise<void> {
    for (let found = true; found && edit.endOf(this.#best) > END_US_MIN;) {
      const endUs = edit.endOf(this.#best);
      const ends = SHARES.map((share) => Math.ceil((share * endUs) / SECOND_US) * SECOND_US);
      const cut = ends.map((us) => edit.cutEnd(this.#best, us));
      found = (await this.#take("end", cut)) !== undefined;
    }
  }

  /** What was seen in the whole run; where that does not break the rule again, what is seen in the cut one. */
  async #toScript({ actions = [] }: Tried): Promise<void> {
    const same = edit.scripted(this.#best, actions);
    const plain = { ...same, behaviour: { ...same.behaviour, bodyBytes: edit.BODY_BYTES } };
    await this.#take("script", [plain, same]);
  }

  /** The workload stays drawn: less of it, then perhaps a script of that. */
  async #drawn(): Promise<void> {
    await this.#faults();
    for (const part of edit.FEATURES)
      await this.#take("features", [edit.withBehaviour(this.#best, part)]);
    await this.#take("workload", edit.slower(this.#best));
    const seen = await this.#trials.first([
      { scenario: this.#best, eventsMax: 0, untilUs: this.#untilUs(0), records: true },
    ]);
    if (seen !== undefined) await this.#toScript(seen.tried);
  }

  async #script(): Promise<void> {
    // Whatever comes after it needs one run a candidate, where it succeeds.
    await this.#take("draws", [fixed(this.#best, fixable(this.#best))]);
    await this.#involved();
    if (!this.#tried!.online) await this.#earlierEnd();
    await this.#begin();
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const before = this.#best;
      await this.#faults();
      await this.#users();
      await this.#begin();
      await this.#actions();
      await this.#times();
      await this.#draws();
      await plainer(this.#best, (scenarios) => this.#take("figures", scenarios));
      if (this.#best === before) break;
    }
  }

  /** Those whom the violation is about, alone. */
  async #involved(): Promise<void> {
    if (this.#tried!.people.length === 0) return;
    if ((await this.#take("users", [this.#alone()], 0)) !== undefined) return;
    // What all of them did shortly before costs less to try than all that the few did.
    if (this.#tried!.online) await this.#begin();
    const alone = this.#alone();
    if ((await this.#take("users", placements(alone))) !== undefined) return;
    // What hung on chance may come again where little happens, and many seeds can be tried.
    await this.#take("users", this.#beginnings(alone), EVENTS_FOR_CHANCE);
  }

  #alone(): ResolvedScenario {
    return edit.onlyUsers(this.#best, this.#tried!.people);
  }

  /** Nothing of what was long before, as far as that can be. */
  async #begin(): Promise<void> {
    for (;;) {
      const found = await this.#take("beginning", this.#beginnings(this.#best));
      if (found === undefined || this.#tried!.online) return;
    }
  }

  /** From the latest on. */
  #beginnings(scenario: ResolvedScenario): readonly Candidate[] {
    const { violation, online } = this.#tried!;
    const endUs = edit.endOf(scenario);
    const times = online
      ? WINDOWS_S.map((seconds) => violation!.t - seconds * SECOND_US)
      : SHARES.map((share) => Math.floor((1 - share) * endUs));
    return times
      .filter((fromUs) => fromUs > BEGIN_US_MIN)
      .map((fromUs) => edit.beginAt(scenario, fromUs));
  }

  async #faults(): Promise<void> {
    await ddmin(this.#best.faults, (lists) =>
      this.#take(
        "faults",
        lists.map((faults) => ({ ...this.#best, faults })),
      ),
    );
  }

  async #users(): Promise<void> {
    const { people } = this.#tried!;
    const users = edit
      .usersIn(this.#best)
      .toSorted((a, b) => Number(people.includes(b)) - Number(people.includes(a)) || a - b);
    if (users.length <= 2) return;
    const whole = this.#best;
    await ddmin(users, (lists) =>
      this.#take(
        "users",
        lists.map((list) => edit.onlyUsers({ ...whole, seed: this.#best.seed }, list)),
      ),
    );
  }

  async #actions(): Promise<void> {
    await ddmin(this.#best.script!, (lists) =>
      this.#take(
        "actions",
        lists.map((script) => ({ ...this.#best, script })),
      ),
    );
    await this.#pairs();
    if (edit.usersIn(this.#best).length < this.#best.population.users)
      await this.#take("users", [edit.onlyUsers(this.#best, edit.usersIn(this.#best))]);
    for (const pairs of edit.fewerPairs(this.#best))
      if (await this.#take("friends", [pairs])) break;
  }

  /** Two actions that are nothing without each other, as a leaving and a coming back: they only moved somebody. */
  async #pairs(): Promise<void> {
    for (let place = this.#best.script!.length - 2; place >= 0; place--) {
      const script = this.#best.script!.toSpliced(place, 2);
      const { balancer } = this.#best.cluster;
      const all = placements({ ...this.#best, script });
      const few = all.filter(({ cluster }) => cluster.balancer === balancer);
      if (this.#tried!.events <= EVENTS_TO_MOVE) await this.#take("actions", few);
    }
  }

  /** Less time between what happens, then rounder times; a second is as short as anybody wants to read. */
  async #times(): Promise<void> {
    const all = [1, 3, 0.1, 10].map((seconds) => edit.allSqueezed(this.#best, seconds * SECOND_US));
    await this.#take("times", [...edit.rounder(all[0]!), ...all]);
    for (let place = edit.momentsOf(this.#best).length - 2; place >= 0; place--)
      await this.#take("times", edit.closer(this.#best, place));
    await this.#take("times", edit.rounder(this.#best));
  }

  /** Nothing left to chance; where that cannot be, as little as can be. */
  async #draws(): Promise<void> {
    const names = fixable(this.#best);
    if (names.length === 0) return;
    const whole = fixed(this.#best, names);
    const moved = this.#tried!.events <= EVENTS_TO_MOVE ? nudged(whole) : [];
    if ((await this.#take("draws", [whole, ...moved], 0)) !== undefined) return;
    for (const name of names) await this.#take("draws", [fixed(this.#best, [name])], 0);
  }

  /** The place of the first that breaks the rule; that one is the best from now on. */
  async #take(
    step: string,
    candidates: readonly (ResolvedScenario | Candidate)[],
    eventsMax = this.#eventsMax(),
  ): Promise<number | undefined> {
    this.#tell(step);
    const list = candidates.map((each) => ("scenario" in each ? each : { scenario: each }));
    const found = await this.#trials.first(
      list.map(({ scenario, earlierUs = 0 }) => ({
        scenario,
        eventsMax,
        untilUs: this.#untilUs(earlierUs),
      })),
    );
    if (found === undefined) return undefined;
    this.#adopt(list[found.index]!.scenario, found);
    return found.index;
  }

  /** Other seeds tell nothing new where nothing is drawn. */
  #eventsMax(): number {
    if (drawnIn(this.#best).length === 0) return 0;
    return this.#hangsOnChance ? EVENTS_FOR_CHANCE / 2 : EVENTS_A_CANDIDATE;
  }

  #adopt(scenario: ResolvedScenario, { tried }: Found): void {
    if (tried.seed !== scenario.seed) this.#hangsOnChance = true;
    const seeded = tried.seed === scenario.seed ? scenario : { ...scenario, seed: tried.seed };
    if (JSON.stringify(seeded) !== JSON.stringify(this.#best)) this.#best = seeded;
    this.#tried = tried;
  }

  #untilUs(earlierUs: number): number | null {
    const { online, violation } = this.#tried!;
    return online ? violation!.t - earlierUs + LATER_US : null;
  }

  #tell(step: string): void {
    const best = this.#best;
    this.#asked.onProgress?.({ step, tried: this.#trials.count, ...sizeOf(best) });
  }
}

export function sizeOf(scenario: ResolvedScenario): ShrinkSize {
  return {
    faults: scenario.faults.length,
    users: scenario.population.users,
    actions: scenario.script?.length ?? null,
    endUs: edit.endOf(scenario),
  };
}
