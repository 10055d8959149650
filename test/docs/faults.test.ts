// The table of faults in sim/README.md: every kind that a scenario can name, and no other.
import { expect, it } from "vitest";
import { ABSENT_KINDS, FAULT_KINDS } from "../../sim/scenario/fault-schema.ts";
import { textOf } from "../support/source-files.ts";

function section(text: string, title: string): string {
  const from = text.indexOf(`## ${title}\n`);
  return text.slice(from, text.indexOf("\n## ", from + 1));
}

it("names each kind of fault once, with what it is in either world", () => {
  const rows = section(textOf("sim/README.md"), "Faults")
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    [...row.split("|")[1]!.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]!),
  );
  expect(named.toSorted()).toEqual([...FAULT_KINDS].toSorted());
  for (const row of rows) expect(row.split("|")).toHaveLength(5);
});

it("says what becomes of the kinds that are not there", () => {
  const text = section(textOf("sim/README.md"), "Faults");
  for (const kind of ABSENT_KINDS.keys()) expect(text).toContain(`\`${kind}\``);
});
