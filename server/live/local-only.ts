// What only this machine may ask of a node: its figures where they have no port of their own, and faults.
import type { IncomingMessage } from "node:http";

const LOOPBACK = /^(::ffff:)?127\.|^::1$/;

/** Asked from this machine, and not by a proxy on it for somebody else. */
export function isLocal({ socket, headers }: IncomingMessage): boolean {
  if (headers["x-forwarded-for"] !== undefined || headers.forwarded !== undefined) return false;
  return LOOPBACK.test(socket.remoteAddress ?? "");
}
