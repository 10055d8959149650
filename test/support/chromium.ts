// Finds the browser for the tests that open a report. Where there is none the tests are skipped with
// one loud line; with CI=true a missing browser is a failure.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The browser's path; undefined means: skip, it was said. */
export function chromiumOrSkip(): string | undefined {
  const named = process.env["CHATQUAKE_CHROMIUM"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [...(named === undefined ? [] : [named]), ...candidates].find(executable);
  if (found !== undefined) return found;
  if (process.env["CI"] === "true" || process.env["CI"] === "1") {
    throw new Error("no chromium found, and CI=true: install it or set CHATQUAKE_CHROMIUM");
  }
  process.stderr.write("SKIPPED: no chromium found, so no report is opened in a browser\n");
  return undefined;
}
