// A node's process that cannot even begin: said at once, and whoever ends the world does not wait for its end.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { NodeProcess } from "../../../sim/world/live/node-process.ts";

describe("a node's process", () => {
  const { execPath } = process;
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chatquake-node-"));
    process.execPath = join(folder, "no-such-node");
  });
  afterEach(() => {
    process.execPath = execPath;
    rmSync(folder, { recursive: true, force: true });
  });

  it("that cannot be started says why, and there is nothing to wait for", async () => {
    const told: string[] = [];
    const node = new NodeProcess(
      {
        index: 0,
        id: "node-1",
        host: "127.0.0.1",
        port: 1,
        program: "main.js",
        environment: {},
        logFile: join(folder, "node-1.log"),
      },
      { up: () => told.push("up"), down: () => told.push("down") },
    );
    await expect(node.start()).rejects.toThrow(/^node-1 cannot be started: spawn .* ENOENT$/);
    expect(node.running).toBe(false);
    await node.drain();
    await node.kill();
    expect(told).toEqual([]);
  });
});
