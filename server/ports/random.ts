// Randomness as the core sees it: named streams, so that one consumer cannot disturb another.

export interface RandomStream {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer, both ends included; at most 2^48 - 1 wide. */
  int(low: number, high: number): number;
}

export interface Random {
  /** The same name gives the same stream of this owner; a stream's draws depend on its own past only. */
  stream(name: string): RandomStream;
  /** 48 bits that are unique with high probability: chat ids, incarnations, session ids. */
  id48(): number;
}
