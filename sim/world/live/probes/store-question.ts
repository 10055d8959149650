// One call to a store on its own wire, and how it ended: what a fault on calls is proven with. The calls change
// nothing in the store.
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import type { Speech } from "../proxies/messages.ts";

export interface Ended {
  readonly how: "answered" | "refused" | "damaged" | "broken" | "silent";
  readonly ms: number;
}

const HOST = "127.0.0.1";

export function askStore(speech: Speech, port: number, patienceMs: number): Promise<Ended> {
  switch (speech) {
    case "redis":
      return askRedis(port, patienceMs);
    case "cassandra":
      return askCassandra(port, patienceMs);
    case "http":
      return askS3(port, patienceMs);
    case "plain":
      throw new Error("there is no question without a language");
  }
}

function askRedis(port: number, patienceMs: number): Promise<Ended> {
  return onSocket(port, patienceMs, (socket, begun, end) => {
    begun();
    socket.write("*2\r\n$3\r\nGET\r\n$5\r\nprobe\r\n");
    socket.on("data", (bytes) => {
      end(bytes.toString("latin1").startsWith("-LOADING refused") ? "refused" : "answered");
    });
  });
}

// Native protocol, version 4.
const STARTUP_BODY = Buffer.from("\x00\x01\x00\x0bCQL_VERSION\x00\x053.0.0", "latin1");
const STARTUP = Buffer.concat([header(0x01, STARTUP_BODY.length), STARTUP_BODY]);
/** EXECUTE of a statement that was never prepared: an id of 16 bytes, consistency ONE, no flags. */
const EXECUTE_BODY = Buffer.concat([
  Buffer.from([0, 16]),
  Buffer.alloc(16, 7),
  Buffer.from([0, 1, 0]),
]);
const EXECUTE = Buffer.concat([header(0x0a, EXECUTE_BODY.length), EXECUTE_BODY]);
const ERROR = 0x00;
const OVERLOADED = 0x1001;

function header(opcode: number, bodyBytes: number): Buffer {
  return Buffer.from([4, 0, 0, 1, opcode, 0, 0, 0, bodyBytes]);
}

function askCassandra(port: number, patienceMs: number): Promise<Ended> {
  return onSocket(port, patienceMs, (socket, begun, end) => {
    let started = false;
    socket.write(STARTUP);
    socket.on("data", (bytes) => {
      if (!started) {
        started = true;
        begun();
        socket.write(EXECUTE);
      } else
        end(bytes[4] === ERROR && bytes.readInt32BE(9) === OVERLOADED ? "refused" : "answered");
    });
  });
}

function askS3(port: number, patienceMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const end = (how: Ended["how"]): void => {
      asked.destroy();
      resolve({ how, ms: performance.now() - startedMs });
    };
    const asked = request({ host: HOST, port, path: "/", agent: false }, (answer) => {
      let body = "";
      answer.on("data", (text: Buffer) => (body += text.toString("latin1")));
      answer.on("error", () => end("broken"));
      answer.on("end", () => {
        if (answer.statusCode === 503 && body.includes("refused by the scenario")) end("refused");
        else end(body.startsWith("<") ? "answered" : "damaged");
      });
    });
    asked.setTimeout(patienceMs, () => end("silent"));
    asked.on("error", () => end("broken"));
    asked.end();
  });
}

function onSocket(
  port: number,
  patienceMs: number,
  ask: (socket: Socket, begun: () => void, end: (how: Ended["how"]) => void) => void,
): Promise<Ended> {
  return new Promise((resolve) => {
    let startedMs = performance.now();
    const socket = connect({ host: HOST, port, noDelay: true });
    const end = (how: Ended["how"]): void => {
      clearTimeout(late);
      socket.destroy();
      resolve({ how, ms: performance.now() - startedMs });
    };
    const late = setTimeout(() => end("silent"), patienceMs);
    socket.on("error", () => end("broken"));
    socket.on("close", () => end("broken"));
    socket.on("connect", () => ask(socket, () => (startedMs = performance.now()), end));
  });
}
