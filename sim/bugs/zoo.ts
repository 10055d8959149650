// All planted bugs, by number.
import type { PlantedBug } from "./bug.ts";

export const BUGS: readonly PlantedBug[] = [];
