// Which node a client is sent to: one function, asked at each connect, in both worlds.
import type { RandomStream } from "../../server/ports/random.ts";

export interface BalancedNode {
  /** Accepts connections, as far as the balancer's health check knows. */
  readonly listening: boolean;
  readonly connections: number;
}
export type BalancerPolicy = "least-connections" | "round-robin" | "random";

export interface BalancerState {
  next: number;
}

/** Index of the chosen node, or -1 where none listens. Ties go to the first after the last choice. */
export function chooseNode(
  policy: BalancerPolicy,
  nodes: readonly BalancedNode[],
  state: BalancerState,
  random: RandomStream,
): number {
  const count = nodes.length;
  let chosen = -1;
  if (policy === "random") {
    let listening = 0;
    for (const node of nodes) if (node.listening) listening++;
    let skip = listening === 0 ? 0 : Math.floor(random.next() * listening);
    for (let i = 0; i < count && chosen < 0; i++)
      if (nodes[i]!.listening && skip-- === 0) chosen = i;
    return chosen;
  }
  for (let step = 0; step < count; step++) {
    const index = (state.next + step) % count;
    const node = nodes[index]!;
    if (!node.listening) continue;
    if (chosen < 0) chosen = index;
    if (policy === "round-robin") break;
    if (node.connections < nodes[chosen]!.connections) chosen = index;
  }
  if (chosen >= 0) state.next = (chosen + 1) % count;
  return chosen;
}
