// Whether container suites can run here: an engine, compose where it is needed, and the images. Where not, the
// reason is said aloud; the same behaviour is tested on native programs, which are never skipped.
import { execFileSync } from "node:child_process";

const PATIENCE_MS = 10_000;

function succeeds(...args: readonly string[]): boolean {
  try {
    execFileSync("docker", args, { stdio: "ignore", timeout: PATIENCE_MS });
    return true;
  } catch {
    return false;
  }
}

/** Undefined: they can. */
export function whyNoContainers(
  images: readonly string[],
  needs: { readonly compose: boolean } = { compose: false },
): string | undefined {
  if (!succeeds("info")) return "not run: no container engine answers here";
  if (needs.compose && !succeeds("compose", "version"))
    return "not run: docker has no compose plugin here";
  const missing = images.filter((image) => !succeeds("image", "inspect", image));
  if (missing.length === 0) return undefined;
  return `not run: missing ${missing.length === 1 ? "image" : "images"} ${missing.join(", ")}`;
}
