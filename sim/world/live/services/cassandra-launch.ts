// How a Cassandra node is started from its jars: settings that boot in seconds and take little memory. What it
// promises is not weakened: replication, quorum and commit log are the public ones.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CassandraCount, CommitlogSync } from "./endpoints.ts";
import type { Programs } from "./programs.ts";
import type { Launch } from "./service-process.ts";

export interface CassandraNode {
  /** From 1. */
  readonly number: number;
  readonly total: CassandraCount;
  readonly cqlPort: number;
  readonly storagePort: number;
  readonly commitlogSync: CommitlogSync;
  /** "boot": first compiler only and a small heap; "throughput": both compilers, twice the heap. */
  readonly tuning: CassandraTuning;
  readonly folder: string;
}

export type CassandraTuning = "boot" | "throughput";

/** One port for all, so an address a node: the driver of Node.js knows no port of a peer but its own. */
export function cassandraHost(number: number): string {
  return `127.0.0.${number}`;
}

export function cassandraLaunch(
  programs: Programs,
  node: CassandraNode,
  recordClasses = false,
): Launch {
  writeSettings(node);
  const { folder, total, tuning } = node;
  const throughput = tuning === "throughput";
  const archive = recordClasses
    ? [`-XX:ArchiveClassesAtExit=${programs.classArchive}`]
    : // The JVM ignores an archive that does not fit.
      existsSync(programs.classArchive)
      ? [`-XX:SharedArchiveFile=${programs.classArchive}`]
      : [];
  return {
    command: programs.java,
    args: [
      ...JAVA_17,
      "-Xms64M",
      `-Xmx${throughput ? 768 : 256}M`,
      "-Xss256k",
      "-XX:+UseSerialGC",
      "-XX:+ExitOnOutOfMemoryError",
      ...(throughput ? [] : ["-XX:TieredStopAtLevel=1"]),
      ...archive,
      `-Dcassandra.config=file://${folder}/cassandra.yaml`,
      `-Dlogback.configurationFile=file://${folder}/logback.xml`,
      `-Dcassandra.storagedir=${folder}`,
      "-Dcassandra-foreground=yes",
      `-Dcassandra.ring_delay_ms=${total > 1 ? 3_000 : 0}`,
      "-Dcassandra.skip_wait_for_gossip_to_settle=0",
      "-Dcassandra.superuser_setup_delay_ms=0",
      "-cp",
      programs.cassandraJars.join(":"),
      "org.apache.cassandra.service.CassandraDaemon",
    ],
  };
}

function writeSettings(node: CassandraNode): void {
  mkdirSync(node.folder, { recursive: true });
  writeFileSync(join(node.folder, "cassandra.yaml"), settings(node));
  writeFileSync(
    join(node.folder, "logback.xml"),
    `<configuration><appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
<encoder><pattern>%d %-5level %logger{20} %msg%n</pattern></encoder></appender>
<root level="INFO"><appender-ref ref="OUT"/></root></configuration>
`,
  );
}

function settings(node: CassandraNode): string {
  const { number, total, folder, cqlPort, storagePort, commitlogSync } = node;
  // Even tokens by hand: no bootstrap, so all nodes may start at once; every node is a seed, so none waits.
  const token = -(2n ** 63n) + (BigInt(number - 1) * 2n ** 64n) / BigInt(total);
  const seeds = Array.from(
    { length: total },
    (_, index) => `${cassandraHost(index + 1)}:${storagePort}`,
  );
  const sync =
    commitlogSync === "batch"
      ? "commitlog_sync: batch"
      : "commitlog_sync: periodic\ncommitlog_sync_period: 10000ms";
  return `cluster_name: chatquake
num_tokens: 1
initial_token: ${token}
auto_bootstrap: false
partitioner: org.apache.cassandra.dht.Murmur3Partitioner
endpoint_snitch: SimpleSnitch
listen_address: ${cassandraHost(number)}
rpc_address: ${cassandraHost(number)}
native_transport_port: ${cqlPort}
storage_port: ${storagePort}
seed_provider:
  - class_name: org.apache.cassandra.locator.SimpleSeedProvider
    parameters:
      - seeds: "${seeds.join(",")}"
data_file_directories: [${folder}/data]
commitlog_directory: ${folder}/commitlog
saved_caches_directory: ${folder}/saved
hints_directory: ${folder}/hints
cdc_raw_directory: ${folder}/cdc
${sync}
# small, so there is less to allocate ahead
commitlog_segment_size: 8MiB
commitlog_total_space: 256MiB
# else TRUNCATE and DROP write a snapshot each
auto_snapshot: false
memtable_heap_space: 64MiB
memtable_offheap_space: 64MiB
file_cache_size: 32MiB
networking_cache_size: 32MiB
key_cache_size: 4MiB
counter_cache_size: 0MiB
concurrent_compactors: 1
concurrent_reads: 16
concurrent_writes: 16
`;
}

// What Cassandra 5.0 needs of Java 17: the same set as its own jvm17-server.options.
const EXPORTS = [
  "java.base/jdk.internal.misc",
  "java.base/jdk.internal.ref",
  "java.base/sun.nio.ch",
  "java.management.rmi/com.sun.jmx.remote.internal.rmi",
  "java.rmi/sun.rmi.registry",
  "java.rmi/sun.rmi.server",
  "java.sql/java.sql",
  "jdk.unsupported/sun.misc",
];
const OPENS = [
  "java.base/java.io",
  "java.base/java.lang",
  "java.base/java.lang.module",
  "java.base/java.lang.reflect",
  "java.base/java.nio",
  "java.base/java.util",
  "java.base/java.util.concurrent",
  "java.base/java.util.concurrent.atomic",
  "java.base/jdk.internal.loader",
  "java.base/jdk.internal.math",
  "java.base/jdk.internal.module",
  "java.base/jdk.internal.ref",
  "java.base/jdk.internal.reflect",
  "java.base/jdk.internal.util.jar",
  "java.base/sun.nio.ch",
  "jdk.management/com.sun.management.internal",
];
const JAVA_17 = [
  ...EXPORTS.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...OPENS.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
  "-Djdk.attach.allowAttachSelf=true",
  "-Djava.net.preferIPv4Stack=true",
];
