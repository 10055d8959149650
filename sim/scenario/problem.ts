// One mistake in a scenario, a profile or a flag: where it is, what is wrong, and the nearest valid name.

export interface Problem {
  /** The file as the user named it, or the flag ("--set phases.steady.duration=1m"). */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly nearest?: string;
}

export function formatProblem(problem: Problem): string {
  const hint =
    problem.nearest === undefined ? "" : `; the nearest valid name is "${problem.nearest}"`;
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}${hint}`;
}
