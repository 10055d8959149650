// The tests that judge a mutant of sim/checks: the hand-written histories and nothing else, in one process
// without isolation, because they run some thousand times.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/checks/**/*.test.ts"],
    // It judges the scan, not the rules.
    exclude: ["dist/**", "node_modules/**", "test/unit/checks/store-scan.test.ts"],
    isolate: false,
  },
});
