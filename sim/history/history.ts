// What happened in a run, as devices and the harness saw it: one method per event, numbers only. Written by
// devices, the harness and (rules judged online in a simulation) the store models; never by the server.
// `t` is microseconds since the start of the run. Nodes, faults and phases are indexes into the scenario's
// lists. A session is one connection attempt of a device, numbered through the whole run from 1.

export const OUTCOME = { ok: 0, refused: 1, unknown: 2 } as const;
export type OutcomeCode = (typeof OUTCOME)[keyof typeof OUTCOME];
export const KIND = { text: 0, image: 1, voice: 2, file: 3, void: 4 } as const;
export type KindCode = (typeof KIND)[keyof typeof KIND];
export const STATE = { offline: 0, online: 1, unknown: 2 } as const;
export type StateCode = (typeof STATE)[keyof typeof STATE];
export const OPERATION = { befriend: 0, accept: 1, history: 2, upload: 3, download: 4 } as const;
export const DOWNLOAD = { intact: 0, corrupt: 1, missing: 2, denied: 3, unknown: 4 } as const;

/**
 * `content` is the ordinal of the send on its device: plaintext is a function of (seed, chat, device,
 * content), so equality of content is equality of this number. 0 in a void, -1 where what arrived did not
 * decrypt to a plaintext of the run.
 */
export interface History {
  // ── the harness: who means to be where
  phaseBegan(t: number, phase: number): void;
  /** step 1: faults stopped, nobody new signs in; step 2: everybody else signs in, drains and reads. */
  quietBegan(t: number, step: number): void;
  ended(t: number): void;
  faultBegan(t: number, fault: number): void;
  faultEnded(t: number, fault: number): void;
  nodeUp(t: number, node: number, incarnation: number): void;
  /** planned: 1 for a drain, 0 for a kill. */
  nodeDown(t: number, node: number, planned: number): void;
  friendship(t: number, userLow: number, userHigh: number, chat: number): void;
  /** A person signs in on a device (fresh: 1 for a new one) and from now on means to be online. */
  signedIn(t: number, user: number, device: number, fresh: number): void;
  /** From now on the person means to be offline. vanished: 1 where the device just disappears. */
  signedOut(t: number, user: number, device: number, vanished: number): void;
  /** slow: 1 from here on the device reads slowly or not at all, 0 normally again. */
  readerSlow(t: number, user: number, slow: number): void;

  // ── connections
  connecting(t: number, user: number, device: number, session: number): void;
  connected(t: number, user: number, device: number, session: number, node: number): void;
  synced(t: number, user: number, device: number, session: number): void;
  /** code 0: the socket broke or the device gave it up; otherwise the close code. */
  closed(t: number, user: number, device: number, session: number, code: number): void;
  /** A pong arrived. */
  heartbeat(t: number, user: number, session: number): void;

  // ── sending
  /** The person acts (intended time); the device may take n much later. */
  sendIntended(
    t: number,
    user: number,
    recipient: number,
    chat: number,
    content: number,
    kind: number,
  ): void;
  /** n is taken and the bytes are final; at most once per (chat, device, n). */
  sendInvoked(
    t: number,
    user: number,
    device: number,
    chat: number,
    n: number,
    content: number,
    kind: number,
    sentAt: number,
    intendedT: number,
  ): void;
  /** The frame goes out (first time or repeat). */
  sendFrame(
    t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    n: number,
  ): void;
  sendEnded(
    t: number,
    user: number,
    device: number,
    chat: number,
    n: number,
    outcome: number,
  ): void;
  /** The node answered, but did not settle it (`unsure`, or refused for now): the device repeats it. */
  sendUnsure(
    t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    n: number,
  ): void;
  /** Ended before n was taken (upload failed, chat unknown): never visible. */
  sendDropped(t: number, user: number, chat: number, content: number, outcome: number): void;

  // ── receiving; "frame" = as it arrived, before the device's own check
  haveDeclared(
    t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void;
  logFrame(
    t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    logDevice: number,
    start: number,
  ): void;
  messageFrame(
    t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    from: number,
    logDevice: number,
    n: number,
    content: number,
    kind: number,
    sentAt: number,
  ): void;
  shown(
    t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    from: number,
    logDevice: number,
    n: number,
    content: number,
    kind: number,
    sentAt: number,
  ): void;

  // ── reading and receipts
  readInvoked(
    t: number,
    user: number,
    device: number,
    chat: number,
    logDevice: number,
    n: number,
    readAt: number,
  ): void;
  readEnded(
    t: number,
    user: number,
    device: number,
    chat: number,
    logDevice: number,
    n: number,
    outcome: number,
  ): void;
  receiptFrame(
    t: number,
    user: number,
    device: number,
    session: number,
    chat: number,
    logDevice: number,
    n: number,
    readAt: number,
  ): void;
  receiptShown(
    t: number,
    user: number,
    device: number,
    chat: number,
    logDevice: number,
    n: number,
    readAt: number,
  ): void;
  receiptAcknowledged(
    t: number,
    user: number,
    device: number,
    chat: number,
    logDevice: number,
    n: number,
  ): void;

  // ── presence and roster as shown to a user
  /** epochMs: sign-in time of the epoch that the notice carries, 0 in a roster. lastSeen: ms of the store's clock, 0 unknown. */
  presenceShown(
    t: number,
    observer: number,
    user: number,
    state: number,
    lastSeenMs: number,
    epochMs: number,
    device: number,
  ): void;
  /** key: a number that stands for the plain key (equal keys, equal numbers). */
  friendShown(
    t: number,
    user: number,
    device: number,
    friend: number,
    chat: number,
    key: number,
    keyVersion: number,
  ): void;
  requestShown(t: number, user: number, from: number): void;

  // ── operations that are not messages; `operation` is unique in the run
  operationBegan(
    t: number,
    operation: number,
    type: number,
    user: number,
    device: number,
    chat: number,
  ): void;
  operationEnded(t: number, operation: number, outcome: number): void;
  /** A row of a history answer, before operationEnded. */
  historyRow(
    t: number,
    operation: number,
    chat: number,
    logDevice: number,
    n: number,
    content: number,
    sentAt: number,
  ): void;
  /** before (sentAt, device, n; zeros: newest) and whether more rows exist below; ends one page. */
  historyPage(
    t: number,
    operation: number,
    chat: number,
    beforeSentAt: number,
    beforeDevice: number,
    beforeN: number,
    rows: number,
    more: number,
  ): void;

  // ── pictures, voice, files; blob is a number that stands for its name
  uploaded(
    t: number,
    operation: number,
    user: number,
    chat: number,
    blob: number,
    bytes: number,
    outcome: number,
  ): void;
  /** The send (chat, device, n) names this blob. */
  blobNamed(t: number, chat: number, device: number, n: number, blob: number): void;
  /** member: 0 where the harness plants a stranger's request. */
  downloaded(
    t: number,
    operation: number,
    user: number,
    chat: number,
    blob: number,
    result: number,
    member: number,
  ): void;
  /** A planted send of a blob older than 7 days, or of another chat: refused is right. */
  plantedBlobSend(t: number, user: number, chat: number, outcome: number): void;

  // ── secrecy
  /** A planted swap of ciphertext context (which: 0 chat, 1 sender, 2 device, 3 n, 4 version, 5 kind, 6 part); opened: 1 where it decrypted. */
  swapTried(t: number, user: number, which: number, opened: number): void;
  /** A (key, nonce) was used to seal bytes. */
  sealed(t: number, key: number, device: number, n: number, part: number, content: number): void;
  /** Canary search at a place (0 store, 1 trace, 2 error, 3 metric, 4 report): found 0 or 1. */
  canarySearched(t: number, place: number, found: number): void;

  // ── limits, sampled by the harness
  /** what: 0 client queue bytes, 1 in-flight requests a session, 2 node in-flight store calls, 3 link queue, 4 deliver attempts of one message, 5 device outbox. */
  limitSampled(t: number, what: number, owner: number, value: number, limit: number): void;

  // ── what the store models and links saw (simulated runs only); n of a raised watermark is the value that
  // stands after the write, so a write that changed nothing repeats it
  rowApplied(t: number, chat: number, device: number, n: number, kind: number): void;
  sentRaised(t: number, recipient: number, chat: number, device: number, n: number): void;
  readRaised(t: number, reader: number, chat: number, device: number, n: number): void;
  receiptRaised(
    t: number,
    sender: number,
    chat: number,
    device: number,
    n: number,
    readAt: number,
  ): void;
  seenRaised(t: number, sender: number, chat: number, device: number, n: number): void;
  blobApplied(t: number, blob: number): void;
  /** A presence record changed. rank: the epoch as a number that grows with it per user; wiped: user 0 = all. */
  presenceApplied(
    t: number,
    user: number,
    rank: number,
    released: number,
    node: number,
    incarnation: number,
  ): void;
  presenceWiped(t: number): void;
  /** A node answers `delivered` (told when it answers) to a `deliver` that carries the epoch of this rank. */
  deliverAnswered(t: number, node: number, user: number, rank: number): void;

  // ── the final scan of the stores
  scanRow(
    t: number,
    chat: number,
    from: number,
    device: number,
    n: number,
    content: number,
    kind: number,
    sentAt: number,
  ): void;
  scanUnread(
    t: number,
    user: number,
    chat: number,
    device: number,
    from: number,
    sentN: number,
    readN: number,
  ): void;
  scanReceipt(
    t: number,
    sender: number,
    chat: number,
    device: number,
    reader: number,
    readN: number,
    readAt: number,
    seenN: number,
  ): void;
  scanBlob(t: number, blob: number, chat: number, owner: number): void;
  scanFriend(
    t: number,
    user: number,
    friend: number,
    chat: number,
    underCurrentMasterKey: number,
  ): void;
  scanEnded(t: number): void;
}

export type HistoryEvent = keyof History;
export type HistoryListener = Partial<History>;
