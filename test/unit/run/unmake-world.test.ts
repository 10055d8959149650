// What a live run leaves is taken away also where its world does not close.
import { expect, it, vi } from "vitest";
import { unmakeWorld } from "../../../sim/run/live/live-setup.ts";

const forgetRun = vi.hoisted(() => vi.fn(async () => undefined));
vi.mock("../../../sim/world/live/forget-run.ts", () => ({ forgetRun }));

it("secrets and names in the stores go although the world does not close", async () => {
  const forget = vi.fn();
  const world = {
    services: { endpoints: {} },
    namespace: {},
    close: () => Promise.reject(new Error("a node hangs")),
  };
  const own = { world, secrets: { forget } } as unknown as Parameters<typeof unmakeWorld>[0];
  const request = {} as Parameters<typeof unmakeWorld>[1];
  await expect(unmakeWorld(own, request)).rejects.toThrow("a node hangs");
  expect(forget).toHaveBeenCalledOnce();
  expect(forgetRun).toHaveBeenCalledOnce();
});
