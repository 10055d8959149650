// A node as whoever watches it sees it: one of the run's own processes, or one of a deployment that somebody else
// runs. The health check of the balancer is here.

export interface WatchedNode {
  readonly spec: {
    readonly index: number;
    readonly id: string;
    readonly host: string;
    readonly port: number;
  };
  /** Undefined where it does not run on this machine. */
  readonly pid: number | undefined;
  readonly ready: boolean;
  readonly running: boolean;
  readonly draining: boolean;
  readonly lives: number;
}

/** `ws://host:port/v1/ws`, or anything that names a host and a port. */
export function remoteNode(url: string, index: number): WatchedNode {
  const { hostname, port, protocol } = new URL(url.includes("://") ? url : `ws://${url}`);
  const standardPort = protocol === "wss:" || protocol === "https:" ? 443 : 80;
  return {
    spec: {
      index,
      id: `node-${index + 1}`,
      host: hostname,
      port: port === "" ? standardPort : Number(port),
    },
    pid: undefined,
    ready: true,
    running: true,
    draining: false,
    lives: 1,
  };
}

const HEALTH_EVERY_MS = 1_000;
const HEALTH_PATIENCE_MS = 900;

/** Once a second, as a balancer does; tells only changes. Returns how to stop it. */
export function watchHealth(
  nodes: readonly WatchedNode[],
  tell: (node: number, listening: boolean) => void,
): () => void {
  const known = nodes.map(() => true);
  const timer = setInterval(() => {
    nodes.forEach((node, index) => {
      void isReady(node).then((listening) => {
        if (known[index] === listening) return;
        known[index] = listening;
        tell(index, listening);
      });
    });
  }, HEALTH_EVERY_MS);
  return () => clearInterval(timer);
}

export async function isReady(node: WatchedNode): Promise<boolean> {
  if (!node.ready || node.draining) return false;
  const { host, port } = node.spec;
  try {
    const answer = await fetch(`http://${host}:${port}/ready`, {
      signal: AbortSignal.timeout(HEALTH_PATIENCE_MS),
    });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false; // dead, paused, or too slow: a balancer would not send anybody there
  }
}
