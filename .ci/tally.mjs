// Prints "N passed, N failed" from the test runner's JSON and sets the exit code. The argument is the
// number of steps that failed; they count where the tests themselves do not explain them.
import { existsSync, readFileSync } from "node:fs";

const RESULTS = "coverage/tests.json";
const brokenSteps = Number(process.argv[2] ?? 0);

let passed = 0;
let failed = 0;
if (existsSync(RESULTS)) {
  const results = JSON.parse(readFileSync(RESULTS, "utf8"));
  passed = results.numPassedTests;
  failed = results.numFailedTests;
  // A file that could not be loaded has no test to count.
  for (const file of results.testResults) {
    if (file.status === "failed" && file.assertionResults.length === 0) failed += 1;
  }
} else {
  console.log("no test results were written");
}
// npm test is one of the steps; where its failure is already counted test by test, it is not again.
const explained = failed > 0 && brokenSteps > 0 ? 1 : 0;
failed += brokenSteps - explained;
if (passed + failed === 0) failed = 1;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
