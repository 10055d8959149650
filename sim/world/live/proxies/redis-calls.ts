// A proxy that reads Redis' protocol call by call. Replies come in the order of the calls and carry no number, so
// a reply cannot be left out: a call whose outcome must not be known ends its connection, as a broken network
// would, and takes along whatever else waits on it.
import { createServer, connect, type Server } from "node:net";
import type { CallRules } from "./call-rules.ts";
import { join } from "./cassandra-calls.ts";
import { PUSH, values, verbOf } from "./redis-values.ts";

/** What a client says about its connection; these pass. */
const OF_THE_CONNECTION = ["HELLO", "AUTH", "CLIENT", "SELECT", "INFO", "PING", "QUIT", "COMMAND"];
const REFUSED = Buffer.from("-LOADING refused by the scenario\r\n");

/** What the next reply is for. */
type Awaited = "reply" | "refused" | "break";

export function redisCalls(
  target: { readonly host: string; readonly port: number },
  rules: CallRules,
): Server {
  return createServer({ noDelay: true }, (near) => {
    const far = connect({ ...target, noDelay: true });
    join(near, far);
    const awaited: Awaited[] = [];
    /** Calls that wait for one that is passed on late. */
    const held: Buffer[] = [];
    let late = false;

    const sayRefusals = (): void => {
      while (awaited[0] === "refused") {
        awaited.shift();
        near.write(REFUSED);
      }
    };
    const pass = (call: Buffer, as: Awaited): void => {
      awaited.push(as);
      far.write(call);
    };
    const holdFor = (call: Buffer, ms: number): void => {
      late = true;
      setTimeout(() => {
        late = false;
        if (near.destroyed || far.destroyed) return;
        pass(call, "reply");
        for (const next of held.splice(0)) take(next);
      }, ms);
    };
    const take = (call: Buffer): void => {
      if (late) {
        held.push(call);
        return;
      }
      if (OF_THE_CONNECTION.includes(verbOf(call))) return pass(call, "reply");
      const verdict = rules.judge();
      switch (verdict.kind) {
        case "refuse":
          awaited.push("refused");
          sayRefusals();
          return;
        case "timeout_before":
          near.resetAndDestroy();
          return;
        case "lose_reply":
          return pass(call, "break");
        case "apply_late":
        case "slow":
          return holdFor(call, verdict.delayMs);
        case "corrupt":
        case "pass":
          return pass(call, "reply");
      }
    };
    near.on("data", values(take));
    far.on(
      "data",
      values((reply) => {
        if (reply[0] === PUSH) return void near.write(reply);
        if (awaited.shift() === "break") return void near.resetAndDestroy();
        near.write(reply);
        sayRefusals();
      }),
    );
  });
}
