// The one generator that we use of the package, loaded alone: its index also reads the machine's entropy.
declare module "seedrandom/lib/alea.js" {
  /** A function that draws from [0, 1), a multiple of 2^-32. */
  export default function alea(seed: string): () => number;
}
