// Reads and writes that trust too few replicas.
import type { PlantedBug } from "./bug.ts";

const readsOneReplica: PlantedBug = {
  id: 36,
  name: "reads-one-replica",
  rule: "MSG9",
  symptom:
    "consistency ONE on the reading side: a replica that was away answers alone, and what was known is missing",
  scenario: {
    name: "replica-loss",
    why: "only a third of the swarm's seeds have replicas; here each is lost once, and histories are read all the time",
  },
  plant: () => ({ levels: { read: "one" } }),
};

export const REPLICA_BUGS: readonly PlantedBug[] = [readsOneReplica];
