// The version of the program, as in package.json: part of every report and of what a hash depends on.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** package.json stands two levels above the sources, and three above the built files. */
function readVersion(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (const up of ["../..", "../../.."]) {
    try {
      const text = readFileSync(join(here, up, "package.json"), "utf8");
      return (JSON.parse(text) as { version: string }).version;
    } catch (error) {
      if ((error as { code?: string }).code !== "ENOENT") throw error;
    }
  }
  throw new Error("package.json was not found beside the program");
}

export const VERSION = readVersion();
