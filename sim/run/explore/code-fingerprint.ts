// A short text that changes with any source that can change what a simulated run does or how it is judged. Seeds that
// were explored count for the code that ran them, and a version number stands still while that changes.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../package-root.ts";

const FOLDERS = ["server", "sim"];
/** Words and pictures, planted bugs, and what only live runs use. */
const LEFT_OUT = ["server/live", "sim/cli", "sim/report", "sim/bugs", "sim/world/live"];

export function codeFingerprint(root: string = packageRoot()): string {
  const hash = createHash("sha256");
  const visit = (folder: string): void => {
    if (LEFT_OUT.includes(folder)) return;
    for (const name of readdirSync(join(root, folder)).sort()) {
      const path = `${folder}/${name}`;
      if (statSync(join(root, path)).isDirectory()) visit(path);
      else if (name.endsWith(".ts")) hash.update(path).update(readFileSync(join(root, path)));
    }
  };
  FOLDERS.forEach(visit);
  return hash.digest("hex").slice(0, 12);
}
