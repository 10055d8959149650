// Log lines of a node: JSON on stderr. Nothing that is secret is ever handed to the log; what could hold a
// secret by accident (headers of a request) is left out by name as well.
import { destination, type Logger, pino } from "pino";

export type Log = Logger;

const STDERR = 2;
const SECRET_PATHS = [
  "token",
  "key",
  "authorization",
  "headers",
  "*.token",
  "*.key",
  "*.authorization",
  "*.headers",
];

export function openLog(level: string, nodeId: string): Log {
  return pino(
    { level, base: { node: nodeId }, redact: { paths: SECRET_PATHS, censor: "(hidden)" } },
    destination({ dest: STDERR, sync: true }),
  );
}
