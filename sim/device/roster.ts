// Friends, their keys and their presence as this device shows them.
import type { RosterFrame, RosterFriend, ServerFrame } from "../../server/protocol/frames.ts";
import * as asking from "./asking.ts";
import type { UserId } from "../../server/protocol/ids.ts";
import { STATE_CODES } from "./codes.ts";
import type { Device } from "./device.ts";
import * as outbox from "./outbox.ts";
import * as receipts from "./receipts.ts";
import type { PresenceNotice } from "./roster-table.ts";

/** An epoch begins with the sign-in time in 13 digits, then a dash and the connection counter in 10. */
const SIGN_IN_DIGITS = 13;
const COUNTER_END = 24;
const COUNTERS = 1024;

export function roster(device: Device, frame: RosterFrame): void {
  const t = device.ports.nowUs();
  let added: RosterFriend[] | undefined;
  for (const friend of frame.friends) {
    const at = device.roster.indexOfUser(friend.user);
    if (at < 0) (added ??= []).push(friend);
    else if (device.roster.change(at, friend)) showFriend(device, t, friend);
    else showState(device, t, friend);
  }
  if (added !== undefined) {
    device.roster.add(added);
    for (const friend of added) {
      showFriend(device, t, friend);
      const notice = device.roster.noticeOf(friend.user);
      // It came before the friend did, who is shown as it said.
      if (notice !== undefined) showNotice(device, t, friend.user, notice);
    }
  }
  for (const from of frame.requests) {
    device.history.requestShown(t, device.user, from);
    device.host.requestShown(device, from);
  }
  if (device.asking !== undefined) asking.rosterChanged(device, frame);
  if (!frame.more) device.rosterComplete = true;
  // A message, or a receipt, may have waited for its chat.
  if (added === undefined || !device.isOpen) return;
  outbox.pumpAll(device);
  receipts.chatsAdded(device);
}

function showFriend(device: Device, t: number, friend: RosterFriend): void {
  const keyNumber = device.ports.cipher.keyNumber(friend.key);
  device.chats?.get(friend.chat)?.setKey(friend.key, friend.keyVersion, keyNumber);
  // The harness first: from here on the two are friends for whoever judges what is shown.
  device.host.friendShown(device, friend.user, friend.chat);
  device.history.friendShown(
    t,
    device.user,
    device.device,
    friend.user,
    friend.chat,
    keyNumber,
    friend.keyVersion,
  );
  showState(device, t, friend);
}

function showState(device: Device, t: number, friend: RosterFriend): void {
  if (device.roster.noticeOf(friend.user) !== undefined) return;
  device.history.presenceShown(
    t,
    device.user,
    friend.user,
    STATE_CODES[friend.state],
    friend.lastSeen,
    0,
    device.device,
  );
}

export function presence(device: Device, frame: Extract<ServerFrame, { type: "presence" }>): void {
  const signedInMs = digits(frame.epoch, 0, SIGN_IN_DIGITS);
  const counter = digits(frame.epoch, SIGN_IN_DIGITS + 1, COUNTER_END);
  const at = device.roster.indexOfUser(frame.user);
  // "unknown" may come without an epoch: nothing was seen, so nothing is lower.
  if (at >= 0 && frame.epoch !== "") {
    const rank = signedInMs * COUNTERS + Math.min(counter, COUNTERS - 1);
    if (!device.roster.accepts(at, rank)) return;
  }
  const notice = { state: STATE_CODES[frame.state], lastSeenMs: frame.lastSeen, signedInMs };
  if (!device.synced) device.roster.notice(frame.user, notice);
  showNotice(device, device.ports.nowUs(), frame.user, notice);
}

function showNotice(device: Device, t: number, user: UserId, notice: PresenceNotice): void {
  const { state, lastSeenMs, signedInMs } = notice;
  device.history.presenceShown(t, device.user, user, state, lastSeenMs, signedInMs, device.device);
}

/** 0 where the text is too short: an epoch that says nothing. */
function digits(epoch: string, start: number, end: number): number {
  return epoch.length < end ? 0 : Number(epoch.slice(start, end));
}
