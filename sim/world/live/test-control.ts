// What a node does to itself when told, for faults that nothing outside its process can bring about: POST
// /test/..., open only where the node was started for it.
import type { NodeProcess } from "./node-process.ts";
import { EnvironmentError } from "./environment-error.ts";

const PATIENCE_MS = 5_000;
/** More passes than a run has: the point does nothing any more. */
const NEVER = 1_000_000;

export class TestControl {
  slow(node: NodeProcess, factor: number): Promise<void> {
    return tell(node, "slow", { factor });
  }

  skew(node: NodeProcess, byMs: number, driftPpm: number): Promise<void> {
    return tell(node, "skew", { byMs, driftPpm });
  }

  /** It ends itself by SIGKILL when it next reaches the point. */
  crashAt(node: NodeProcess, point: string): Promise<void> {
    return tell(node, "crash-point", { point, count: 1 });
  }

  disarm(node: NodeProcess, point: string): Promise<void> {
    return tell(node, "crash-point", { point, count: NEVER });
  }
}

async function tell(node: NodeProcess, what: string, body: object): Promise<void> {
  const { host, port, id, environment } = node.spec;
  const answer = await fetch(`http://${host}:${port}/test/${what}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${environment["CHATQUAKE_TEST_TOKEN"]}`,
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await answer.text();
  if (!answer.ok)
    throw new EnvironmentError(
      `${id} refuses /test/${what}: ${answer.status} ${text.slice(0, 200)}`,
    );
}
