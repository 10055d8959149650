// The ban list of bans.ts, held against every file that runs inside virtual time.
import { describe, expect, it } from "vitest";
import { codeOnly, lineOf, parse } from "../support/code-only.ts";
import { filesBelow, textOf } from "../support/source-files.ts";
import { BANS, EXEMPTIONS } from "./bans.ts";
import type { Ban } from "./bans.ts";
import { pureFiles } from "./pure-files.ts";

const pure = pureFiles().map((path) => ({ path, code: codeOnly(parse(path, textOf(path))) }));

function places(ban: Ban, code: string): number[] {
  return [...code.matchAll(ban.pattern)].map((match) => lineOf(code, match.index));
}

describe("each ban", () => {
  it.each(BANS)("$name trips on its bad line and not on its good one", (ban) => {
    expect(places(ban, codeOnly(parse("bad.ts", ban.bad)))).not.toEqual([]);
    expect(places(ban, codeOnly(parse("good.ts", ban.good)))).toEqual([]);
  });
});

describe("the pure folders", () => {
  it("are found", () => {
    expect(pure.length).toBeGreaterThan(10);
  });

  it.each(BANS)("hold no $name", (ban) => {
    const excused = EXEMPTIONS.filter((entry) => entry.ban === ban.name).map((entry) => entry.file);
    const found = pure
      .filter(({ path }) => !excused.includes(path))
      .flatMap(({ path, code }) =>
        places(ban, code).map((line) => `${path}:${line} ${ban.name}: use ${ban.useInstead}`),
      );
    expect(found).toEqual([]);
  });

  it("use every exemption that is granted, each with a reason", () => {
    const idle = EXEMPTIONS.filter((entry) => {
      const ban = BANS.find((candidate) => candidate.name === entry.ban);
      const file = pure.find((candidate) => candidate.path === entry.file);
      return !ban || !file || places(ban, file.code).length === 0 || entry.because.length < 20;
    });
    expect(idle).toEqual([]);
  });
});

describe("a directory listing", () => {
  it("is sorted where it is read: its order is the file system's", () => {
    const unsorted: string[] = [];
    for (const path of filesBelow(["server", "sim", "test"], [".ts", ".mjs"])) {
      const code = codeOnly(parse(path, textOf(path)));
      for (const match of code.matchAll(/\breaddir(Sync)?\s*\(/g)) {
        const statement = code.slice(match.index).split(";")[0] ?? "";
        if (!/\.(sort|toSorted)\(/.test(statement)) {
          unsorted.push(`${path}:${lineOf(code, match.index)} sort what readdir returns`);
        }
      }
    }
    expect(unsorted).toEqual([]);
  });
});
