// Finds and makes the per-log records of a session: the logs that come to this client, and this user's own.
import type { ChatId, DeviceId, UserId } from "../protocol/ids.ts";
import type { IncomingLog, LogWriter, OwnLog, Session } from "./session.ts";

export function findIncoming(
  session: Session,
  chat: ChatId,
  device: DeviceId,
): IncomingLog | undefined {
  let log = session.incoming?.get(chat);
  while (log !== undefined && log.device !== device) log = log.next;
  return log;
}

/**
 * A log that starts after `startN`, or, where that is undefined, at a place that the audit entry has still
 * to name. It is announced to the client when its first message goes out.
 */
export function addIncoming(
  session: Session,
  chat: ChatId,
  device: DeviceId,
  from: UserId,
  startN: number | undefined,
): IncomingLog {
  session.incoming ??= new Map();
  const log: IncomingLog = {
    chat,
    device,
    from,
    sentN: startN ?? 0,
    ackedN: startN ?? 0,
    coveredN: 0,
    started: startN !== undefined,
    announced: false,
    queued: false,
    tellN: 0,
    tellReadAt: 0,
    telling: false,
    next: session.incoming.get(chat),
  };
  session.incoming.set(chat, log);
  return log;
}

/**
 * Index of a settled log, or -1. `hint` is where to look first: walking a sorted audit, the next one
 * usually stands right behind the last.
 */
export function findSettled(
  session: Session,
  chat: ChatId,
  device: DeviceId,
  hint: number,
): number {
  const settled = session.settled;
  for (let index = hint; index < settled.length; index += 3)
    if (settled[index] === chat && settled[index + 1] === device) return index;
  for (let index = 0; index < hint && index < settled.length; index += 3)
    if (settled[index] === chat && settled[index + 1] === device) return index;
  return -1;
}

/** The log's record, also where it was settled until now; undefined where this session does not know it. */
export function reviveIncoming(
  session: Session,
  chat: ChatId,
  device: DeviceId,
  from: UserId,
): IncomingLog | undefined {
  const log = findIncoming(session, chat, device);
  if (log !== undefined) return log;
  const index = findSettled(session, chat, device, 0);
  if (index < 0) return undefined;
  return addIncoming(session, chat, device, from, session.settled[index + 2]!);
}

export function findOwn(session: Session, chat: ChatId, device: DeviceId): OwnLog | undefined {
  let log = session.own?.get(chat);
  while (log !== undefined && log.device !== device) log = log.next;
  return log;
}

/** Made where there is none: only for a chat that is known to be this user's. */
export function ownLog(session: Session, chat: ChatId, device: DeviceId): OwnLog {
  const log = findOwn(session, chat, device);
  if (log !== undefined) return log;
  session.own ??= new Map();
  const next = session.own.get(chat);
  const added: OwnLog = { device, receiptN: 0, writer: undefined, next };
  session.own.set(chat, added);
  return added;
}

export function newWriter(session: Session, chat: ChatId, recipient: UserId): LogWriter {
  return {
    session,
    log: { chat, user: session.user, device: session.device },
    recipient,
    lastN: 0,
    opened: false,
    busy: false,
    waiting: [],
    found: [],
    foundFirstN: 1,
    foundLastN: 0,
    uncertainN: 0,
    unsureN: 0,
    untold: [],
    telling: false,
  };
}
