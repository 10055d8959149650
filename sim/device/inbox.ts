// What arrives in the logs of friends: written down as it came, then de-duplicated, checked for gaps, decrypted
// and shown once. Also what a device says it has, and its acknowledgements.
import type { MessageFrame, ServerFrame } from "../../server/protocol/frames.ts";
import { type Chat, InboundLog } from "./chat.ts";
import { KIND_CODES } from "./codes.ts";
import type { Device } from "./device.ts";
import { sawTime } from "./hybrid-clock.ts";
import { addUnread } from "./tally.ts";
import { wakeBy } from "./wake.ts";

const HAVE_PAGE = 500;
/** A chat's key must follow its first message within that time, or the device fetches the roster anew. */
const HELD_MS_MAX = 2_000;

/** Does not decrypt to a plaintext of the run. */
const GARBLED = -1;

export function sendHave(device: Device): void {
  let page: [number, number, number][] = [];
  const t = device.ports.nowUs();
  if (device.chats !== undefined)
    for (const chat of device.chats.values())
      for (const log of chat.logs) {
        if (log.n === 0) continue;
        if (page.length === HAVE_PAGE) {
          device.connection!.send({ type: "have", logs: page, more: true });
          page = [];
        }
        page.push([chat.chat, log.device, log.n]);
        device.history.haveDeclared(
          t,
          device.user,
          device.device,
          device.session,
          chat.chat,
          log.device,
          log.n,
        );
      }
  device.connection!.send({ type: "have", logs: page, more: false });
}

export function log(device: Device, frame: Extract<ServerFrame, { type: "log" }>): void {
  const chat = device.chat(frame.chat);
  if (chat === undefined) {
    hold(device, frame);
    return;
  }
  device.history.logFrame(
    device.ports.nowUs(),
    device.user,
    device.device,
    device.session,
    frame.chat,
    frame.device,
    frame.start,
  );
  const known = chat.log(frame.device) ?? addLog(device, chat, frame.device);
  known.announcedIn = device.session;
  // What was read on an earlier device is not shown again here.
  if (frame.start > known.n) {
    if (known.readN < known.n) addUnread(device, -1);
    known.n = frame.start;
    known.readN = frame.start;
    known.acknowledgedN = frame.start;
  }
}

export function message(device: Device, frame: MessageFrame): void {
  const chat = device.chat(frame.chat);
  if (chat === undefined) {
    hold(device, frame);
    return;
  }
  const content = contentOf(device, chat, frame);
  const kind = KIND_CODES[frame.kind];
  const t = device.ports.nowUs();
  const { from, n, sentAt } = frame;
  device.history.messageFrame(
    t,
    device.user,
    device.device,
    device.session,
    frame.chat,
    from,
    frame.device,
    n,
    content,
    kind,
    sentAt,
  );
  const known = chat.log(frame.device) ?? addLog(device, chat, frame.device);
  if (n <= known.n) return;
  if (n > known.n + 1) {
    // A hole: a new connection goes on from what is here.
    device.reconnect();
    return;
  }
  if (known.readN === known.n) addUnread(device, 1);
  known.n = n;
  sawTime(device, sentAt);
  device.history.shown(
    t,
    device.user,
    device.device,
    device.session,
    frame.chat,
    from,
    frame.device,
    n,
    content,
    kind,
    sentAt,
  );
  acknowledge(device, known);
  device.host.shown(device, known, frame);
}

function contentOf(device: Device, chat: Chat, frame: MessageFrame): number {
  if (frame.kind === "void") return 0;
  const key = chat.keyOf(frame.keyVersion);
  if (key === undefined || frame.body === undefined) return GARBLED;
  const context = {
    chat: frame.chat,
    from: frame.from,
    device: frame.device,
    n: frame.n,
    keyVersion: frame.keyVersion,
    kind: frame.kind,
    part: 0,
  } as const;
  return device.ports.cipher.open(key, context, frame.body)?.content ?? GARBLED;
}

function addLog(device: Device, chat: Chat, logDevice: number): InboundLog {
  const added = new InboundLog(device, chat, logDevice);
  chat.logs = chat.logs.concat(added);
  return added;
}

/** Cumulative, and only often enough to keep the node's window open: a few stay unsaid, which costs nothing. */
function acknowledge(device: Device, known: InboundLog): void {
  const logs = (device.unacknowledgedLogs ??= []);
  if (known.acknowledgedN === known.n - 1) logs.push(known);
  device.unacknowledged += 1;
  if (device.unacknowledged < device.acknowledgeAfter) return;
  for (let i = 0; i < logs.length; i++) {
    const told = logs[i]!;
    told.acknowledgedN = told.n;
    device.connection!.send({
      type: "received",
      chat: told.chat.chat,
      device: told.device,
      n: told.n,
    });
  }
  logs.length = 0;
  device.unacknowledged = 0;
}

/** The chat is not in the roster yet: the frame waits for it, as it came. */
function hold(device: Device, frame: ServerFrame): void {
  if (device.held === undefined) {
    device.held = [];
    device.heldUntilMs = device.ports.clock.monotonicMs() + HELD_MS_MAX;
    wakeBy(device, device.heldUntilMs);
  }
  device.held.push(frame);
}

/** The roster has changed: what waited for a key is looked at again. */
export function release(device: Device): void {
  const held = device.held;
  if (held === undefined) return;
  device.held = undefined;
  for (const frame of held)
    if (frame.type === "message") message(device, frame);
    else if (frame.type === "log") log(device, frame);
}

export function connectionLost(device: Device): void {
  device.held = undefined;
  device.unacknowledged = 0;
  const logs = device.unacknowledgedLogs;
  if (logs === undefined) return;
  // The next `have` says it all.
  for (const known of logs) known.acknowledgedN = known.n;
  logs.length = 0;
}

export function nextMs(device: Device): number {
  return device.held === undefined ? Infinity : device.heldUntilMs;
}

export function wake(device: Device, nowMs: number): void {
  if (device.held !== undefined && nowMs >= device.heldUntilMs) device.reconnect();
}
