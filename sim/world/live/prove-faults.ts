// Before a live run begins, every fault of the scenario is tried once where it does no harm. One that does not
// bite would make the run say nothing: it ends here (exit code 115).
import type { Fault } from "../../scenario/types.ts";
import { EnvironmentError } from "./environment-error.ts";
import { callLinksOf } from "./links.ts";
import { storeTarget, type LiveWorld } from "./live-world.ts";
import { isByteFault, withoutBite } from "./probes/byte-probe.ts";
import { proveCalls, type ProbedStore } from "./probes/call-probe.ts";
import { canPauseAndKill } from "./probes/process-probe.ts";
import type { CallRule, Speech } from "./proxies/messages.ts";
import type { ServiceName } from "./services/endpoints.ts";
import type { TestControl } from "./test-control.ts";

/** Proves what needs no node. Returns how long a usual call to each slowed store takes, in ms. */
export async function proveFaults(world: LiveWorld): Promise<ReadonlyMap<string, number>> {
  const { faults } = world.scenario;
  const kinds = [...new Set(faults.map(({ kind }) => kind))];
  const [usualCallMs] = await Promise.all([
    proveCallFaults(world),
    proveByteFaults(world, kinds),
    proveProcessFaults(world, faults),
  ]);
  return usualCallMs;
}

/** Proves what a node does to itself. */
export async function proveTestControl(world: LiveWorld, control: TestControl): Promise<void> {
  const { faults } = world.scenario;
  for (const node of world.nodes) {
    for (const fault of faults) {
      if (fault.kind === "crash") await control.disarm(node, fault.point);
      if (fault.kind === "slow" && fault.target.startsWith("node")) await control.slow(node, 1);
      if (fault.kind === "skew") await control.skew(node, 0, 0);
    }
  }
}

/** Kinds made of cuts are proved by one. */
function asProved(kind: Fault["kind"]): Fault["kind"] {
  return kind === "swizzle" || kind === "bridge" ? "cut" : kind;
}

async function proveByteFaults(world: LiveWorld, kinds: readonly Fault["kind"][]): Promise<void> {
  const used = [...new Set(kinds.map(asProved))].filter(isByteFault);
  if (used.length === 0) return;
  const failed = await withoutBite(world.proxies!, used);
  if (failed.length > 0)
    throw new EnvironmentError(`on its probe this fault does nothing: ${failed.join(", ")}`);
}

async function proveCallFaults(world: LiveWorld): Promise<ReadonlyMap<string, number>> {
  const kindsOf = new Map<string, Set<CallRule["kind"]>>();
  for (const fault of world.scenario.faults)
    for (const { to } of callLinksOf(fault, world.sites)) {
      const kinds = kindsOf.get(to) ?? new Set();
      kindsOf.set(to, kinds.add(fault.kind as CallRule["kind"]));
    }
  const usualCallMs = new Map<string, number>();
  await Promise.all(
    [...kindsOf].map(async ([store, kinds]) => {
      const { usualMs, failed } = await proveCalls(world.proxies!, probed(store, world), [
        ...kinds,
      ]);
      if (failed.length > 0)
        throw new EnvironmentError(
          `on its probe this fault on calls to ${store} does nothing: ${failed.join(", ")}`,
        );
      usualCallMs.set(store.replace(/-\d+$/, ""), usualMs);
    }),
  );
  return usualCallMs;
}

function probed(store: string, world: LiveWorld): ProbedStore {
  const speech: Speech = store === "redis" ? "redis" : store === "s3" ? "http" : "cassandra";
  return { name: store, speech, target: storeTarget(store, world.services.endpoints) };
}

async function proveProcessFaults(world: LiveWorld, faults: readonly Fault[]): Promise<void> {
  const targets = faults
    .filter(({ kind }) => ["kill", "pause", "drain", "rolling", "crash"].includes(kind))
    .flatMap((fault) => ("target" in fault ? [fault.target] : []));
  if (targets.length === 0) return;
  if (!(await canPauseAndKill()))
    throw new EnvironmentError("on this system a process cannot be paused and killed");
  const stores = targets.flatMap((target) =>
    target === "cassandra" ? [...world.sites.cassandra] : target.startsWith("node") ? [] : [target],
  ) as ServiceName[];
  if (world.services.mode !== "native") return;
  const gone = stores.filter((store) => !isOurs(world.services.pid(store)));
  if (gone.length > 0)
    throw new EnvironmentError(`${gone.join(", ")} is no process that this run may end`);
}

function isOurs(pid: number | undefined): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // gone, or another user's
  }
}
