// One project for each folder of test/ that holds tests; `npm test` runs them all, and
// `npx vitest run --project unit` runs one. Vitest compiles the sources itself, so dist/ is not
// needed (and not searched, or every test would run twice).
import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

// Milliseconds a single test may take; a folder that is not named gets the first figure.
const TIMEOUT_DEFAULT_MS = 10_000;
const TIMEOUT_MS: Record<string, number> = {
  "contract-live": 120_000, // real stores
  docs: 120_000, // starts the command line
  live: 600_000, // whole live runs
  regression: 120_000, // whole runs, small ones
  report: 120_000, // starts a browser
  scenario: 300_000, // whole runs
  story: 60_000, // small clusters
};

/** What once failed is tried before everything else. */
const FIRST = "regression";

/** Their tests start real stores; what is left of those afterwards is ended here. */
const WITH_SERVICES = ["contract-live", "live"];

/** Folders whose tests run real processes and stores. */
const REAL = new Set(["contract-live", "live"]);

const folders = readdirSync("test", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "support")
  .map((entry) => entry.name)
  .sort();

const ci = process.env["CI"] === "true" || process.env["CI"] === "1";

export default defineConfig({
  test: {
    projects: folders.map((name) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        exclude: ["dist/**", "node_modules/**"],
        ...(WITH_SERVICES.includes(name)
          ? { globalSetup: ["test/support/stop-live-services.ts"] }
          : {}),
        sequence: { groupOrder: name === FIRST ? 0 : 1 },
        testTimeout: TIMEOUT_MS[name] ?? TIMEOUT_DEFAULT_MS,
        hookTimeout: TIMEOUT_MS[name] ?? TIMEOUT_DEFAULT_MS,
        // Real processes on a machine shared with others may miss a deadline once; a defect fails again.
        retry: ci && REAL.has(name) ? 2 : 0,
      },
    })),
    reporters: ci
      ? [
          "default",
          ["junit", { outputFile: "coverage/tests.junit.xml" }],
          ["json", { outputFile: "coverage/tests.json" }],
        ]
      : ["default"],
    coverage: { include: ["server/**/*.ts", "sim/**/*.ts"], reportsDirectory: "coverage" },
  },
});
