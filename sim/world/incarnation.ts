// One life of a node, from start to kill. From the kill on everything that belongs to it is inert: its
// promises never settle, its timers never fire, what its code still sends goes nowhere.

export interface Incarnation {
  alive: boolean;
  /** Set at its death: what its CPU had not paid for by then never leaves. */
  diedAtUs?: number;
  /** Random, compared for equality only. */
  readonly id: number;
  /** 0, 1, 2, ... lives of this node. */
  readonly life: number;
}
