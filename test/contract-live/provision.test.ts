// The program that makes friends in bulk: on the real Cassandra as a process, its answers to bad input and to
// stores that fail on a roster in memory.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fileKeyVault } from "../../server/live/file-key-vault.ts";
import { CannotSeed, seedFriendships } from "../../server/live/seed-friendships.ts";
import { rosterStorePort } from "../../server/memory/memory-ports.ts";
import { MemoryRosterStore } from "../../server/memory/roster-store.ts";
import { UNKNOWN } from "../../server/ports/outcome.ts";
import type { RosterStore } from "../../server/ports/roster-store.ts";
import { freshName, sharedServices } from "../support/live-services.ts";
import { openCassandraArm } from "./cassandra-arm.ts";

const FRIENDSHIPS = 300;
const CHAT = 2 ** 45;

let folder: string;
let masterKeyFile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "chatquake-provision-"));
  masterKeyFile = join(folder, "master.json");
  const keys = { "kek-1": randomBytes(32).toString("base64") };
  writeFileSync(masterKeyFile, JSON.stringify({ current: "kek-1", keys }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function line(userLow: number, userHigh: number, chat: number): string {
  return JSON.stringify({ userLow, userHigh, chat });
}

/** Everybody is a friend of the next one. */
function ring(): string[] {
  return Array.from({ length: FRIENDSHIPS }, (_, at) => line(at + 1, at + 2, CHAT + at));
}

async function* linesOf(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

describe("the provision program", () => {
  async function run(env: Record<string, string>, input: readonly string[]) {
    const program = ["--import", "tsx", "server/live/provision.ts"];
    const child = spawn(process.execPath, program, { env: { ...process.env, ...env } });
    const output = { out: "", error: "" };
    child.stdout.on("data", (data: Buffer) => (output.out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (output.error += data.toString()));
    // It may end before it has read everything.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input.map((text) => `${text}\n`).join(""));
    const [code] = (await once(child, "close")) as [number];
    return { code, ...output };
  }

  async function environment(keyspace: string): Promise<Record<string, string>> {
    const { env } = await sharedServices();
    return {
      ...env,
      CHATQUAKE_CASSANDRA_KEYSPACE: keyspace,
      CHATQUAKE_TOKEN_KEY: "a1".repeat(32),
      CHATQUAKE_LINK_KEY: "a2".repeat(32),
      CHATQUAKE_MASTER_KEY_FILE: masterKeyFile,
    };
  }

  it("writes every friendship and both copies, once, with keys that unwrap; again changes nothing", async () => {
    const arm = await openCassandraArm();
    const env = await environment(arm.keyspace);
    const first = await run(env, ring());
    expect(first).toMatchObject({ code: 0 });
    expect(JSON.parse(first.out.trim().split("\n").at(-1)!)).toMatchObject({
      friendships: FRIENDSHIPS,
      before: 0,
    });
    const { port: vault } = fileKeyVault(masterKeyFile);
    for (const userLow of [1, 2, FRIENDSHIPS]) {
      const userHigh = userLow + 1;
      const decided = await arm.roster.friendship(userLow, userHigh);
      if (decided.kind !== "ok" || decided.value === undefined) throw new Error("no friendship");
      const { chat, keyVersion, kekId, wrapped } = decided.value;
      expect(chat).toBe(CHAT + userLow - 1);
      for (const [user, friend] of [
        [userLow, userHigh],
        [userHigh, userLow],
      ] as const) {
        const copy = await arm.roster.friend(user, friend);
        const value = { user, friend, chat, keyVersion, kekId, wrapped };
        expect(copy).toMatchObject({ kind: "ok", value });
      }
      const context = { chat, userLow, userHigh, keyVersion };
      expect(await vault.unwrap([{ key: decided.value, context }])).toMatchObject({
        kind: "ok",
        value: [expect.any(String)],
      });
    }
    const again = await run(env, ring());
    expect(JSON.parse(again.out)).toMatchObject({ friendships: FRIENDSHIPS, before: FRIENDSHIPS });
    const other = await run(env, [line(1, 2, 5)]);
    expect(other).toMatchObject({ code: 104, out: "" });
    expect(other.error).toContain("users 1 and 2 are friends already, in another chat");
    await arm.close();
  });

  it("ends with 115 where Cassandra is away, with 104 where its environment is not complete", async () => {
    const env = await environment(freshName("provision"));
    const away = await run({ ...env, CHATQUAKE_CASSANDRA: "127.0.0.1:1/datacenter1" }, []);
    expect(away).toMatchObject({ code: 115, out: "" });
    expect(await run({ ...env, CHATQUAKE_TOKEN_KEY: "short" }, [])).toMatchObject({ code: 104 });
  });
});

describe("seeding friendships", () => {
  const vault = () => fileKeyVault(masterKeyFile).port;

  it("repeats what ended unknown, and counts nothing twice", async () => {
    const memory = new MemoryRosterStore();
    const roster = rosterStorePort(memory);
    let calls = 0;
    /** Each third call is lost, before or after it was applied. */
    const losing = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        calls += 1;
        if (calls % 6 === 0) return UNKNOWN as R;
        const answer = await call(...args);
        return calls % 3 === 0 ? (UNKNOWN as R) : answer;
      };
    };
    const shaky: RosterStore = {
      ...roster,
      establish: losing(roster.establish),
      putFriend: losing(roster.putFriend),
    };
    const seeded = await seedFriendships(linesOf(ring()), shaky, vault(), 64);
    expect(seeded).toEqual({ friendships: FRIENDSHIPS, before: 0 });
    expect(memory.friendsNow(2)).toHaveLength(2);
    expect(memory.friendsNow(2)[0]).toMatchObject({ friend: 1, chat: CHAT });
  });

  it.each([
    ["text", "hello"],
    ["null", "null"],
    ["users in the wrong order", line(3, 2, 1)],
    ["a user with itself", line(2, 2, 1)],
    ["a chat of more than 48 bits", line(1, 2, 2 ** 48)],
    ["no chat", '{"userLow":1,"userHigh":2}'],
    ["a user as text", '{"userLow":"1","userHigh":2,"chat":3}'],
  ])("refuses %s and names the line", async (_, bad) => {
    const roster = rosterStorePort(new MemoryRosterStore());
    const seeding = seedFriendships(linesOf([line(1, 2, 3), bad]), roster, vault(), 1);
    await expect(seeding).rejects.toThrow(CannotSeed);
    await expect(seeding).rejects.toThrow("line 2 is no friendship");
  });
});
