// Two nodes prove to each other that they hold the link key, without showing it: each answers the other's
// random challenge, so neither an eavesdropper nor a replay gets in.
//   acceptor: {challenge}    dialler: {from, to, challenge, proof}    acceptor: {proof}
import { createHmac, randomBytes } from "node:crypto";
import { isSameSecret } from "./same-secret.ts";

const CHALLENGE_BYTES = 32;
/** An honest opening is far shorter. */
const OPENING_CHARS_MAX = 1_024;

export function newChallenge(): string {
  return randomBytes(CHALLENGE_BYTES).toString("hex");
}

interface Pair {
  readonly dialler: string;
  readonly acceptor: string;
  readonly acceptorChallenge: string;
  readonly diallerChallenge: string;
}

export class LinkKey {
  readonly #key: Buffer;

  constructor(keyHex: string) {
    this.#key = Buffer.from(keyHex, "hex");
  }

  /** The dialler's answer to the acceptor's first text; undefined where that is none. */
  answer(
    text: string,
    self: string,
    peer: string,
  ): { readonly text: string; readonly expected: string } | undefined {
    const acceptorChallenge = fields(text)?.["challenge"];
    if (!isChallenge(acceptorChallenge)) return undefined;
    const pair = {
      dialler: self,
      acceptor: peer,
      acceptorChallenge,
      diallerChallenge: newChallenge(),
    };
    const proof = this.#proof("dialler", pair);
    return {
      text: JSON.stringify({ from: self, to: peer, challenge: pair.diallerChallenge, proof }),
      expected: this.#proof("acceptor", pair),
    };
  }

  /** The acceptor's check of the dialler's answer; undefined where it holds no key or means another node. */
  accept(
    text: string,
    self: string,
    acceptorChallenge: string,
  ): { readonly peer: string; readonly text: string } | undefined {
    const opening = fields(text);
    const { from, to, challenge, proof } = opening ?? {};
    if (typeof from !== "string" || to !== self || !isChallenge(challenge)) return undefined;
    const pair = {
      dialler: from,
      acceptor: self,
      acceptorChallenge,
      diallerChallenge: challenge,
    };
    if (!isSame(proof, this.#proof("dialler", pair))) return undefined;
    return { peer: from, text: JSON.stringify({ proof: this.#proof("acceptor", pair) }) };
  }

  /** The dialler's check of the acceptor's last text. */
  confirm(text: string, expected: string): boolean {
    return isSame(fields(text)?.["proof"], expected);
  }

  #proof(role: "dialler" | "acceptor", pair: Pair): string {
    const { dialler, acceptor, acceptorChallenge, diallerChallenge } = pair;
    const said = [role, dialler, acceptor, acceptorChallenge, diallerChallenge].join("|");
    return createHmac("sha256", this.#key).update(said).digest("hex");
  }
}

function fields(text: string): Readonly<Record<string, unknown>> | undefined {
  if (text.length > OPENING_CHARS_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function isChallenge(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isSame(given: unknown, expected: string): boolean {
  return typeof given === "string" && isSameSecret(given, expected);
}
