// chatquake trace: the life of a message as an engineer reads it, in words and in order, the same from recorded
// files and from the run made again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../../../sim/cli/main.ts";

const folder = mkdtempSync(join(tmpdir(), "chatquake-trace-"));
const run = join(folder, "run");
let stdout = "";

function listen(): void {
  stdout = "";
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
}

beforeAll(async () => {
  listen();
  const file = join(folder, "few.yaml");
  writeFileSync(
    file,
    `name: few
cluster: { nodes: 2 }
population: { users: 6, friends: { per_user: 2 } }
phases: [{ name: steady, duration: 40s, online: 4, messages: { rate: 3/s } }]
behaviour:
  history: 0.2/s
  attachments: [{ kind: image, share: 20%, bytes: { dist: uniform, min: 1MB, max: 2MB }, opened: 60% }]
faults: [{ name: n2, at: 15s, kill: node-2, restart_after: 5s }]
`,
  );
  expect(await main(["run", file, "--keep-history", "-q", "--out", run])).toBe(0);
  vi.restoreAllMocks();
});

afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

async function trace(...words: string[]): Promise<readonly string[]> {
  listen();
  expect(await main(["trace", run, ...words])).toBe(0);
  return stdout.trimEnd().split("\n");
}

/** A message of the run that was shown and read. */
function someMessage(): string {
  const lines = gunzipSync(readFileSync(join(run, "history.ndjson.gz"))).toString();
  const shown = /"e":"receiptShown","user":\d+,"device":\d+,"chat":(\d+),"logDevice":(\d+)/;
  const [, chat, device] = shown.exec(lines)!;
  return `${chat}/${device}/1`;
}

describe("trace", () => {
  it("tells the life of a message in words, each step once", async () => {
    const message = someMessage();
    const lines = await trace("--message", message);
    const steps = [
      /^0:00:\d\d\.\d{6} {2}user \d+ +means to send \w+ \d+ to user \d+ in chat \d+$/,
      / takes .+ for \w+ \d+, sent_at \d+$/,
      / sends .+ \(session \d+\)$/,
      /cassandra +row .+ stands, \w+$/,
      /node-\d +appends → cassandra: .+, user \d+$/,
      /cassandra +unread_audit of user \d+: sent_n of log .+ is \d+$/,
      /node-\d +confirms → sender: /,
      / shows .+ from user \d+, \w+$/,
      /user \d+ +reads up to /,
      / read_n of log /,
      /scan +communication holds /,
    ];
    const at = steps.map((step) => lines.findIndex((line) => step.test(line)));
    expect(at).not.toContain(-1);
    expect(lines.some((line) => line.includes(`send of ${message}: ok`))).toBe(true);
    // Higher marks of the same log say nothing new of it.
    expect(lines.filter((line) => line.includes("unread_audit of")).length).toBeLessThan(8);
    const times = lines.map((line) => line.split(" ")[0]);
    expect(times).toEqual(times.toSorted());
  });

  it("leaves no number where a word is meant", async () => {
    const lines = await trace();
    const text = lines.join("\n");
    expect(text).not.toMatch(/undefined|NaN|outcome \d|kind \d|state \d|phase \d|fault \d/);
    expect(text).toMatch(/run +phase steady begins/);
    expect(text).toMatch(/faults +n2: kill node-2, .* begins/);
    expect(text).toMatch(/history in chat \d+ of user \d+: ok/);
    expect(text).toMatch(/upload of blob \d+ \(\d+ bytes\) to chat \d+: ok/);
    expect(text).toMatch(/user \d+ +shows user \d+ online/);
  });

  it("keeps to a user or a node, with the faults around", async () => {
    const ofNode = await trace("--node", "node-2");
    expect(ofNode.some((line) => /node-2 +is killed$/.test(line))).toBe(true);
    expect(ofNode.some((line) => /node-1 +appends/.test(line))).toBe(false);
    const ofUser = await trace("--user", "1");
    expect(ofUser.some((line) => line.includes("n2: kill node-2"))).toBe(true);
    const others = /^\S+ {2}(user|node|cassandra|redis|scan)/;
    for (const line of ofUser.filter((one) => others.test(one) && !/is (up|killed)$/.test(one)))
      expect(line).toMatch(/user 1\b/);
  });

  it("is the same from the files and from the run made again", async () => {
    const words = ["--message", someMessage()];
    const recorded = await trace(...words);
    rmSync(join(run, "history.ndjson.gz"));
    expect((await trace(...words)).toSorted()).toEqual(recorded.toSorted());
  });
});
