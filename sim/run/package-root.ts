// Where the project's own files lie: package.json stands two levels above the sources, three above built files.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export function packageRoot(): string {
  const here = fileURLToPath(new URL(".", import.meta.url));
  for (const up of ["../..", "../../.."])
    if (existsSync(join(here, up, "package.json"))) return join(here, up);
  throw new Error("package.json was not found above the program");
}
