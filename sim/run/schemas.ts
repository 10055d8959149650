// The published descriptions: JSON schemas of scenarios and summaries, and the list of faults and crash points.
import { summarySchemaJson } from "../report/summary-schema.ts";
import { CRASH_POINT_NAMES } from "../scenario/crash-points.ts";
import { FAULT_KINDS, faultKeys } from "../scenario/fault-schema.ts";
import { scenarioJsonSchema } from "../scenario/schema.ts";

export const SCHEMA_NAMES: readonly string[] = ["scenario", "summary", "faults"];

export function schemaText(name: string): string | undefined {
  switch (name) {
    case "scenario":
      return scenarioJsonSchema();
    case "summary":
      return summarySchemaJson();
    case "faults":
      return faultsJson();
    default:
      return undefined;
  }
}

function faultsJson(): string {
  const faults = FAULT_KINDS.map((kind) => ({ kind, keys: faultKeys(kind) }));
  return `${JSON.stringify({ faults, crashPoints: CRASH_POINT_NAMES }, null, 2)}\n`;
}
