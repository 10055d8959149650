// Chains of members: their order, and what leaves from any place.

import { expect, test } from "vitest";
import { linked, unlinked } from "../../../sim/measure/chain.ts";

interface Member {
  readonly name: string;
  next: Member | undefined;
}

function chainOf(...names: string[]): { first: Member | undefined; members: Member[] } {
  const members = names.map((name): Member => ({ name, next: undefined }));
  let first: Member | undefined;
  for (const member of members) first = linked(first, member);
  return { first, members };
}

function namesOf(first: Member | undefined): string {
  let names = "";
  for (let member = first; member !== undefined; member = member.next) names += member.name;
  return names;
}

test("members stand in the order in which they came", () => {
  expect(namesOf(chainOf().first)).toBe("");
  expect(namesOf(chainOf("a", "b", "c").first)).toBe("abc");
});

test.each([
  [0, "bc"],
  [1, "ac"],
  [2, "ab"],
])("member %i leaves the others in order, and is free to be linked again", (place, left) => {
  const { first, members } = chainOf("a", "b", "c");
  const gone = members[place]!;
  const rest = unlinked(first, gone);
  expect(namesOf(rest)).toBe(left);
  expect(gone.next).toBeUndefined();
  expect(namesOf(linked(rest, gone))).toBe(left + gone.name);
});

test("the only member leaves nothing", () => {
  const { first, members } = chainOf("a");
  expect(unlinked(first, members[0]!)).toBeUndefined();
});
