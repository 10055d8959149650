// Writing to the terminal: colours where one looks on, annotations where GitHub Actions does.
import { appendFileSync } from "node:fs";
import { formatProblem, type Problem } from "../scenario/problem.ts";

export function out(text: string): void {
  process.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
}

export function err(text: string): void {
  process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
}

function set(name: string): boolean {
  const value = process.env[name];
  return value !== undefined && value !== "" && value !== "false" && value !== "0";
}

/** A line that updates itself is for somebody who looks on. */
export function isTerminal(): boolean {
  return process.stderr.isTTY && !set("CI");
}

type Colour = "red" | "green" | "yellow" | "dim" | "bold";
const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 };

export function paint(
  colour: Colour,
  words: string,
  stream: { readonly isTTY: boolean } = process.stderr,
): string {
  // Any value of NO_COLOR but an empty one means no, also "0".
  if (!stream.isTTY || (process.env["NO_COLOR"] ?? "") !== "") return words;
  return `\u001b[${CODES[colour]}m${words}\u001b[0m`;
}

export function printProblems(problems: readonly Problem[]): void {
  for (const problem of problems) {
    err(`${paint("red", "error:")} ${formatProblem(problem)}`);
    const { file, line, column, message } = problem;
    annotate(`file=${file},line=${line},col=${column}`, message);
  }
}

/** One line a cause, with how to see it again. */
export function printCauses(causes: readonly string[], replay: string): void {
  for (const cause of causes) {
    err(`${paint("red", "error:")} ${cause}; ${replay}`);
    annotate("title=chatquake", `${cause}; ${replay}`);
  }
}

function annotate(place: string, message: string): void {
  if (!set("GITHUB_ACTIONS")) return;
  const escaped = message.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  err(`::error ${place}::${escaped}`);
}

/** Shown on the page of a GitHub Actions job. */
export function appendStepSummary(markdown: string): void {
  const path = process.env["GITHUB_STEP_SUMMARY"];
  if (path !== undefined && path !== "") appendFileSync(path, `${markdown}\n`);
}
