// The nodes' trace events as lines of a file, and for whoever explains a broken rule.
import type { Kernel } from "../../kernel/kernel.ts";
import type { TraceListener } from "../../world/node-trace.ts";
import type { RunRequest } from "../requests.ts";

export function traceLines(
  request: RunRequest,
  kernel: Kernel,
  other: TraceListener | undefined,
): TraceListener | undefined {
  const { onTraceLine, traceListener } = request;
  if (onTraceLine === undefined) return bothOf(traceListener, other);
  return (node, event, user, chat, device, n) => {
    onTraceLine(
      `{"t":${kernel.now},"node":${node + 1},"e":"${event}","user":${user},"chat":${chat},"device":${device},"n":${n}}`,
    );
    traceListener?.(node, event, user, chat, device, n);
    other?.(node, event, user, chat, device, n);
  };
}

function bothOf(
  one: TraceListener | undefined,
  other: TraceListener | undefined,
): TraceListener | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return (node, event, user, chat, device, n) => {
    one(node, event, user, chat, device, n);
    other(node, event, user, chat, device, n);
  };
}
