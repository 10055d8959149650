// Prints "N passed, N failed" from the test runner's JSON report and exits non-zero if anything
// failed. A step that failed before the tests counts as one failed test, and so do a test file that
// could not be loaded and a runner that failed without naming a test.
//   node .ci/count-tests.mjs REPORT TEST_EXIT_CODE FAILED_STEPS
import { existsSync, readFileSync } from "node:fs";

const [reportPath, testExit, failedSteps] = process.argv.slice(2);

let passed = 0;
let failed = 0;
if (existsSync(reportPath)) {
  for (const file of JSON.parse(readFileSync(reportPath, "utf8")).testResults) {
    const results = file.assertionResults;
    passed += results.filter((result) => result.status === "passed").length;
    const failedHere = results.filter((result) => result.status === "failed").length;
    failed += failedHere === 0 && file.status === "failed" ? 1 : failedHere;
  }
}
const runnerFailed = Number(testExit) !== 0 || passed === 0;
if (runnerFailed && failed === 0) failed = 1;
failed += Number(failedSteps);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
