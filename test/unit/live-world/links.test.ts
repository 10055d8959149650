// Which links of a live run go through a proxy: those that the scenario faults, and no other.
import { describe, expect, it } from "vitest";
import type { Fault, ResolvedScenario } from "../../../sim/scenario/types.ts";
import { allLinks, directionOf, linkName, proxiedLinks } from "../../../sim/world/live/links.ts";
import { liveRefusals, targetRefusals } from "../../../sim/world/live/refusals.ts";

const SITES = { nodes: ["node-1", "node-2"], cassandra: ["cassandra-1", "cassandra-2"] };
const AT = { name: "it", atUs: 0, place: "12:5" };

function scenario(...faults: readonly Fault[]): ResolvedScenario {
  return { faults } as unknown as ResolvedScenario;
}

function names(...faults: readonly Fault[]): readonly string[] {
  return proxiedLinks(scenario(...faults), SITES).map(
    (link) => `${linkName(link)}${link.bytes ? " bytes" : ""}${link.calls ? " calls" : ""}`,
  );
}

describe("links of a live world", () => {
  it("each link is named once, from who dials it; of two nodes the lower one dials", () => {
    const all = allLinks(SITES).map(linkName);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toContain("node-1>node-2");
    expect(all).not.toContain("node-2>node-1");
    expect(all).toContain("users>node-2");
    expect(all).toContain("node-2>cassandra-2");
  });

  it("only links that a fault touches get a proxy", () => {
    expect(names()).toEqual([]);
    expect(names({ ...AT, kind: "kill", target: "node-1" })).toEqual([]);
    expect(names({ ...AT, kind: "cut", between: ["node-2", "node-1"] })).toEqual([
      "node-1>node-2 bytes",
    ]);
    expect(names({ ...AT, kind: "cut", between: ["node-1", "cassandra"] })).toEqual([
      "node-1>cassandra-1 bytes",
      "node-1>cassandra-2 bytes",
    ]);
    expect(names({ ...AT, kind: "refuse", store: "s3", share: 1 })).toEqual([
      "node-1>s3 calls",
      "node-2>s3 calls",
    ]);
    expect(names({ ...AT, kind: "isolate", target: "node-2" })).toEqual([
      "node-1>node-2 bytes",
      "users>node-2 bytes",
      "node-2>redis bytes",
      "node-2>cassandra-1 bytes",
      "node-2>cassandra-2 bytes",
      "node-2>s3 bytes",
    ]);
  });

  it("one way is up or down, as seen from who dials", () => {
    const link = { from: "node-1", to: "node-2" };
    expect(directionOf(link, "node-1", "node-2", SITES)).toBe("up");
    expect(directionOf(link, "node-2", "node-1", SITES)).toBe("down");
    expect(directionOf(link, "nodes", "nodes", SITES)).toBe("both");
  });
});

describe("what a live world refuses", () => {
  it("names the fault, its line and the reason", () => {
    const fault = { ...AT, kind: "refuse", store: "vault", share: 1 } as const;
    const [refusal] = liveRefusals(scenario(fault), "native");
    expect(refusal?.place).toBe("12:5");
    expect(refusal?.message).toMatch(/fault it \(refuse\) cannot be done live: .*vault/);
  });

  it("a store that was given is not ours to kill; a native one is", () => {
    const kill = scenario({ ...AT, kind: "kill", target: "cassandra-2" });
    expect(liveRefusals(kill, "native")).toEqual([]);
    expect(liveRefusals(kill, "given")[0]?.message).toMatch(/given by the environment/);
    const node = scenario({ ...AT, kind: "kill", target: "node-2" });
    expect(liveRefusals(node, "given")).toEqual([]);
  });

  it("a planted bug is refused: live nodes are the messenger as it is", () => {
    const planted = { ...scenario(), bug: "send-before-append" };
    expect(liveRefusals(planted, "native")[0]?.message).toMatch(/send-before-append/);
  });

  it("a running deployment is faulted in its users only", () => {
    const refused = targetRefusals(
      scenario({ ...AT, kind: "kill", target: "node-1" }, { ...AT, kind: "vanish", share: 0.1 }),
    );
    expect(refused.map(({ message }) => message)).toEqual([
      "fault it (kill) cannot be done on a deployment given by --target",
    ]);
  });
});
