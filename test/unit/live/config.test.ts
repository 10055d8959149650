// Settings of a node: where they come from, what is wrong with them, and what is printed of them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { DEFAULT_LIMITS } from "../../../server/core/limits.ts";
import { readConfig } from "../../../server/live/config.ts";
import { printedConfig } from "../../../server/live/print-config.ts";
import { SETTINGS } from "../../../server/live/settings.ts";

const NEEDED = {
  CHATQUAKE_S3_ACCESS_KEY: "the-access-key",
  CHATQUAKE_S3_SECRET_KEY: "the-secret-key",
  CHATQUAKE_TOKEN_KEY: "ab".repeat(32),
  CHATQUAKE_LINK_KEY: "cd".repeat(32),
  CHATQUAKE_MASTER_KEY_FILE: "keys.json",
};

const folder = mkdtempSync(join(tmpdir(), "chatquake-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "node.yml");
  writeFileSync(path, text);
  return path;
}

/** The problems of a configuration in which only this is different. */
function problemsOf(different: Readonly<Record<string, string>>): readonly string[] {
  return readConfig({ ...NEEDED, ...different }, undefined).problems;
}

describe("a node's configuration", () => {
  it("needs only what has no sensible default", () => {
    const { config, problems } = readConfig(NEEDED, undefined);
    expect(problems).toEqual([]);
    expect(config).toMatchObject({
      nodeId: "node-1",
      listen: { host: "127.0.0.1", port: 7420 },
      cassandra: { contactPoints: ["127.0.0.1:9042"], dataCenter: "datacenter1", replication: 1 },
      testToken: undefined,
      metricsListen: undefined,
      clientsMax: 50_000,
      limits: DEFAULT_LIMITS,
    });
  });

  it("names all that is missing at once", () => {
    const { config, problems } = readConfig({}, undefined);
    expect(config).toBeUndefined();
    expect(problems).toEqual(Object.keys(NEEDED).map((key) => `${key} is not set`));
  });

  it("comes from the environment before the file, from the file before the defaults", () => {
    const path = file(
      "CHATQUAKE_NODE_ID: node-7\nCHATQUAKE_LISTEN: 0.0.0.0:80\nCHATQUAKE_LIMITS_JSON: { window: 32 }",
    );
    const { config } = readConfig({ ...NEEDED, CHATQUAKE_NODE_ID: "node-2" }, path);
    expect(config?.nodeId).toBe("node-2");
    expect(config?.listen).toEqual({ host: "0.0.0.0", port: 80 });
    expect(config?.limits).toEqual({ ...DEFAULT_LIMITS, window: 32 });
  });

  it("takes three copies with three contact points", () => {
    const three = "10.0.0.1:9042,10.0.0.2:9042,10.0.0.3:9042/dc1";
    const { config } = readConfig({ ...NEEDED, CHATQUAKE_CASSANDRA: three }, undefined);
    expect(config?.cassandra.replication).toBe(3);
    expect(config?.cassandra.contactPoints).toHaveLength(3);
  });

  it("leaves this node out of its own peers, so that all nodes may have one list", () => {
    const peers = { CHATQUAKE_PEERS: "node-1=a:1,node-2=b:2" };
    const { config } = readConfig({ ...NEEDED, ...peers }, undefined);
    expect(Array.from(config!.peers)).toEqual([["node-2", "b:2"]]);
  });

  it.each([
    ["CHATQUAKE_LISTEN", "7420", /host:port/],
    ["CHATQUAKE_LISTEN", "localhost:70000", /host:port/],
    ["CHATQUAKE_PEERS", "node-2", /name=host:port/],
    ["CHATQUAKE_PEERS", "node-2=a:1,node-2=b:1", /twice/],
    ["CHATQUAKE_REDIS_URL", "127.0.0.1:6379", /redis:\/\//],
    ["CHATQUAKE_REDIS_SENTINEL", "127.0.0.1:26379", /master's name/],
    ["CHATQUAKE_REDIS_SENTINEL", "sentinel/mymaster", /host:port/],
    ["CHATQUAKE_REDIS_CLUSTER", "yes", /one of/],
    ["CHATQUAKE_CASSANDRA", "127.0.0.1:9042", /datacenter/],
    ["CHATQUAKE_CASSANDRA_USER", "messenger", /needs CHATQUAKE_CASSANDRA_PASSWORD/],
    ["CHATQUAKE_CASSANDRA_PASSWORD", "hunter2", /^[^2]*needs CHATQUAKE_CASSANDRA_USER$/],
    ["CHATQUAKE_CASSANDRA_TLS", "true", /one of/],
    ["CHATQUAKE_S3_REGION", "Mars 1", /region/],
    ["CHATQUAKE_TLS_CA_FILE", "/nowhere/ca.pem", /cannot be read/],
    ["CHATQUAKE_CASSANDRA_KEYSPACE", "Chat-Quake", /keyspace's name/],
    ["CHATQUAKE_CASSANDRA_REPLICATION", "three", /whole number/],
    ["CHATQUAKE_TOKEN_KEY", "ab", /32 bytes/],
    ["CHATQUAKE_LINK_KEY", "not hex", /32 bytes/],
    ["CHATQUAKE_LOG_LEVEL", "loud", /one of/],
    ["CHATQUAKE_METRICS_LISTEN", "9464", /host:port/],
    ["CHATQUAKE_CLIENTS_MAX", "0", /from 1 to/],
    ["CHATQUAKE_CLIENTS_MAX", "1e3", /whole number/],
    ["CHATQUAKE_STORE_DEADLINE_MS", "0x10", /whole number/],
    ["CHATQUAKE_TEST_CONTROL", "yes", /one of/],
    ["CHATQUAKE_START_WITHOUT", "cassandra", /redis and s3/],
    ["CHATQUAKE_LIMITS_JSON", "{", /JSON object/],
    ["CHATQUAKE_LIMITS_JSON", '{"windows":3}', /no limit "windows"/],
    ["CHATQUAKE_LIMITS_JSON", '{"window":0}', /above 0/],
    ["CHATQUAKE_LIMITS_JSON", '{"bodyBytesMax":100000}', /do not fit a frame/],
  ])("says what is wrong with %s=%s", (key, value, why) => {
    const problems = problemsOf({ [key]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(key);
    expect(problems[0]).toMatch(why);
  });

  it("opens fault injection only with a token, which it does not repeat", () => {
    const [problem] = problemsOf({ CHATQUAKE_TEST_CONTROL: "1", CHATQUAKE_TEST_TOKEN: "hunter2" });
    expect(problem).toContain("CHATQUAKE_TEST_TOKEN must be at least 16");
    expect(problem).not.toContain("hunter2");
    const CHATQUAKE_TEST_TOKEN = "ab".repeat(8);
    const open = { ...NEEDED, CHATQUAKE_TEST_CONTROL: "1", CHATQUAKE_TEST_TOKEN };
    expect(readConfig(open, undefined).config?.testToken).toBe(CHATQUAKE_TEST_TOKEN);
    // A token alone opens nothing.
    expect(readConfig({ ...NEEDED, CHATQUAKE_TEST_TOKEN }, undefined).config?.testToken).toBe(
      undefined,
    );
  });

  it("refuses a file that is missing, no list of settings, or holds an unknown one", () => {
    const problems = (path: string) => readConfig(NEEDED, path).problems.join("\n");
    expect(problems(join(folder, "absent.yml"))).toContain("absent.yml");
    expect(problems(file("just a line"))).toContain("holds no settings");
    expect(problems(file("CHATQUAKE_NODE: node-1"))).toContain("no setting CHATQUAKE_NODE");
    expect(problems(file("CHATQUAKE_NODE_ID: [a]"))).toContain("one text or number");
  });

  it("says how the stores are reached: sentinels, a cluster, passwords, certificates", () => {
    const ca = join(folder, "ca.pem");
    writeFileSync(ca, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
    const reached = {
      CHATQUAKE_REDIS_URL: "rediss://me:hunter2@redis.example:6380",
      CHATQUAKE_REDIS_SENTINEL: "10.0.0.1:26379, 10.0.0.2:26379/mymaster",
      CHATQUAKE_CASSANDRA_USER: "messenger",
      CHATQUAKE_CASSANDRA_PASSWORD: "hunter2",
      CHATQUAKE_CASSANDRA_TLS: "1",
      CHATQUAKE_S3_URL: "https://s3.example",
      CHATQUAKE_S3_REGION: "eu-central-1",
      CHATQUAKE_TLS_CA_FILE: ca,
    };
    const read = readConfig({ ...NEEDED, ...reached }, undefined);
    expect(read.problems).toEqual([]);
    expect(read.config).toMatchObject({
      redis: {
        sentinel: { points: ["10.0.0.1:26379", "10.0.0.2:26379"], master: "mymaster" },
        cluster: false,
      },
      cassandra: { login: { user: "messenger", password: "hunter2" }, tls: true },
      s3: { url: "https://s3.example", region: "eu-central-1" },
    });
    expect(read.config?.tlsCa).toContain("MIIB");
    const printed = printedConfig(read);
    expect(printed).not.toContain("hunter2");
    expect(printed).toContain("CHATQUAKE_CASSANDRA_USER: messenger");
    // Only one way of many servers, and no key where certificates are meant.
    const both = { ...NEEDED, ...reached, CHATQUAKE_REDIS_CLUSTER: "1" };
    expect(readConfig(both, undefined).problems.join()).toContain("set one of them");
    writeFileSync(ca, "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nhunter2");
    const { problems } = readConfig({ ...NEEDED, ...reached }, undefined);
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain("hunter2");
  });

  it("never repeats a secret in a problem", () => {
    const problems = problemsOf({
      CHATQUAKE_TOKEN_KEY: "hunter2",
      CHATQUAKE_LINK_KEY: "hunter2",
      CHATQUAKE_REDIS_URL: "http://:hunter2@host",
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain("hunter2");
  });

  it.each([
    ["CHATQUAKE_TOKEN_KEY: abc: hunter2", "line 1"],
    ['CHATQUAKE_NODE_ID: node-1\nCHATQUAKE_TOKEN_KEY: "hunter2\n', "line 3"],
  ])("names the place in a file that is no YAML, and quotes nothing of it", (text, place) => {
    const [problem] = readConfig(NEEDED, file(text)).problems;
    expect(problem).toContain("node.yml: it is no YAML");
    expect(problem).toContain(place);
    expect(problem).not.toContain("hunter2");
  });
});

describe("the printed configuration", () => {
  it("has every setting with its default, and can be given back", () => {
    const printed = printedConfig(readConfig({}, undefined));
    for (const { key } of SETTINGS) expect(printed).toContain(key);
    const { config, problems } = readConfig(NEEDED, file(printed));
    expect(problems).toEqual([]);
    expect(config).toEqual(readConfig(NEEDED, undefined).config);
    const values = parse(printed) as Record<string, unknown>;
    expect(values["CHATQUAKE_LIMITS_JSON"]).toEqual(DEFAULT_LIMITS);
  });

  it("shows nothing of a URL that is none for the sake of its password", () => {
    const redis = { CHATQUAKE_REDIS_URL: "redis://messenger:hunter/2@127.0.0.1:6379" };
    const read = readConfig({ ...NEEDED, ...redis }, undefined);
    const shown = printedConfig(read) + read.problems.join();
    expect(shown).not.toContain("hunter");
    expect(shown).toContain("# CHATQUAKE_REDIS_URL: (no URL, not shown)");
  });

  it("shows no secret and no password", () => {
    const redis = { CHATQUAKE_REDIS_URL: "redis://:hunter2@127.0.0.1:6379" };
    const printed = printedConfig(readConfig({ ...NEEDED, ...redis }, undefined));
    for (const secret of ["hunter2", "abab", "cdcd", "the-access-key", "the-secret-key"])
      expect(printed).not.toContain(secret);
    expect(printed).toContain("127.0.0.1:6379");
  });
});
