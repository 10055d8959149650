// A proxy that reads Cassandra's native protocol (version 4: a header of 9 bytes, then the body) frame by frame.
// EXECUTE and BATCH are calls; what the driver asks for itself passes. A call is known by its stream number.
import { createServer, connect, type Server, type Socket } from "node:net";
import type { CallRules } from "./call-rules.ts";

const HEADER_BYTES = 9;
const EXECUTE = 0x0a;
const BATCH = 0x0d;
const ERROR = 0x00;
const RESPONSE_OF_VERSION_4 = 0x84;
/** "Overloaded": the coordinator has not tried. */
const OVERLOADED = 0x1001;

export function cassandraCalls(
  target: { readonly host: string; readonly port: number },
  rules: CallRules,
): Server {
  return createServer({ noDelay: true }, (near) => {
    const far = connect({ ...target, noDelay: true });
    const swallowed = new Set<number>();
    join(near, far);
    near.on(
      "data",
      frames((frame) => call(frame, near, far, rules, swallowed)),
    );
    far.on(
      "data",
      frames((frame) => {
        if (!swallowed.delete(streamOf(frame))) near.write(frame);
      }),
    );
  });
}

function call(
  frame: Buffer,
  near: Socket,
  far: Socket,
  rules: CallRules,
  swallowed: Set<number>,
): void {
  const opcode = frame[4];
  if (opcode !== EXECUTE && opcode !== BATCH) {
    far.write(frame);
    return;
  }
  const verdict = rules.judge();
  switch (verdict.kind) {
    case "refuse":
      near.write(overloaded(streamOf(frame)));
      return;
    case "timeout_before":
      return;
    case "lose_reply":
      swallowed.add(streamOf(frame));
      far.write(frame);
      return;
    case "apply_late":
    case "slow":
      setTimeout(() => far.writable && far.write(frame), verdict.delayMs);
      return;
    case "corrupt":
    case "pass":
      far.write(frame);
  }
}

function streamOf(frame: Buffer): number {
  return frame.readInt16BE(2);
}

function overloaded(stream: number): Buffer {
  const text = Buffer.from("refused by the scenario");
  const frame = Buffer.alloc(HEADER_BYTES + 4 + 2 + text.length);
  frame[0] = RESPONSE_OF_VERSION_4;
  frame.writeInt16BE(stream, 2);
  frame[4] = ERROR;
  frame.writeInt32BE(4 + 2 + text.length, 5);
  frame.writeInt32BE(OVERLOADED, HEADER_BYTES);
  frame.writeUInt16BE(text.length, HEADER_BYTES + 4);
  text.copy(frame, HEADER_BYTES + 6);
  return frame;
}

/** Cuts a stream into frames; whole ones only are told. */
function frames(tell: (frame: Buffer) => void): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    while (rest.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + rest.readInt32BE(5);
      if (rest.length < end) return;
      tell(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}

/** Either end's going ends both. */
export function join(near: Socket, far: Socket): void {
  for (const [socket, other] of [
    [near, far],
    [far, near],
  ] as const) {
    socket.on("error", () => undefined);
    socket.on("close", () => other.destroy());
    socket.on("end", () => other.end());
  }
}
