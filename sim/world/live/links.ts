// Which links of a live world a scenario's faults touch, and so get a proxy: the others carry none, because a
// proxy costs a hop. A link is named by who dials and who is dialled.
import { expandSite } from "../../faults/sites.ts";
import type { Fault, ResolvedScenario } from "../../scenario/types.ts";

export interface ProxiedLink {
  readonly from: string;
  readonly to: string;
  /** Bytes are held, delayed, throttled or reset. */
  readonly bytes: boolean;
  /** Single calls to a store are refused, lost or slowed down. */
  readonly calls: boolean;
}

export interface Sites {
  readonly nodes: readonly string[];
  /** cassandra-1 … */
  readonly cassandra: readonly string[];
}

export function linkName({ from, to }: { readonly from: string; readonly to: string }): string {
  return `${from}>${to}`;
}

export function proxiedLinks(scenario: ResolvedScenario, sites: Sites): readonly ProxiedLink[] {
  const bytes = new Set<string>();
  const calls = new Set<string>();
  for (const fault of scenario.faults) {
    for (const link of linksOf(fault, sites)) bytes.add(linkName(link));
    for (const link of callLinksOf(fault, sites)) calls.add(linkName(link));
  }
  return allLinks(sites)
    .map((link) => ({
      ...link,
      bytes: bytes.has(linkName(link)),
      calls: calls.has(linkName(link)),
    }))
    .filter((link) => link.bytes || link.calls);
}

export interface Link {
  readonly from: string;
  readonly to: string;
}

/** Every link of the world, from who dials it. Of two nodes the lower one dials. */
export function allLinks({ nodes, cassandra }: Sites): readonly Link[] {
  const links: Link[] = [];
  nodes.forEach((node, index) => {
    links.push({ from: "users", to: node });
    for (const peer of nodes.slice(index + 1)) links.push({ from: node, to: peer });
    for (const store of ["redis", ...cassandra, "s3"]) links.push({ from: node, to: store });
  });
  return links;
}

/** A site as a scenario writes it, as the single sites of this world. */
export function sitesOf(site: string, { nodes, cassandra }: Sites): readonly string[] {
  return site === "cassandra" ? cassandra : expandSite(site, nodes.length);
}

/** Links whose bytes the fault touches. */
export function linksOf(fault: Fault, sites: Sites): readonly Link[] {
  if ("between" in fault) return linksBetween(fault.between[0], fault.between[1], sites);
  if (fault.kind === "bridge") return linksBetweenOthers(fault.target, sites);
  if (fault.kind !== "isolate") return [];
  const alone = sitesOf(fault.target, sites);
  return allLinks(sites).filter(({ from, to }) => alone.includes(from) || alone.includes(to));
}

/** Links on which the fault touches single calls. */
export function callLinksOf(fault: Fault, sites: Sites): readonly Link[] {
  switch (fault.kind) {
    case "refuse":
    case "timeout_before":
    case "lose_reply":
    case "apply_late":
      return linksBetween("nodes", fault.store, sites);
    case "corrupt":
      return linksBetween("nodes", "s3", sites);
    case "slow":
      return fault.target.startsWith("node") ? [] : linksBetween("nodes", fault.target, sites);
    default:
      return [];
  }
}

/** The links among all nodes but one. */
function linksBetweenOthers(node: string, { nodes, cassandra }: Sites): readonly Link[] {
  const others = nodes.filter((name) => name !== node);
  return linksBetween("nodes", "nodes", { nodes, cassandra }).filter(
    ({ from, to }) => others.includes(from) && others.includes(to),
  );
}

function linksBetween(a: string, b: string, sites: Sites): readonly Link[] {
  const left = sitesOf(a, sites);
  const right = sitesOf(b, sites);
  return allLinks(sites).filter(
    ({ from, to }) =>
      (left.includes(from) && right.includes(to)) || (left.includes(to) && right.includes(from)),
  );
}

/** Which way bytes from site `a` to site `b` run on a link: up is from who dials. */
export function directionOf(
  link: Link,
  a: string,
  b: string,
  sites: Sites,
): "up" | "down" | "both" {
  const left = sitesOf(a, sites);
  const right = sitesOf(b, sites);
  const up = left.includes(link.from) && right.includes(link.to);
  const down = left.includes(link.to) && right.includes(link.from);
  return up && down ? "both" : up ? "up" : "down";
}
