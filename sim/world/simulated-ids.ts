// Ids of devices and chats that come up during a run. The wire allows 48 bits; a simulation uses 31 of them,
// because the engine keeps such numbers in place and everything above in an object of its own, and nothing in
// the messenger depends on their width. Half as wide a range holds the friend graph's chats (friend-graph.ts).

/** Ids below are the friend graph's. */
export const IDS_FROM = 1_073_741_824;
const IDS_TO = 2_147_483_647;

export class SimulatedIds {
  readonly #taken = new Set<number>();

  /** One that was not given before in this run. */
  draw(stream: { int(low: number, high: number): number }): number {
    for (;;) {
      const id = stream.int(IDS_FROM, IDS_TO);
      if (this.#taken.has(id)) continue;
      this.#taken.add(id);
      return id;
    }
  }
}
