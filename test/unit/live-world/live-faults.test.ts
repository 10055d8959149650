// Nodes that live faults take away: for good means until the faults stop, `for` means so long, as in a simulation.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { loadScenario } from "../../../sim/scenario/load.ts";
import type { LiveFaultOptions } from "../../../sim/world/live/live-fault-options.ts";
import { LiveFaults } from "../../../sim/world/live/live-faults.ts";

class Node {
  readonly spec = { index: 1, id: "node-2" };
  running = true;
  draining = false;
  starts = 0;

  async kill(): Promise<void> {
    this.running = false;
    this.draining = false;
  }
  async drain(): Promise<void> {
    this.draining = true;
  }
  async start(): Promise<void> {
    this.running = true;
    this.starts += 1;
  }
}

function faulted(fault: string) {
  const text = `name: gone
cluster: { nodes: 2 }
population: { users: 10, friends: { per_user: 3 } }
phases: [{ name: steady, duration: 2m, online: 10, messages: { rate: 1/s } }]
faults: [{ name: gone, at: 10s, ${fault} }]
`;
  const loaded = loadScenario(text, { file: "gone.yaml", sets: [], env: {} });
  if ("problems" in loaded) throw new Error(JSON.stringify(loaded.problems));
  const node = new Node();
  const told: string[] = [];
  const options = {
    scenario: loaded.scenario,
    world: { nodes: [{ spec: { index: 0 }, running: true }, node] },
    users: {
      harness: { faultBegan: () => told.push("begins"), faultEnded: () => told.push("ends") },
    },
    clock: { nowUs: () => performance.now() * 1000 },
    describe: () => "gone",
    failed: (error: unknown) => {
      throw error;
    },
  };
  const faults = new LiveFaults(options as unknown as LiveFaultOptions);
  faults.schedule();
  return { faults, node, told };
}

describe("a node that a live fault takes away", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  for (const kind of ["kill", "drain"])
    it(`is away until the faults stop: ${kind}`, async () => {
      const { faults, node, told } = faulted(`${kind}: node-2`);
      await vi.advanceTimersByTimeAsync(100_000);
      expect(told).toEqual(["begins"]);
      expect(faults.active()).toEqual(["gone"]);
      expect(node.running).toBe(false);
      expect(faults.result()[0]!.endedUs).toBeNull();
      await faults.stopAll();
      expect(told).toEqual(["begins", "ends"]);
      expect(node.starts).toBe(1);
    });

  for (const back of ["kill: node-2, for: 20s", "drain: node-2, for: 20s"])
    it(`is away as long as it is told: ${back}`, async () => {
      const { faults, node, told } = faulted(back);
      await vi.advanceTimersByTimeAsync(31_000);
      expect(told).toEqual(["begins", "ends"]);
      expect(node.starts).toBe(1);
      faults.cancel();
    });
});
