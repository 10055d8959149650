// Smaller scenarios out of one: its end cut off, people left out, its beginning left out, times moved. Each is a plain
// function from scenario to scenario; whether the result still breaks the rule is asked elsewhere.
import { Streams } from "../../kernel/random.ts";
import type { Distribution } from "../../kernel/distribution.ts";
import type {
  Behaviour,
  Curve,
  Fault,
  ResolvedScenario,
  ScriptAction,
} from "../../scenario/types.ts";
import { friendGraphOf } from "../../users/friend-graph.ts";
import { onlineAt } from "../../users/online-curve.ts";

const SECOND_US = 1_000_000;
/** From the start of a run that begins in the middle until those who were online have signed in. */
const LEAD_US = 2 * SECOND_US;
const SIGN_IN_US = 100_000;

/** The seed of a file that names none. */
export const SEED_FIRST = 1;
/** A scenario's own defaults: what a file does not say. */
export const BODY_BYTES: Distribution = { dist: "lognormal", median: 80, p99: 2000 };
const READ_AFTER: Distribution = { dist: "lognormal", median: 3 * SECOND_US, p99: 60 * SECOND_US };
const PLAIN_BEHAVIOUR: Behaviour = {
  bodyBytes: BODY_BYTES,
  readAfterUs: READ_AFTER,
  attachments: [],
  freshDevice: 0,
  befriendPerS: 0,
  historyPerS: 0,
  searchPerS: 0,
};

export function endOf({ phases }: ResolvedScenario): number {
  return phases.reduce((end, { startUs, durationUs }) => Math.max(end, startUs + durationUs), 0);
}

/** The phases end there; what would begin later is gone. */
export function cutEnd(scenario: ResolvedScenario, endUs: number): ResolvedScenario {
  const phases = scenario.phases
    .filter(({ startUs }) => startUs < endUs)
    .map((phase) => {
      const { startUs, durationUs, warmup, online } = phase;
      if (endUs >= startUs + durationUs && !(warmup && endUs === startUs + durationUs))
        return phase;
      const leftUs = endUs - startUs;
      const cut = { ...phase, durationUs: leftUs, warmup: false };
      return online === undefined ? cut : { ...cut, online: cutCurve(online, leftUs) };
    });
  const { script } = scenario;
  return {
    ...scenario,
    phases,
    faults: scenario.faults.filter(({ atUs }) => atUs < endUs),
    ...(script === undefined ? {} : { script: script.filter(({ atUs }) => atUs < endUs) }),
  };
}

/** A level stays a level; of anything else the points that are left. */
function cutCurve(curve: Curve, leftUs: number): Curve {
  const level = curve[0]![1];
  if (curve.every(([, value]) => value === level))
    return [
      [0, level],
      [leftUs, level],
    ];
  const before = curve.filter(([atUs]) => atUs < leftUs);
  return [...before, [leftUs, onlineAt(curve, leftUs)]];
}

/** The people do what they were seen to do; nothing is drawn any more. */
export function scripted(
  scenario: ResolvedScenario,
  actions: readonly ScriptAction[],
): ResolvedScenario {
  const endUs = endOf(scenario);
  const edges = friendGraphOf(scenario, new Streams(scenario.seed)).edges();
  const { capacity: _, ...rest } = scenario;
  return {
    ...rest,
    population: {
      users: scenario.population.users,
      friendsPerUser: PLAIN_FRIENDS,
      friendPairs: [...edges].map(({ low, high }) => [low, high] as const),
    },
    phases: [onePhase(endUs)],
    behaviour: { ...PLAIN_BEHAVIOUR, bodyBytes: scenario.behaviour.bodyBytes },
    thresholds: [],
    script: actions.filter(({ atUs }) => atUs < endUs),
  };
}

/** Unused where friendships are written out, and what a file without it resolves to. */
const PLAIN_FRIENDS: Distribution = { dist: "lognormal", median: 8, p99: 60 };

function onePhase(durationUs: number): ResolvedScenario["phases"][number] {
  return {
    name: "run",
    startUs: 0,
    durationUs,
    warmup: false,
    online: [
      [0, 0],
      [durationUs, 0],
    ],
    messages: { ratePerS: 0, process: "poisson" },
  };
}

/** With a script only: what is left of it and of the friendships when only these people are there, renumbered. */
export function onlyUsers(scenario: ResolvedScenario, users: readonly number[]): ResolvedScenario {
  const kept = users.toSorted((a, b) => a - b);
  // Two are the fewest that a scenario may have.
  for (let user = 1; kept.length < 2; user++) if (!kept.includes(user)) kept.push(user);
  const numberOf = new Map(kept.map((user, index) => [user, index + 1]));
  const script = (scenario.script ?? []).flatMap((action) => {
    const user = numberOf.get(action.user);
    if (user === undefined) return [];
    if (action.to === undefined) return [{ ...action, user }];
    const to = numberOf.get(action.to);
    return to === undefined ? [] : [{ ...action, user, to }];
  });
  const pairs = (scenario.population.friendPairs ?? []).flatMap(([user, friend]) => {
    const low = numberOf.get(user);
    const high = numberOf.get(friend);
    return low === undefined || high === undefined ? [] : [[low, high] as const];
  });
  const population = { ...scenario.population, users: kept.length, friendPairs: pairs };
  return { ...scenario, population, script };
}

export function usersIn({ script }: ResolvedScenario): readonly number[] {
  return [
    ...new Set((script ?? []).flatMap(({ user, to }) => (to === undefined ? [user] : [user, to]))),
  ].sort((a, b) => a - b);
}

/** The run begins there: who was online by then signs in first. Also by how much its times are earlier. */
export function beginAt(
  scenario: ResolvedScenario,
  fromUs: number,
): { readonly scenario: ResolvedScenario; readonly earlierUs: number } {
  const earlierUs = Math.max(0, fromUs - LEAD_US);
  const all = scenario.script ?? [];
  const online = new Set<number>();
  for (const { atUs, user, do: what } of all) {
    if (atUs >= fromUs) break;
    if (what === "sign_in") online.add(user);
    else if (what === "sign_out" || what === "vanish") online.delete(user);
  }
  const signIns = [...online].map((user) => ({ atUs: SIGN_IN_US, user, do: "sign_in" as const }));
  const rest = all
    .filter(({ atUs }) => atUs >= fromUs)
    .map((action) => ({ ...action, atUs: action.atUs - earlierUs }));
  const faults = scenario.faults.flatMap((fault) => earlier(fault, earlierUs));
  const moved = {
    ...scenario,
    phases: [onePhase(endOf(scenario) - earlierUs)],
    faults,
    script: [...signIns, ...rest],
  };
  return { scenario: moved, earlierUs };
}

/** What was over by then is gone; what was in force begins at once. */
function earlier(fault: Fault, byUs: number): readonly Fault[] {
  const atUs = fault.atUs - byUs;
  if (atUs >= 0) return [{ ...fault, atUs }];
  if (fault.forUs !== undefined)
    return fault.forUs + atUs > 0 ? [{ ...fault, atUs: 0, forUs: fault.forUs + atUs }] : [];
  return "restartAfterUs" in fault && fault.restartAfterUs === undefined
    ? [{ ...fault, atUs: 0 }]
    : [];
}

/** All moments of a scenario, in order, each once: actions, the beginnings and ends of faults, the end. */
export function momentsOf(scenario: ResolvedScenario): readonly number[] {
  const moments = new Set<number>([0, endOf(scenario)]);
  for (const { atUs } of scenario.script ?? []) moments.add(atUs);
  for (const fault of scenario.faults) {
    moments.add(fault.atUs);
    if (fault.forUs !== undefined) moments.add(fault.atUs + fault.forUs);
    else if ("restartAfterUs" in fault && fault.restartAfterUs !== undefined)
      moments.add(fault.atUs + fault.restartAfterUs);
  }
  return [...moments].sort((a, b) => a - b);
}

/** The same in other times; `move` keeps their order. */
export function retimed(
  scenario: ResolvedScenario,
  move: (us: number) => number,
): ResolvedScenario {
  const length = (fromUs: number, lengthUs: number): number =>
    Math.max(1, move(fromUs + lengthUs) - move(fromUs));
  const faults = scenario.faults.map((fault): Fault => {
    const timed = {
      ...fault,
      atUs: move(fault.atUs),
      ...(fault.forUs === undefined ? {} : { forUs: length(fault.atUs, fault.forUs) }),
    };
    // A crash comes when its point is passed, not when it is armed: its restart is no moment of the plan.
    if (timed.kind === "crash" || !("restartAfterUs" in timed)) return timed;
    if (timed.restartAfterUs === undefined) return timed;
    return { ...timed, restartAfterUs: length(fault.atUs, timed.restartAfterUs) };
  });
  const script = (scenario.script ?? []).map((action) => ({ ...action, atUs: move(action.atUs) }));
  return { ...scenario, phases: [onePhase(Math.max(1, move(endOf(scenario))))], faults, script };
}

/** The time between two neighbouring moments made shorter. */
export function squeezed(
  scenario: ResolvedScenario,
  fromUs: number,
  toUs: number,
  gapUs: number,
): ResolvedScenario {
  const byUs = toUs - fromUs - gapUs;
  return byUs <= 0 ? scenario : retimed(scenario, (us) => (us >= toUs ? us - byUs : us));
}

/** All gaps at once, none longer than that. */
export function allSqueezed(scenario: ResolvedScenario, gapUs: number): ResolvedScenario {
  const moved = new Map<number, number>();
  let before = 0;
  let at = 0;
  for (const moment of momentsOf(scenario)) {
    at += Math.min(moment - before, gapUs);
    moved.set(moment, at);
    before = moment;
  }
  return retimed(scenario, (us) => moved.get(us) ?? us);
}

/** The gap behind the moment at that place made shorter, from the shortest on. */
export function closer(scenario: ResolvedScenario, place: number): readonly ResolvedScenario[] {
  const moments = momentsOf(scenario);
  const fromUs = moments[place];
  const toUs = moments[place + 1];
  if (fromUs === undefined || toUs === undefined) return [];
  return CLOSER_US.filter((gapUs) => gapUs < toUs - fromUs).map((gapUs) =>
    squeezed(scenario, fromUs, toUs, gapUs),
  );
}

const CLOSER_US = [SECOND_US, 5 * SECOND_US, 20 * SECOND_US];
const GRIDS_US = [SECOND_US, 100_000, 10_000, 1_000];

/** All times on a grid, from the coarsest on; what happened one after the other still does. */
export function rounder(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  return GRIDS_US.map((gridUs) => {
    const moved = new Map<number, number>();
    let last = -gridUs;
    for (const moment of momentsOf(scenario)) {
      last = Math.max(last + gridUs, Math.round(moment / gridUs) * gridUs);
      moved.set(moment, last);
    }
    return retimed(scenario, (us) => moved.get(us) ?? us);
  });
}

/** Only the friendships that somebody uses. */
export function fewerPairs(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const { friendPairs = [] } = scenario.population;
  const used = friendPairs.filter(([user, friend]) =>
    (scenario.script ?? []).some(
      (action) =>
        (action.user === user && action.to === friend) ||
        (action.user === friend && action.to === user),
    ),
  );
  if (used.length === friendPairs.length) return [];
  return [{ ...scenario, population: { ...scenario.population, friendPairs: used } }];
}

/** What people do besides writing, left out one by one. */
export const FEATURES: readonly Partial<Behaviour>[] = [
  { attachments: [] },
  { freshDevice: 0 },
  { befriendPerS: 0 },
  { historyPerS: 0 },
  { searchPerS: 0 },
];

export function withBehaviour(
  scenario: ResolvedScenario,
  part: Partial<Behaviour>,
): ResolvedScenario {
  return { ...scenario, behaviour: { ...scenario.behaviour, ...part } };
}

/** Fewer messages. */
export function slower(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  return [0.1, 0.3, 0.6].map((share) => ({
    ...scenario,
    phases: scenario.phases.map((phase) => ({
      ...phase,
      messages: {
        ...phase.messages,
        ratePerS: Math.round(phase.messages.ratePerS * share * 100) / 100,
      },
    })),
  }));
}
