// The one table of numbers. Everything that has a bound or an interval in the messenger is here; what a
// number is for stands beside it. Values are the design's, or chosen here where it names none.

export interface Limits {
  /** How often a device pings; told to it in `connected`. */
  readonly heartbeatMs: number;
  /** A client that was not heard for so long is closed with 4408. */
  readonly silentMs: number;
  /** A socket must send `connect` within this. */
  readonly connectMs: number;
  /** One sweep over all sessions of the node. */
  readonly sweepMs: number;
  /** Presence records are renewed, and friends are read, once in this. */
  readonly renewalMs: number;
  /** After which an unanswered claim, renewal, release, look-up or store read is repeated. */
  readonly retryMs: number;
  readonly claimsPerCall: number;
  readonly friendsPerCall: number;
  /** New friends wait so long for others, to be read together. */
  readonly friendsGatherMs: number;
  /** A friend who seems to have left is looked at again after this, and only then shown as gone. */
  readonly offlineHoldMs: number;

  readonly leaseRenewMs: number;
  /** A peer's renewal younger than this is evidence that the store is there for others. */
  readonly leaseEvidenceMs: number;
  /** While the lease cannot be renewed, tails are read again this often. */
  readonly leaseLostTailMs: number;

  readonly tailMs: number;
  /** With the tail, this often, everyone's roster. */
  readonly rosterMs: number;
  readonly tailSpreadMs: number;
  readonly tailUsersPerSecond: number;

  readonly bodyBytesMax: number;
  readonly thumbnailBytesMax: number;
  readonly blobBytesMax: number;
  readonly blobAgeMsMax: number;
  readonly clockAheadMsMax: number;

  /** Above this the client is closed with 4429. */
  readonly clientQueueBytesMax: number;
  /** Above this messages wait in the store until the client has caught up. */
  readonly clientQueueBytesSlow: number;
  /** Messages on their way to one client that it has not acknowledged. */
  readonly window: number;
  readonly pageRows: number;
  readonly batchRowsMax: number;
  readonly batchBytesMax: number;
  /** Rows of one partition of `communication`. */
  readonly blockRows: number;
  /** Messages of one log that wait for their owner to be told; beyond it only the newest is kept. */
  readonly untoldRowsMax: number;
  readonly requestsInFlightMax: number;
  /** Of all clients together, before any outcome was unknown. */
  readonly requestsAdmittedMax: number;
  /** However many outcomes are unknown, so many are tried. */
  readonly requestsAdmittedMin: number;
  /** Ciphertext in one client's sends that are not answered yet. */
  readonly requestBytesInFlightMax: number;
  /** Frames of one client between two sweeps. */
  readonly framesPerSweepMax: number;
  /** Frames that arrive before the roster was read. */
  readonly earlyFramesMax: number;
  readonly haveLogsMax: number;
  readonly historyRowsMax: number;
  /** What a page of history counts for among the bytes of its session's requests. */
  readonly historyBytesHeld: number;
  readonly pageBytesMax: number;
  readonly rosterPageFriends: number;
  /** Requests that a sign-in holds against the friendships; further ones are shown as they stand. */
  readonly rosterRequestsChecked: number;

  readonly reconnectBaseMs: number;
  readonly reconnectCapMs: number;
  /** A refused request may be repeated after this. */
  readonly retryAfterMs: number;
  /** A draining node closes its last socket after this. */
  readonly goingAwayMs: number;
  /** And waits so long for what is under way. */
  readonly drainMsMax: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const DEFAULT_LIMITS: Limits = {
  heartbeatMs: 25_000,
  silentMs: 60_000,
  connectMs: 10_000,
  sweepMs: 15_000,
  renewalMs: 30_000,
  retryMs: 2_000,
  claimsPerCall: 500,
  friendsPerCall: 500,
  friendsGatherMs: 50,
  offlineHoldMs: 5_000,

  leaseRenewMs: 3_000,
  leaseEvidenceMs: 5_500,
  leaseLostTailMs: 10_000,

  tailMs: 120_000,
  rosterMs: 600_000,
  tailSpreadMs: 10_000,
  tailUsersPerSecond: 200,

  bodyBytesMax: 16 * KIB,
  thumbnailBytesMax: 8 * KIB,
  blobBytesMax: 32 * MIB,
  blobAgeMsMax: 7 * 24 * 3600 * 1000,
  clockAheadMsMax: 60_000,

  clientQueueBytesMax: MIB,
  clientQueueBytesSlow: 256 * KIB,
  window: 64,
  pageRows: 100,
  batchRowsMax: 64,
  batchBytesMax: 256 * KIB,
  blockRows: 4096,
  untoldRowsMax: 16,
  requestsInFlightMax: 256,
  requestsAdmittedMax: 16_384,
  requestsAdmittedMin: 64,
  requestBytesInFlightMax: MIB,
  framesPerSweepMax: 6_000,
  earlyFramesMax: 256,
  haveLogsMax: 20_000,
  historyRowsMax: 100,
  historyBytesHeld: 256 * KIB,
  pageBytesMax: 48 * KIB,
  rosterPageFriends: 200,
  rosterRequestsChecked: 32,

  reconnectBaseMs: 500,
  reconnectCapMs: 15_000,
  retryAfterMs: 1_000,
  goingAwayMs: 5_000,
  drainMsMax: 15_000,
};
