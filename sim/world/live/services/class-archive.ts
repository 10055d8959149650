// The archive of the classes that Cassandra loads: one boot, once a machine, writes it, and every later boot costs
// a quarter less CPU. It is a help, never a need: without it Cassandra starts all the same.
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cassandraAnswers, untilAnswers } from "./answers.ts";
import { cassandraHost, cassandraLaunch } from "./cassandra-launch.ts";
import { FreePorts } from "./free-ports.ts";
import { withLock } from "./lock.ts";
import type { Programs } from "./programs.ts";
import { ServiceProcess } from "./service-process.ts";

const READY_MS = 120_000;
const END_MS = 60_000;
const POLL_MS = 50;

export async function recordClasses(
  programs: Programs,
  say: (line: string) => void,
): Promise<void> {
  if (existsSync(programs.classArchive)) return;
  await withLock(join(dirname(programs.classArchive), "..", "classes.lock"), async () => {
    if (existsSync(programs.classArchive)) return; // another program has just done it
    say("recording Cassandra's classes, so that it starts faster from now on");
    const folder = mkdtempSync(join(tmpdir(), "chatquake-classes-"));
    const training = new ServiceProcess("cassandra", folder);
    const partial = `${programs.classArchive}.partial`;
    try {
      await bootAndEnd(training, { ...programs, classArchive: partial });
      if (existsSync(partial)) renameSync(partial, programs.classArchive);
      else say("Cassandra wrote no archive of its classes: it will start more slowly");
    } finally {
      await training.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function bootAndEnd(training: ServiceProcess, programs: Programs): Promise<void> {
  const free = new FreePorts(process.pid * 89);
  const host = cassandraHost(1);
  const port = await free.take([host]);
  const launch = cassandraLaunch(
    programs,
    {
      number: 1,
      total: 1,
      cqlPort: port,
      storagePort: await free.take([host]),
      commitlogSync: "periodic",
      tuning: "boot",
      folder: training.folder,
    },
    true,
  );
  await training.start(launch);
  await untilAnswers({
    name: "cassandra",
    answers: () => cassandraAnswers({ host, port }),
    isAlive: () => training.pid() !== undefined,
    log: training.log,
    limitMs: READY_MS,
  });
  training.signal("SIGTERM"); // the archive is written as it ends
  const giveUpAt = performance.now() + END_MS;
  while (training.pid() !== undefined && performance.now() < giveUpAt) await sleep(POLL_MS);
}
