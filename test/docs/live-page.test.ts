// What README.md says of live runs: when the generator is believed, and which scenarios cannot be played live.
import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { readScenario } from "../../sim/run/read-scenario.ts";
import {
  DEGRADED_UP_TO,
  type HealthBounds,
  VALID_UP_TO,
} from "../../sim/world/live/users/generator-health.ts";
import { liveRefusals } from "../../sim/world/live/refusals.ts";
import { generatedBlock, markdownTable } from "../support/generated-block.ts";
import { filesBelow } from "../support/source-files.ts";

const FIGURES: Readonly<Record<keyof HealthBounds, string>> = {
  slipP99Ms: "how late actions began, p99",
  slipMaxMs: "how late the latest one began",
  loopDelayP99Ms: "event-loop delay of a worker, p99",
  loopDelayMaxMs: "its longest",
  lagMs: "how far the merged history was behind",
  openFilesShare: "open files, of those allowed",
  busy: "how busy a worker was",
};

function shown(figure: keyof HealthBounds, bounds: HealthBounds): string {
  const value = bounds[figure];
  if (figure.endsWith("Ms")) return `${value} ms`;
  return value > 1 ? "" : `${Math.round(100 * value)} %`;
}

function refusalRows(): string[][] {
  return filesBelow(["scenarios"], [".yaml"])
    .filter((path) => path.split("/").length === 2)
    .flatMap((file) => {
      const read = readScenario({ file, sets: [], env: {}, anyWorld: true });
      if ("problems" in read) throw new Error(`${file} does not load`);
      return liveRefusals(read.scenario, "native").map(({ message }) => [
        basename(file, ".yaml"),
        message,
      ]);
    });
}

describe("README.md", () => {
  it("says when the generator is believed, as the code judges it", () => {
    const rows = (Object.keys(FIGURES) as (keyof HealthBounds)[]).map((figure) => [
      FIGURES[figure],
      shown(figure, VALID_UP_TO),
      shown(figure, DEGRADED_UP_TO),
    ]);
    const wanted = markdownTable(["figure", "valid up to", "degraded up to"], rows);
    expect(generatedBlock("README.md", "generator", wanted)).toBe(wanted);
  });

  it("lists every scenario of the library that no live world can play, with the reason", () => {
    const wanted = markdownTable(["scenario", "why not"], refusalRows());
    expect(generatedBlock("README.md", "not-live", wanted)).toBe(wanted);
  });
});
