// Where few people are left, they are connected to other nodes than among many, and a fault may hit nodes that nobody
// uses: the same scenario with its faults on other nodes, and with another balancer.
import type { ResolvedScenario } from "../../scenario/types.ts";

const BALANCERS = ["least-connections", "round-robin"] as const;
/** More nodes have too many orders. */
const NODES_MAX = 3;

/** As it is first. */
export function placements(scenario: ResolvedScenario): readonly ResolvedScenario[] {
  const { balancer, nodes } = scenario.cluster;
  const balancers = [balancer, ...BALANCERS.filter((other) => other !== balancer)];
  const numbers = Array.from({ length: nodes }, (_, index) => index + 1);
  const named = JSON.stringify(scenario.faults).includes('"node-');
  const orders = named && nodes <= NODES_MAX ? ordersOf(numbers) : [numbers];
  return balancers.flatMap((one) =>
    orders.map((order) => ({
      ...scenario,
      cluster: { ...scenario.cluster, balancer: one },
      faults: onOtherNodes(scenario.faults, order),
    })),
  );
}

function onOtherNodes(
  faults: ResolvedScenario["faults"],
  order: readonly number[],
): ResolvedScenario["faults"] {
  const renamed = JSON.stringify(faults).replace(
    /"node-(\d+)"/g,
    (_, number: string) => `"node-${order[Number(number) - 1]}"`,
  );
  return JSON.parse(renamed) as ResolvedScenario["faults"];
}

function ordersOf(numbers: readonly number[]): readonly (readonly number[])[] {
  if (numbers.length === 0) return [[]];
  return numbers.flatMap((first) =>
    ordersOf(numbers.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}
