// A proxy before S3 that reads HTTP request by request. Headers pass unchanged, Host too: they are signed.
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { CallRules } from "./call-rules.ts";

const UNAVAILABLE =
  '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>refused by the scenario</Message></Error>';

export function httpCalls(
  target: { readonly host: string; readonly port: number },
  rules: CallRules,
): Server {
  const agent = new Agent({ keepAlive: true });
  return createServer((asked, answer) => {
    const verdict = rules.judge();
    // A body that nobody takes must not keep its connection open for ever.
    asked.on("error", () => undefined);
    answer.on("error", () => undefined);
    switch (verdict.kind) {
      case "refuse":
        asked.resume();
        answer.writeHead(503, { "content-type": "application/xml", "retry-after": "1" });
        answer.end(UNAVAILABLE);
        return;
      case "timeout_before":
        asked.resume();
        return;
      case "lose_reply":
        forward(target, agent, asked, answer, "lose");
        return;
      case "apply_late":
        // Taken whole first: who asked has given up by then, and must have sent it all to have it applied.
        void buffer(asked).then(
          (body) =>
            setTimeout(() => forward(target, agent, asked, answer, "late", body), verdict.delayMs),
          () => undefined,
        );
        return;
      case "slow":
        setTimeout(() => forward(target, agent, asked, answer, "pass"), verdict.delayMs);
        return;
      case "corrupt":
        forward(target, agent, asked, answer, "damage");
        return;
      case "pass":
        forward(target, agent, asked, answer, "pass");
    }
  });
}

function forward(
  target: { readonly host: string; readonly port: number },
  agent: Agent,
  asked: IncomingMessage,
  answer: ServerResponse,
  how: "pass" | "lose" | "late" | "damage",
  body?: Buffer,
): void {
  const passed = request({
    ...target,
    agent,
    method: asked.method ?? "GET",
    path: asked.url ?? "/",
    headers: asked.rawHeaders,
    setHost: false,
  });
  passed.on("error", () => answer.destroy());
  answer.on("close", () => {
    if (how !== "lose" && how !== "late" && !answer.writableFinished) passed.destroy();
  });
  passed.on("response", (reply) => {
    if (how === "lose") {
      reply.resume();
      reply.on("end", () => answer.destroy());
      return;
    }
    if (answer.destroyed) {
      reply.resume();
      return;
    }
    answer.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
    if (how === "damage" && asked.method === "GET") reply.pipe(damaged()).pipe(answer);
    else reply.pipe(answer);
  });
  if (body === undefined) asked.pipe(passed);
  else passed.end(body);
}

/** The first byte of a body comes changed. */
function damaged(): Transform {
  let first = true;
  return new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      if (first && chunk.length > 0) {
        first = false;
        const copy = Buffer.from(chunk);
        copy[0]! ^= 0x01;
        done(null, copy);
      } else done(null, chunk);
    },
  });
}
