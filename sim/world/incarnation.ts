// One life of a node, from start to kill. From the kill on everything that belongs to it is inert: its
// promises never settle, its timers never fire, what its code still sends goes nowhere.

export interface Incarnation {
  alive: boolean;
  /** Random, compared for equality only. */
  readonly id: number;
  /** 0, 1, 2, ... lives of this node. */
  readonly life: number;
}
