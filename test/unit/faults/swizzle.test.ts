// Swizzled cuts: every link goes once and comes back once, in orders of the seed's own, and all is whole at the end.
import { describe, expect, it } from "vitest";
import { planSwizzle } from "../../../sim/faults/swizzle-plan.ts";
import { Kernel } from "../../../sim/kernel/kernel.ts";
import { hostKernelOptions } from "../../../sim/run/kernel-host.ts";
import { swizzle } from "../../../sim/world/swizzle.ts";

const LINKS = ["a", "b", "c", "d", "e"];
const OF = { links: LINKS, forUs: 30_000_000, fault: 2 };

function order(seed32: number, step: "cut" | "heal"): string[] {
  return planSwizzle({ ...OF, seed32 })
    .filter((one) => one.step === step)
    .toSorted((a, b) => a.afterUs - b.afterUs)
    .map(({ link }) => link);
}

describe("a swizzled cut", () => {
  it("cuts each link once, later heals each once, in another order", () => {
    const plans = Array.from({ length: 20 }, (_, seed) => planSwizzle({ ...OF, seed32: seed }));
    for (const plan of plans) {
      for (const step of ["cut", "heal"] as const)
        expect(
          plan
            .filter((one) => one.step === step)
            .map(({ link }) => link)
            .toSorted(),
        ).toEqual(LINKS);
      for (const { link, afterUs, step } of plan)
        if (step === "heal")
          expect(afterUs).toBeGreaterThan(
            plan.find((one) => one.link === link && one.step === "cut")!.afterUs,
          );
      expect(Math.max(...plan.map(({ afterUs }) => afterUs))).toBeLessThan(OF.forUs);
    }
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    expect(new Set(seeds.map((seed) => order(seed, "cut").join())).size).toBeGreaterThan(5);
    expect(seeds.some((seed) => order(seed, "cut").join() !== order(seed, "heal").join())).toBe(
      true,
    );
    expect(order(7, "cut")).toEqual(order(7, "cut"));
  });

  it("leaves nothing cut when it ends, early or late, and takes a link of two directions once", async () => {
    for (const endsUs of [9_000_000, 40_000_000]) {
      const kernel = new Kernel(hostKernelOptions());
      const cut = new Set<string>();
      let most = 0;
      const end = swizzle({
        kernel,
        links: [
          ["a", "b"],
          ["b", "a"],
          ["a", "c"],
        ],
        forUs: 30_000_000,
        seed32: 3,
        fault: 0,
        cut: (pair) => {
          const name = pair.toSorted().join();
          expect(cut.has(name)).toBe(false);
          cut.add(name);
          most = Math.max(most, cut.size);
          return () => cut.delete(name);
        },
      });
      await kernel.run(endsUs);
      end();
      expect(most).toBe(2);
      expect(cut.size).toBe(0);
      await kernel.run(60_000_000);
      expect(cut.size).toBe(0);
    }
  });
});
