// The table of the planted bugs: each hunted to its end, spread over worker processes.
import { BUGS } from "../../bugs/zoo.ts";
import { SEEDS_MAX, type Hunted } from "./hunt.ts";
import { runWorker } from "../worker-process.ts";

const WORKERS = 2;

export interface BugsAsked {
  /** All where it is left out. */
  readonly names?: readonly string[];
  readonly workers?: number;
  readonly seedsMax?: number;
  /** As each hunt ends. */
  readonly onResult?: (row: Hunted) => void;
}

/** What a worker is told: the next hunt. */
export interface HuntOrder {
  readonly name: string;
  readonly seedsMax: number;
}

/** The rows in the order of the zoo. */
export async function runBugs(asked: BugsAsked): Promise<readonly Hunted[]> {
  const all = BUGS.map(({ name }) => name);
  const names = all.filter((name) => asked.names?.includes(name) ?? true);
  const seedsMax = asked.seedsMax ?? SEEDS_MAX;
  const rows: Hunted[] = [];
  const waiting = names.slice();
  const take = (): HuntOrder | undefined => {
    const name = waiting.shift();
    return name === undefined ? undefined : { name, seedsMax };
  };
  const done = (row: Hunted): void => {
    rows.push(row);
    asked.onResult?.(row);
  };
  const workers = Math.min(asked.workers ?? WORKERS, names.length);
  const work = { worker: "bugs/bug-worker", take, done, nameOf: (order: HuntOrder) => order.name };
  await Promise.all(Array.from({ length: workers }, () => runWorker(work)));
  return rows.toSorted((one, other) => one.id - other.id);
}
