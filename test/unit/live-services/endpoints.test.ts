// Where services are, from variables and back to variables; what was given is never touched.
import { expect, it } from "vitest";
import {
  endpointsFromEnvironment,
  environmentOf,
} from "../../../sim/world/live/services/endpoints.ts";
import { findServices, servicesReset } from "../../../sim/world/live/services/services.ts";

const GIVEN = {
  CHATQUAKE_REDIS_URL: "redis://:secret@127.0.0.1:1",
  CHATQUAKE_CASSANDRA: "127.0.0.1:2,127.0.0.2:2/dc7",
  CHATQUAKE_S3_URL: "http://127.0.0.1:3",
  CHATQUAKE_S3_BUCKET: "pictures",
  CHATQUAKE_S3_ACCESS_KEY: "key",
  CHATQUAKE_S3_SECRET_KEY: "secret",
};

it("reads what the environment gives, and writes the same", () => {
  const endpoints = endpointsFromEnvironment(GIVEN);
  expect(endpoints?.cassandra).toEqual({
    contactPoints: ["127.0.0.1:2", "127.0.0.2:2"],
    dataCenter: "dc7",
  });
  expect(endpoints && environmentOf(endpoints)).toEqual(GIVEN);
});

it("gives nothing where nothing is given, and refuses the half", () => {
  expect(endpointsFromEnvironment({ CHATQUAKE_REDIS_URL: "" })).toBeUndefined();
  expect(() => endpointsFromEnvironment({ CHATQUAKE_S3_URL: "http://127.0.0.1:3" })).toThrow(
    "CHATQUAKE_S3_URL given without CHATQUAKE_REDIS_URL and CHATQUAKE_CASSANDRA",
  );
});

it("neither kills nor empties what was given", async () => {
  const services = findServices({ env: GIVEN });
  expect(services?.mode).toBe("given");
  expect(services?.pid("redis")).toBeUndefined();
  await expect(services?.kill("redis")).rejects.toThrow("cannot be killed");
  await expect(servicesReset({ env: GIVEN })).rejects.toThrow("not what is given");
});
