// The profiles of the project, and what is wrong with others.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadProfile } from "../../../sim/scenario/profile.ts";
import { PROFILE_NAMES } from "../../../sim/scenario/profile-names.ts";

const lan = readFileSync("scenarios/profiles/lan.yml", "utf8");

describe("a profile", () => {
  it.each(PROFILE_NAMES)("%s loads under its own name, every figure above nothing", (name) => {
    const loaded = loadProfile(readFileSync(`scenarios/profiles/${name}.yml`, "utf8"), name);
    expect(loaded).not.toHaveProperty("problems");
    if ("problems" in loaded) return;
    const { profile } = loaded;
    expect(profile.name).toBe(name);
    for (const value of Object.values(profile.cpu))
      if (typeof value === "number") expect(value).toBeGreaterThan(0);
    for (const store of Object.values(profile.stores)) expect(store.concurrency).toBeGreaterThan(0);
    expect(profile.stores.cassandra.operations?.["roster.establish"]).toBeDefined();
  });

  it.each([
    ["frame: 20us", "fram: 20us", 'unknown key "fram" in cpu; the nearest valid name is "frame"'],
    ["frame: 20us", "frame: 20", "frame needs a duration"],
    ["    concurrency: 1\n", "", '"concurrency" is missing here'],
    ["user_bandwidth: 2MiB/s", "user_bandwidth: 2MiB", "bandwidth needs bytes a second"],
  ])("with %j as %j is refused", (old, changed, message) => {
    const [whole = "", hint] = message.split("; the nearest valid name is ");
    const loaded = loadProfile(lan.replace(old, changed), "lan.yml");
    expect("problems" in loaded ? loaded.problems : []).toContainEqual(
      expect.objectContaining({
        message: expect.stringContaining(whole) as string,
        ...(hint === undefined ? {} : { nearest: hint.replaceAll('"', "") }),
      }),
    );
  });
});
