// Sockets that have not proved yet who they are. They are held by address: where one too many comes, the oldest of
// whichever address holds the most makes room, so a flood displaces itself, and whoever proves itself within a
// moment gets in.
import type { Duplex } from "node:stream";

export interface Stranger {
  readonly address: string;
  /** There is no room for it any more. */
  displaced(): void;
}

export class Strangers {
  /** By address; oldest first. */
  readonly #held = new Map<string, Set<Stranger>>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(stranger: Stranger): void {
    const { address } = stranger;
    const held = this.#held.get(address);
    if (held === undefined) this.#held.set(address, new Set([stranger]));
    else held.add(stranger);
    this.#count += 1;
  }

  /** It has proved itself, or is gone. */
  remove(stranger: Stranger): void {
    const held = this.#held.get(stranger.address);
    if (held?.delete(stranger) !== true) return;
    this.#count -= 1;
    if (held.size === 0) this.#held.delete(stranger.address);
  }

  /** False where nobody is left to be displaced. */
  displaceOne(): boolean {
    let most: Set<Stranger> | undefined;
    for (const held of this.#held.values())
      if (most === undefined || held.size > most.size) most = held;
    const [oldest] = most ?? [];
    if (oldest === undefined) return false;
    this.remove(oldest);
    oldest.displaced();
    return true;
  }
}

/**
 * Tells once where more bytes come than an opening has; what is returned ends the watch. Only for a socket that is
 * read already: whoever listens first sets it flowing, and would have its first bytes alone.
 */
export function watchOpening(wire: Duplex, bytesMax: number, tooMuch: () => void): () => void {
  let bytes = 0;
  let watching = true;
  const end = (): void => {
    // What is being told of right now still reaches every listener.
    watching = false;
    wire.off("data", count);
  };
  const count = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (!watching || bytes <= bytesMax) return;
    end();
    tooMuch();
  };
  wire.on("data", count);
  return end;
}
