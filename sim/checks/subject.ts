// How a violation's sentence names its message.
import type { LogFacts } from "./log-table.ts";

export function messageName(log: LogFacts, n: number): string {
  return `message ${n} of device ${log.device} in chat ${log.chat.chat}`;
}

export function logName(log: LogFacts): string {
  return `the log of device ${log.device} in chat ${log.chat.chat}`;
}
