// npm run dev: the whole messenger in one process, for whoever writes a client. Ends with Ctrl-C, and keeps nothing.
import { parseArgs } from "node:util";
import { openLog } from "../live/logging.ts";
import { startMemoryCluster } from "./memory-cluster.ts";
import { openTicketDoor } from "./ticket-door.ts";

const PEOPLE = 10;
const PORT = 7420;
const PORT_MAX = 65_532;
const BAD_ARGUMENT = 104;
const NOT_READY = 115;

function portOf(argv: readonly string[]): number {
  const { values } = parseArgs({ args: [...argv], options: { port: { type: "string" } } });
  const text = values.port ?? String(PORT);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > PORT_MAX)
    throw new Error(`--port must be a whole number from 1 to ${PORT_MAX}`);
  return port;
}

async function serve(port: number): Promise<void> {
  const started = { ports: [port, port + 1, port + 2], people: PEOPLE };
  const cluster = await startMemoryCluster(started, (nodeId) => openLog("warn", nodeId));
  const ticketPort = port + started.ports.length;
  const tickets = await openTicketDoor(ticketPort, PEOPLE, (user) => cluster.ticket(user));
  const url = `http://127.0.0.1:${ticketPort}/ticket/1`;
  process.stdout.write(
    [
      "three nodes on stores in memory; what they hold is gone with them",
      ...Array.from(cluster.addresses, ([id, address]) => `  ${id}  ws://${address}/v1/ws`),
      `users 1 to ${PEOPLE} are friends of each other; a token for one of them, and a device of its own:`,
      `  curl ${url}`,
      "how to speak with them: server/CLIENTS.md",
      "",
    ].join("\n"),
  );
  const stop = (): void => {
    tickets.close();
    void cluster.stop().then(() => process.exit(0));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function fail(error: unknown, code: number): never {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(code);
}

function portOrEnd(): number {
  try {
    return portOf(process.argv.slice(2));
  } catch (error) {
    return fail(error, BAD_ARGUMENT);
  }
}

await serve(portOrEnd()).catch((error: unknown) => fail(error, NOT_READY));
