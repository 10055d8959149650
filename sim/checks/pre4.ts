// PRE4 one owner: epochs grow, the device in use is never told that it was replaced, and no node confirms a
// delivery on an epoch that it gave up. A wipe forgets epochs: growth counts anew from there.
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, onlineWhy } from "./findings.ts";
import type { UserFacts } from "./user-table.ts";

const REPLACED = 4409;

export const pre4: CheckerFactory = ({ facts }) => {
  const findings = new Findings("PRE4");
  const nodeUpT = new Map<number, number>();

  /** Why a node cannot own this epoch any more, or "". */
  function givenUp(t: number, person: UserFacts, node: number, rank: number): string {
    if (rank === person.releasedRank) return "which was released";
    if (person.rankNode !== node) return "";
    if (rank < person.rank && t > person.rankT + BOUNDS.ownEpochUs) {
      return `though it holds epoch ${person.rank}`;
    }
    if (rank === person.rank && (nodeUpT.get(node) ?? -1) > person.rankT) {
      return "which it held before it was started anew";
    }
    return "";
  }

  return {
    id: "PRE4",
    listener: {
      nodeUp(t, node) {
        nodeUpT.set(node, t);
      },
      presenceApplied(t, user, rank, released, node) {
        findings.counted += 1;
        const person = facts.userOf(user);
        if (rank < person.rank) {
          findings.violated(
            t,
            `the presence of user ${user} fell from epoch ${person.rank} to ${rank}, by node ${node}`,
            user,
          );
        } else if (released === 0 && rank === person.releasedRank) {
          findings.violated(
            t,
            `the presence of user ${user} was held again under epoch ${rank}, which was released`,
            user,
          );
        }
        if (released !== 0) person.releasedRank = rank;
        else if (person.rankNode !== node || rank !== person.rank) person.rankT = t;
        person.rank = rank;
        person.rankNode = node;
      },
      presenceWiped() {
        for (const person of facts.users.values()) {
          person.rank = -1;
          person.releasedRank = -1;
        }
      },
      deliverAnswered(t, node, user, rank) {
        findings.counted += 1;
        const why = givenUp(t, facts.userOf(user), node, rank);
        if (why === "") return;
        findings.violated(
          t,
          `node ${node} says that it delivered to user ${user} on epoch ${rank}, ${why}`,
          user,
        );
      },
      closed(t, user, device, session, code) {
        if (code !== REPLACED) return;
        findings.counted += 1;
        const person = facts.user;
        if (!person.meansOnline || person.device !== device || person.attempt !== session) return;
        findings.violated(
          t,
          `device ${device}, the newest sign-in of user ${user}, was told that it was replaced`,
          user,
          0,
          device,
        );
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
