// The beginning of scenarios/soak.yaml: as many of its kills, and as long, as asked for.
import { readFileSync } from "node:fs";
import { parse, stringify } from "yaml";

interface SoakFile {
  phases: { name: string; duration: string }[];
  faults: { name: string; at: string }[];
  thresholds: Record<string, string[]>;
}

export function soakSlice(kills: number, seconds: number, confirmedMin: number): string {
  const soak = parse(readFileSync("scenarios/soak.yaml", "utf8")) as SoakFile;
  const steady = soak.phases.find(({ name }) => name === "steady")!;
  steady.duration = `${seconds}s`;
  const every = Math.floor((seconds - 10) / kills);
  soak.faults = soak.faults
    .slice(0, kills)
    .map((fault, index) => ({ ...fault, at: `steady+${8 + index * every}s` }));
  soak.thresholds = { ...soak.thresholds, messages_confirmed: [`count>=${confirmedMin}`] };
  delete (soak as { $schema?: string }).$schema;
  return stringify({ ...soak, name: "soak-slice" });
}
