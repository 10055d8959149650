// One at a time, within a process and across processes; whoever dies lets go.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { withLock } from "../../../sim/world/live/services/lock.ts";

const FILE = new URL("../../../sim/world/live/services/lock.ts", import.meta.url).href;

function holder(path: string) {
  const code = `
    const { withLock } = await import(${JSON.stringify(FILE)});
    await withLock(${JSON.stringify(path)}, () => {
      process.stdout.write("held");
      return new Promise((settle) => setTimeout(settle, 60_000));
    });`;
  const args = ["--import", "tsx", "--input-type=module", "-e", code];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

describe("a lock across processes", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chatquake-lock-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("lets in one after the other, also after one that failed", async () => {
    const path = join(folder, "services.lock");
    let inside = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      expect(inside).toBe(1);
      await new Promise((settle) => setTimeout(settle, 20));
      inside -= 1;
    };
    const fails = withLock(path, () => Promise.reject(new Error("its own fault")));
    await expect(fails).rejects.toThrow("its own fault");
    await Promise.all([withLock(path, work), withLock(path, work), withLock(path, work)]);
    await withLock(join(folder, "other.lock"), () => withLock(path, work));
  });

  it("is free when its holder was killed, and leaves nothing that two could clear away", async () => {
    const path = join(folder, "services.lock");
    const child = holder(path);
    await once(child.stdout, "data");
    let isMine = false;
    const mine = withLock(path, async () => void (isMine = true));
    await new Promise((settle) => setTimeout(settle, 250));
    expect(isMine).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(existsSync(path)).toBe(false);
    await mine;
    expect(isMine).toBe(true);
  });
});
