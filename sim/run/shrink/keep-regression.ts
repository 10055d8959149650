// Keeps a shrunk scenario for good: a file in scenarios/regressions, replayed before everything else, and a row in the
// table there. A planted bug is named in the row and not in the file, which must end well without it. What was wrong,
// and what mends it, is for a person to write.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleId } from "../../history/checker.ts";
import { writeMinimal } from "../../scenario/write-minimal.ts";
import { packageRoot } from "../package-root.ts";
import type { ShrunkRun } from "./shrink-to-directory.ts";

const ROW = /^\|.*\|$/;

/** The file that was written. */
export function keepRegression(
  shrunk: Pick<ShrunkRun, "scenario" | "comment">,
  rule: RuleId,
  slug: string,
  folder = join(packageRoot(), "scenarios", "regressions"),
): string {
  const name = `${rule.toLowerCase()}-${slug}`;
  const file = join(folder, `${name}.yaml`);
  if (existsSync(file)) throw new Error(`${file} is there already`);
  const { bug, ...right } = shrunk.scenario;
  const scenario = { ...right, name, title: name };
  // How it was run where it was found says nothing here.
  const comment = shrunk.comment.map((line) =>
    line.startsWith("Run it:")
      ? `Run it:    npx chatquake run scenarios/regressions/${name}.yaml`
      : line,
  );
  writeFileSync(file, writeMinimal(scenario, { comment, schema: "../schema/scenario-1.json" }));
  const table = join(folder, "README.md");
  const planted = bug === undefined ? "–" : `\`${bug}\``;
  const row = `| \`${name}\` | ${rule} | not yet | ${planted} |`;
  writeFileSync(table, withRow(readFileSync(table, "utf8"), row));
  return file;
}

/** Behind the last row of the first table. */
function withRow(text: string, row: string): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => ROW.test(line));
  let end = first;
  while (end < lines.length && ROW.test(lines[end]!)) end += 1;
  lines.splice(end, 0, row);
  return lines.join("\n");
}
