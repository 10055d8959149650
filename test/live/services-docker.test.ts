// Services in containers: three nodes of Cassandra on ports of their own, reached from outside; killed, restarted,
// paused, emptied, ended. Where no engine is, that is said aloud.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "cassandra-driver";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ServiceControl } from "../../sim/world/live/services/endpoints.ts";
import {
  servicesDown,
  servicesReset,
  servicesStatus,
  servicesUp,
} from "../../sim/world/live/services/services.ts";
import { whyNoContainers } from "../support/containers.ts";

const reason = whyNoContainers(["redis:7", "cassandra:5.0", "chrislusf/seaweedfs:4.48"], {
  compose: true,
});

/** What docker needs of this environment; the stores are not given. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("CHATQUAKE_")),
);

describe.skipIf(reason !== undefined)("services in containers", () => {
  const runDir = mkdtempSync(join(tmpdir(), "chatquake-docker-"));
  let services: ServiceControl;

  beforeAll(async () => {
    services = await servicesUp({ mode: "docker", cassandra: 3, runDir, env });
  });
  afterAll(async () => {
    await servicesDown({ runDir, env });
    expect(await servicesStatus({ runDir, env })).toBeUndefined();
    rmSync(runDir, { recursive: true });
  });

  async function silent(): Promise<readonly string[]> {
    const status = await servicesStatus({ runDir, env });
    return status!.services.filter(({ answers }) => !answers).map(({ name }) => name);
  }

  it("are three nodes that a driver outside finds, each at its own address", async () => {
    const { contactPoints, dataCenter } = services.endpoints.cassandra;
    const client = new Client({
      contactPoints: contactPoints.slice(0, 1),
      localDataCenter: dataCenter,
      protocolOptions: { port: Number(contactPoints[0]!.split(":")[1]) },
    });
    await client.connect();
    const found = client.hosts.values().map(({ address }) => address);
    expect(found.sort()).toEqual([...contactPoints].sort());
    await client.execute(
      "CREATE KEYSPACE three WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 3}",
    );
    await client.execute("CREATE TABLE three.row (id int PRIMARY KEY)");
    await client.execute("INSERT INTO three.row (id) VALUES (1)");
    await servicesReset({ runDir, env });
    const { rows } = await client.execute("SELECT COUNT(*) FROM three.row");
    expect(Number(rows[0]?.get(0))).toBe(0);
    await client.shutdown();
  });

  it("can be killed, restarted and paused", async () => {
    await services.kill("cassandra-2");
    expect(services.pid("cassandra-2")).toBeUndefined();
    expect(await silent()).toEqual(["cassandra-2"]);
    await services.restart("cassandra-2");
    await services.pause("redis");
    expect(await silent()).toEqual(["redis"]);
    await services.resume("redis");
    expect(await silent()).toEqual([]);
  });
});

it.skipIf(reason === undefined)("says aloud why services in containers were not run", () => {
  console.warn(`services up --docker: ${reason}`);
  expect(reason).toMatch(/^not run: /);
});
