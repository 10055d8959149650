// Time as the core sees it. Leases, deadlines and timers use the monotonic clock; the wall clock is
// only for times shown to people and for the 60 s bound on a device's `sentAt`.

export interface TimerHandle {
  /** A cancelled timer never fires; cancelling twice, or after it fired, does nothing. */
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the Unix epoch, integer; may be skewed and may step. */
  wallMs(): number;
  /** Milliseconds since an arbitrary start, integer; never goes back. */
  monotonicMs(): number;
  /** Settles after at least `ms` milliseconds; never settles once the owner was killed. */
  sleep(ms: number): Promise<void>;
  /** Calls `fire(arg)` once after at least `ms` milliseconds. The callback must not throw. */
  after<A>(ms: number, fire: (arg: A) => void, arg: A): TimerHandle;
}
