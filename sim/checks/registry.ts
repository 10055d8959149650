// All rules in the order of the specification, wired behind the stages that keep their shared facts.
import type { Checker, RuleId, RuleResult } from "../history/checker.ts";
import type { HistoryListener } from "../history/history.ts";
import type { CheckerFactory, CheckScenario } from "./context.ts";
import { Facts } from "./facts.ts";
import { MessagesStage } from "./stage-messages.ts";
import { PeopleStage } from "./stage-people.ts";
import { StoresStage } from "./stage-stores.ts";
import { bnd1 } from "./bnd1.ts";
import { img1 } from "./img1.ts";
import { img2 } from "./img2.ts";
import { liv1 } from "./liv1.ts";
import { liv2 } from "./liv2.ts";
import { liv3 } from "./liv3.ts";
import { liv4 } from "./liv4.ts";
import { msg1 } from "./msg1.ts";
import { msg2 } from "./msg2.ts";
import { msg3 } from "./msg3.ts";
import { msg4 } from "./msg4.ts";
import { msg5 } from "./msg5.ts";
import { msg6 } from "./msg6.ts";
import { msg7 } from "./msg7.ts";
import { msg8 } from "./msg8.ts";
import { msg9 } from "./msg9.ts";
import { msg10 } from "./msg10.ts";
import { pre1 } from "./pre1.ts";
import { pre2 } from "./pre2.ts";
import { pre3 } from "./pre3.ts";
import { pre4 } from "./pre4.ts";
import { rcp1 } from "./rcp1.ts";
import { rcp2 } from "./rcp2.ts";
import { rcp3 } from "./rcp3.ts";
import { sec1 } from "./sec1.ts";
import { sec2 } from "./sec2.ts";
import { sec3 } from "./sec3.ts";
import { unr1 } from "./unr1.ts";
import { unr2 } from "./unr2.ts";
import { unr3 } from "./unr3.ts";
import { unr4 } from "./unr4.ts";

export const RULES: readonly (readonly [RuleId, CheckerFactory])[] = [
  ["MSG1", msg1],
  ["MSG2", msg2],
  ["MSG3", msg3],
  ["MSG4", msg4],
  ["MSG5", msg5],
  ["MSG6", msg6],
  ["MSG7", msg7],
  ["MSG8", msg8],
  ["MSG9", msg9],
  ["MSG10", msg10],
  ["UNR1", unr1],
  ["UNR2", unr2],
  ["UNR3", unr3],
  ["UNR4", unr4],
  ["RCP1", rcp1],
  ["RCP2", rcp2],
  ["RCP3", rcp3],
  ["PRE1", pre1],
  ["PRE2", pre2],
  ["PRE3", pre3],
  ["PRE4", pre4],
  ["IMG1", img1],
  ["IMG2", img2],
  ["SEC1", sec1],
  ["SEC2", sec2],
  ["SEC3", sec3],
  ["LIV1", liv1],
  ["LIV2", liv2],
  ["LIV3", liv3],
  ["LIV4", liv4],
  ["BND1", bnd1],
];

export interface Checks {
  /** In the order in which the hub must tell them: the stages come first. */
  readonly listeners: readonly HistoryListener[];
  /** Once, at the end: after `scanEnded`, or at an interruption with `complete` false. */
  results(complete: boolean): readonly RuleResult[];
}

export function createChecks(scenario: CheckScenario): Checks {
  const facts = new Facts(scenario);
  const stages = [new PeopleStage(facts), new MessagesStage(facts), new StoresStage(facts)];
  const checkers: readonly Checker[] = RULES.map(([, create]) => create({ scenario, facts }));
  return {
    listeners: [...stages, ...checkers.map((checker) => checker.listener)],
    results: (complete) => checkers.map((checker) => checker.result(complete)),
  };
}
