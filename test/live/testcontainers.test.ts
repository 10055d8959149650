// The presence store's contract on a Redis in a container, where an engine with the image is there; where none is,
// it says so aloud. The other live tests, on native programs, are never skipped.
import { execFileSync } from "node:child_process";
import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { presenceStoreContract } from "../contract/presence-store-contract.ts";
import { PresenceArm } from "../contract-live/presence-arm.ts";

const IMAGE = "redis:7";

function whyNot(): string | undefined {
  try {
    execFileSync("docker", ["image", "inspect", IMAGE], { stdio: "ignore", timeout: 5_000 });
    return undefined;
  } catch {
    return `no container engine with the image ${IMAGE} answers here: not run`;
  }
}

const reason = whyNot();

describe.skipIf(reason !== undefined)("redis in a container", () => {
  let container: StartedTestContainer;
  let arm: PresenceArm;

  beforeAll(async () => {
    process.env["TESTCONTAINERS_RYUK_DISABLED"] = "true"; // its image cannot be had everywhere
    container = await new GenericContainer(IMAGE)
      .withExposedPorts(6379)
      .withWaitStrategy(Wait.forLogMessage("Ready to accept connections"))
      .start();
  });
  beforeEach(async () => {
    arm = await PresenceArm.open(`redis://${container.getHost()}:${container.getMappedPort(6379)}`);
  });
  afterEach(() => arm.close());
  afterAll(async () => {
    await container.stop({ timeout: 0 });
  });

  presenceStoreContract("redis in a container", () => arm.arm);
});

it.skipIf(reason === undefined)("says aloud why the container suite was not run", () => {
  console.warn(reason);
  expect(reason).toContain(IMAGE);
});
