// chatquake services: real Redis, Cassandra and S3 for live runs: started, looked at, emptied, ended.
import { EXIT } from "../../run/exit-codes.ts";
import type { Environment } from "../../world/live/services/endpoints.ts";
import { environmentOf } from "../../world/live/services/endpoints.ts";
import { ServiceCannot, ServicesNotReady } from "../../world/live/services/not-ready.ts";
import {
  NOT_UP,
  servicesDown,
  servicesReset,
  servicesStatus,
  servicesUp,
  type ServicesStatus,
} from "../../world/live/services/services.ts";
import { nearest } from "../../scenario/suggest.ts";
import { required, text, UsageError, yes, type Command, type Flags } from "../command.ts";
import { err, out, paint } from "../console.ts";

const ACTIONS = ["up", "down", "status", "reset"] as const;
type Action = (typeof ACTIONS)[number];

export const servicesCommand: Command = {
  name: "services",
  positional: "<action>",
  describe: `real Redis, Cassandra and S3 for live runs: ${ACTIONS.join(", ")}`,
  options: {
    docker: { type: "boolean", describe: "up: in containers, through docker compose" },
    native: { type: "boolean", describe: "up: as programs of this machine" },
    cassandra: { type: "string", describe: "up: Cassandra nodes, 1 or 3 (default 1)" },
    "commitlog-sync": {
      type: "string",
      describe: "up, native: periodic, as Cassandra's own, or batch (default periodic)",
    },
    tuning: {
      type: "string",
      describe: "up, native: boot starts Cassandra fast, throughput runs it fast (default boot)",
    },
    json: { type: "boolean", describe: "print endpoints and states as JSON on stdout" },
  },
  example: [
    "chatquake services up --native --cassandra 3",
    "three Cassandra nodes, Redis and S3 without containers; `down` ends them",
  ],
  run: async (flags) => {
    const action = required(flags, "action");
    const known = ACTIONS.find((name) => name === action);
    if (known === undefined)
      throw new UsageError(
        `unknown action "${action}"; the nearest valid name is "${nearest(action, ACTIONS)}"`,
      );
    try {
      return await act(known, flags, process.env);
    } catch (error) {
      if (error instanceof ServiceCannot) throw new UsageError(error.message);
      if (!(error instanceof ServicesNotReady)) throw error;
      err(`${paint("red", "error:")} ${error.message}`);
      return EXIT.environment;
    }
  },
};

async function act(action: Action, flags: Flags, env: Environment): Promise<number> {
  refuseForeignFlags(action, flags, env);
  const json = yes(flags, "json");
  switch (action) {
    case "up":
      await up(flags, env);
      return print(await servicesStatus({ env }), json);
    case "status":
      return print(await servicesStatus({ env }), json);
    case "reset":
      await servicesReset({ env });
      return print(await servicesStatus({ env }), json);
    case "down":
      await servicesDown({ env });
      if (json) out(JSON.stringify({ services: [] }));
      return EXIT.ok;
  }
}

/** What is typed is never ignored; what the environment holds may be meant for another action. */
function refuseForeignFlags(action: Action, flags: Flags, env: Environment): void {
  if (action === "up") return;
  for (const name of ["docker", "native", "cassandra", "commitlog-sync", "tuning"]) {
    const twin = `CHATQUAKE_${name.toUpperCase().replaceAll("-", "_")}`;
    if (flags[name] !== undefined && (name === "cassandra" || (env[twin] ?? "") === ""))
      throw new UsageError(`--${name} is for: chatquake services up`);
  }
}

async function up(flags: Flags, env: Environment): Promise<void> {
  const [docker, native] = [yes(flags, "docker"), yes(flags, "native")];
  if (docker && native) throw new UsageError("--docker and --native exclude each other");
  const nodes = oneOf(flags, "cassandra", ["1", "3"]);
  const commitlogSync = oneOf(flags, "commitlog-sync", ["periodic", "batch"]);
  const tuning = oneOf(flags, "tuning", ["boot", "throughput"]);
  await servicesUp({
    ...(docker ? { mode: "docker" } : native ? { mode: "native" } : {}),
    ...(nodes === undefined ? {} : { cassandra: nodes === "3" ? 3 : 1 }),
    ...(commitlogSync === undefined ? {} : { commitlogSync }),
    ...(tuning === undefined ? {} : { tuning }),
    standardPorts: true,
    env,
    say: err,
  });
}

function oneOf<T extends string>(flags: Flags, name: string, values: readonly T[]): T | undefined {
  const written = text(flags, name);
  const value = values.find((each) => each === written);
  if (written !== undefined && value === undefined)
    throw new UsageError(`--${name} must be ${values.join(" or ")}, not "${written}"`);
  return value;
}

/** All well only if everything answers. */
function print(status: ServicesStatus | undefined, json: boolean): number {
  if (status === undefined) throw new ServicesNotReady(NOT_UP);
  const { mode, control, services } = status;
  if (json) out(JSON.stringify({ mode, endpoints: control.endpoints, services }));
  else {
    for (const { name, pid, answers } of services)
      out(
        `${name.padEnd(12)} ${answers ? "answers" : paint("red", "silent", process.stdout)}${pid === undefined ? "" : `  pid ${pid}`}`,
      );
    for (const [name, value] of Object.entries(environmentOf(control.endpoints)))
      out(`${name}=${value}`);
  }
  const silent = services.filter(({ answers }) => !answers).map(({ name }) => name);
  if (silent.length === 0) return EXIT.ok;
  err(`${paint("red", "error:")} no answer from ${silent.join(", ")}; npx chatquake services up`);
  return EXIT.environment;
}
