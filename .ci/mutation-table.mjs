// Writes reports/mutation/README.md from Stryker's report: one line a file, then each survivor that no entry of
// equivalent.json explains; of changes that a file knows in several lines an entry's `line` says which is meant.
// `node .ci/mutation-table.mjs [report.json]`
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const FOLDER = "reports/mutation";
const report = JSON.parse(readFileSync(process.argv[2] ?? "coverage/mutation.json", "utf8"));
const explained = JSON.parse(readFileSync(`${FOLDER}/equivalent.json`, "utf8"));
const used = new Set();

/** The changed piece of the source, on one line. */
function original(source, { start, end }) {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join(" ").replace(/\s+/g, " ");
}

const rows = [];
const survivors = [];
const total = { mutants: 0, killed: 0, survived: 0, equivalent: 0 };
for (const [path, { source, mutants }] of Object.entries(report.files).sort(([a], [b]) =>
  a < b ? -1 : 1,
)) {
  const file = path.split("/").at(-1);
  const row = { file, mutants: 0, killed: 0, survived: 0, equivalent: 0 };
  for (const mutant of mutants) {
    row.mutants += 1;
    if (mutant.status === "Killed" || mutant.status === "Timeout") {
      row.killed += 1;
      continue;
    }
    const from = original(source, mutant.location);
    const to = (mutant.replacement ?? "").replace(/\s+/g, " ");
    const code = source.split("\n")[mutant.location.start.line - 1];
    const entry = explained.find(
      (each) =>
        each.file === file &&
        each.from === from &&
        each.to === to &&
        code.includes(each.line ?? ""),
    );
    if (entry) {
      used.add(entry);
      row.equivalent += 1;
    } else {
      row.survived += 1;
      survivors.push(
        `${file}:${mutant.location.start.line}  ${from.slice(0, 90)}  ->  ${to.slice(0, 90)}`,
      );
    }
  }
  for (const key of Object.keys(total)) total[key] += row[key];
  rows.push(row);
}

const percent = (part, whole) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);
const line = (name, { mutants, killed, survived, equivalent }) =>
  `| ${name} | ${mutants} | ${killed} | ${survived} | ${equivalent} | ${percent(killed, mutants)} | ` +
  `${percent(killed, mutants - equivalent)} |`;
const measured = new Set(rows.map(({ file }) => file));
const missing = readdirSync("sim/checks")
  .sort()
  .filter((file) => !measured.has(file));
const idle = explained.filter((entry) => !used.has(entry));
const text = [
  "# Mutation testing of the rules",
  "",
  'Written by `.ci/mutation-table.mjs`; see "Are the rules tested?" in `sim/README.md`. *Killed*: a hand-written history',
  "notices the change. *Equivalent*: no history can tell it from the original; the reasons stand in",
  "`equivalent.json`. The score leaves the equivalent out, the raw score does not.",
  "",
  "| file | mutants | killed | survived | equivalent | raw score | score |",
  "|---|---|---|---|---|---|---|",
  ...rows.map((row) => line(row.file, row)),
  line("**all**", total),
  ...(missing.length === 0 ? [] : ["", `Not measured, or without mutants: ${missing.join(", ")}.`]),
  "",
  `## Survivors that nobody explained: ${survivors.length}`,
  "",
  "```",
  ...survivors,
  "```",
  "",
].join("\n");
writeFileSync(`${FOLDER}/README.md`, text);
console.log(line("all", total));
for (const { file, from, to } of idle)
  console.log(`explains nothing any more: ${file} ${from} -> ${to}`);
