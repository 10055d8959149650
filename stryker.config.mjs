// Mutation testing of the rules (`npm run mutate`, outside CI): Stryker changes one thing in sim/checks at a
// time and asks whether a hand-written history notices. Nothing is left out, texts of violations neither.
export default {
  testRunner: "vitest",
  plugins: ["@stryker-mutator/vitest-runner"],
  // Only the histories judge: whole runs would take minutes for each mutant.
  vitest: { configFile: "vitest.mutation.config.mjs", related: false },
  mutate: ["sim/checks/*.ts"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  timeoutMS: 10_000,
  incremental: true,
  incrementalFile: "coverage/mutation-incremental.json",
  // Mutated code lives and dies in a copy that no other tool looks at.
  tempDirName: "coverage/stryker",
  ignorePatterns: ["/reports", "/.chatquake", "/coverage", "/dist"],
  reporters: ["clear-text", "json"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: "coverage/mutation.json" },
};
