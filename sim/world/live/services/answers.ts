// Does a service answer? One cheap question a kind, on the wire that its clients use. Waiting is here too: it
// ends early if the process has died, and says where its output is.
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ServicesNotReady } from "./not-ready.ts";

const ASK_MS = 2_000;
const POLL_MS = 50;
/** A CQL OPTIONS frame; its answer is SUPPORTED, opcode 6, of a node that takes clients. */
const CQL_OPTIONS = Buffer.from([4, 0, 0, 0, 5, 0, 0, 0, 0]);
const CQL_SUPPORTED = 6;

function ask(
  { host, port }: Address,
  question: string | Buffer,
  answered: (bytes: Buffer) => boolean,
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => socket.write(question));
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ASK_MS, () => end(false));
    socket.on("error", () => end(false));
    socket.on("end", () => end(false));
    socket.on("data", (bytes) => end(answered(bytes)));
  });
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export function redisAnswers(address: Address): Promise<boolean> {
  // One that wants a password says so, and that is an answer.
  return ask(address, "PING\r\n", (bytes) => /^(\+PONG|-NOAUTH)/.test(bytes.toString()));
}

export function cassandraAnswers(address: Address): Promise<boolean> {
  return ask(address, CQL_OPTIONS, (bytes) => bytes[4] === CQL_SUPPORTED);
}

/** Any answer of an S3 server counts: without keys it says 403, and that is one. */
export async function s3Answers(url: string, path = "/"): Promise<boolean> {
  try {
    const response = await fetch(new URL(path, url), { signal: AbortSignal.timeout(ASK_MS) });
    await response.arrayBuffer();
    return response.status < 500;
  } catch {
    return false; // refused, reset, or too late: it does not answer
  }
}

export async function untilAnswers(what: {
  readonly name: string;
  readonly answers: () => Promise<boolean>;
  readonly isAlive: () => boolean;
  readonly log: string;
  readonly limitMs: number;
}): Promise<void> {
  const giveUpAt = performance.now() + what.limitMs;
  while (!(await what.answers())) {
    if (!what.isAlive())
      throw new ServicesNotReady(`${what.name} ended while starting; see ${what.log}`);
    if (performance.now() > giveUpAt)
      throw new ServicesNotReady(
        `${what.name} does not answer after ${what.limitMs / 1000} s; see ${what.log}`,
      );
    await sleep(POLL_MS);
  }
}
