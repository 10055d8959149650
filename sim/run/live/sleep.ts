// Real time passing, for whoever drives a live run.

/** At least so long; a time that is over is no wait. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
