// What a contract suite is given: a port in some implementation, and the few things beside it that differ
// between memory, simulation and a real store.

export interface Arm<P> {
  readonly port: P;
  /** An id that no earlier test of this arm used: real stores keep what tests wrote. */
  fresh(): number;
  /** Lets so much of the store's time pass; absent where that would take as long. */
  readonly advance?: (ms: number) => Promise<void>;
  /** Everything is forgotten; absent where the store does not forget, or others use it. */
  readonly wipe?: () => Promise<void>;
}

/** Builds the arm; called once a test. */
export type MakeArm<P> = () => Arm<P>;

export function counting(): () => number {
  let last = 0;
  return () => ++last;
}
