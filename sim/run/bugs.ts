// The table of the planted bugs: each hunted to its end, spread over worker processes.
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { BUGS } from "../bugs/zoo.ts";
import { SEEDS_MAX, type Hunted } from "./hunt.ts";

const WORKERS = 2;

export interface BugsAsked {
  /** One bug; all where it is left out. */
  readonly name?: string;
  readonly seedsMax?: number;
  /** As each hunt ends. */
  readonly onResult?: (row: Hunted) => void;
}

/** What a worker is told: the next hunt. */
export interface HuntOrder {
  readonly name: string;
  readonly seedsMax: number;
}
export type HuntAnswer = { readonly row: Hunted } | { readonly defect: string };

/** The rows in the order of the zoo. */
export async function runBugs(asked: BugsAsked): Promise<readonly Hunted[]> {
  const names = BUGS.map(({ name }) => name).filter((name) => (asked.name ?? name) === name);
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
  const workers = Math.min(WORKERS, names.length);
  await Promise.all(Array.from({ length: workers }, () => runWorker(take, done)));
  return rows.toSorted((one, other) => one.id - other.id);
}

function runWorker(take: () => HuntOrder | undefined, done: (row: Hunted) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    // The same kind of file as this one: built, or source through tsx.
    const isSource = import.meta.url.endsWith(".ts");
    const file = new URL(`./bug-worker.${isSource ? "ts" : "js"}`, import.meta.url);
    const child = fork(fileURLToPath(file), [], {
      execArgv: isSource ? ["--import", "tsx"] : ["--enable-source-maps"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    let order: HuntOrder | undefined;
    const next = (): void => {
      order = take();
      if (order === undefined) child.disconnect();
      else child.send(order);
    };
    child.on("message", (answer: HuntAnswer) => {
      if ("row" in answer) {
        done(answer.row);
        next();
        return;
      }
      child.disconnect();
      reject(new Error(answer.defect));
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      if (order === undefined) resolve();
      else reject(new Error(`${order.name}: the worker ended with ${code}`));
    });
    next();
  });
}
