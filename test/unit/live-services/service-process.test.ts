// A service's process is found again by its folder, and nobody else's process is ever taken for it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { identityOf, isRunning } from "../../../sim/world/live/services/process-identity.ts";
import { ServiceProcess } from "../../../sim/world/live/services/service-process.ts";

const SLEEP = { command: process.execPath, args: ["-e", "setTimeout(() => {}, 60_000)"] };

describe("a service's process", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chatquake-process-"));
  });

  afterEach(async () => {
    await new ServiceProcess("sleeper", folder).kill();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is found again by its folder, until it is gone", async () => {
    await new ServiceProcess("sleeper", folder).start(SLEEP);
    const found = new ServiceProcess("sleeper", folder);
    expect(found.pid()).toBeGreaterThan(0);
    await found.kill();
    expect(found.pid()).toBeUndefined();
  });

  it("is not another one that was given its process id later", async () => {
    const sleeper = new ServiceProcess("sleeper", folder);
    await sleeper.start(SLEEP);
    const text = readFileSync(join(folder, "pid"), "utf8");
    const [pid, born = ""] = text.trim().split(" ");
    writeFileSync(join(folder, "pid"), `${pid} 1${born}\n`);
    expect(sleeper.pid()).toBeUndefined();
    expect(sleeper.signal("SIGKILL")).toBe(false);
    const other = identityOf(Number(pid));
    expect(other !== undefined && isRunning(other)).toBe(true);
    writeFileSync(join(folder, "pid"), text);
  });

  it("that cannot be started says why", async () => {
    const nothing = new ServiceProcess("redis", folder).start({ command: "no-such", args: [] });
    await expect(nothing).rejects.toThrow("redis: spawn no-such ENOENT");
  });
});
