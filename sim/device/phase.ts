// Where a device stands between signed out and signed in.

export const PHASE = { off: 0, waiting: 1, dialing: 2, opened: 3, open: 4 } as const;
export type Phase = (typeof PHASE)[keyof typeof PHASE];
