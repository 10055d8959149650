// Finds the project's own text files for the tests that read them (tidy, docs). Paths are relative
// to the project's root, with forward slashes, sorted. What a tool wrote is left out.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";

const GENERATED = /(^|\/)(node_modules|dist|coverage|reports|recorded|corpus|\.git)(\/|$)/;

/** Every file below the folders that ends in one of the suffixes. A missing folder is empty. */
export function filesBelow(folders: readonly string[], suffixes: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    if (GENERATED.test(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) visit(`${path}/${name}`);
    } else if (suffixes.some((suffix) => path.endsWith(suffix))) {
      found.push(path);
    }
  };
  for (const folder of folders) if (existsSync(folder)) visit(folder);
  return found.sort();
}

/** The files of the root folder itself, dotfiles included, folders not. */
export function rootFiles(): string[] {
  return readdirSync(".")
    .sort()
    .filter((name) => statSync(name).isFile() && name !== "package-lock.json");
}

export function textOf(path: string): string {
  return readFileSync(path, "utf8");
}
