// What an event is, as a small integer: part of the trace hash, so a number once given keeps its meaning.
// Extend at the end; whoever schedules an event picks the label that a reader of a trace would expect.

export const LABELS = Object.freeze({
  timer: 1,
  netArrive: 2,
  cpuDone: 3,
  storeArrive: 4,
  storeDone: 5,
  storeReply: 6,
  deviceTimer: 7,
  userAction: 8,
  fault: 9,
  phase: 10,
  sample: 11,
  connect: 12,
  close: 13,
  retransmit: 14,
  read: 15,
  serviceDone: 16,
  cpuTurn: 17,
});

/** The name behind a number, for traces; a number that nobody registered is shown as it is. */
export function labelName(label: number): string {
  const found = Object.entries(LABELS).find(([, value]) => value === label);
  return found === undefined ? `label-${label}` : found[0];
}
