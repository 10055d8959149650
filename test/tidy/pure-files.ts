// The files that run inside virtual time: everything but the live adapters and the host side.
import { filesBelow } from "../support/source-files.ts";

const HOST = /^(server\/(live|dev)|sim\/(run|cli|world\/live))\//;

export function pureFiles(): string[] {
  return filesBelow(["server", "sim"], [".ts"]).filter((path) => !HOST.test(path));
}
