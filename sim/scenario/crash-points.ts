// The points where a scenario may crash a node, as names; the server's core says where they are.

import { CRASH_POINTS } from "../../server/ports/trace-sink.ts";

export const CRASH_POINT_NAMES: readonly string[] = CRASH_POINTS;
