// Pictures, voice and files: sealed under a key of their own, uploaded under a name that the device chose, and
// only then sent by name with a sealed thumbnail; fetched and opened on demand.
import type { BlobId, ChatId, MessageKind } from "../../server/protocol/ids.ts";
import { DOWNLOADS, OK, OPERATIONS, REFUSED, UNKNOWN } from "./codes.ts";
import type { Device } from "./device.ts";
import { type Attachment, Outgoing } from "./outbound.ts";
import { addPending, drop, isFull, outboxOf, pump } from "./outbox.ts";
import type { UploadAnswer } from "./ports.ts";
import { endUpload } from "./upload-end.ts";
import { wakeBy } from "./wake.ts";

const ATTACHMENT_MS_MAX = 60_000;
const THUMBNAIL_BYTES = 5 * 1024;
const RETRY_BASE_MS = 500;
const RETRY_CAP_MS = 8_000;

export function sendAttachment(
  device: Device,
  chat: ChatId,
  kind: MessageKind,
  blobBytes: number,
  bytes: number,
  intendedUs: number,
): void {
  const attachment: Attachment = {
    blob: blobName(device),
    blobBytes,
    thumbnailBytes: kind === "image" ? THUMBNAIL_BYTES : 0,
    sealed: undefined,
    operation: 0,
    attempt: 0,
    stored: false,
    putAtMs: 0,
  };
  const message = enqueue(device, chat, kind, bytes, intendedUs, attachment);
  if (message === undefined) return;
  const outbox = outboxOf(device);
  outbox.uploading.push(message);
  // Right is "upload-first": n is taken when nothing but the send is left to do.
  if (device.parts.uploadOrder !== "upload-first") {
    message.log.ready.push(message);
    pump(device, message.log);
  }
  put(device, message);
}

export function sendNaming(
  device: Device,
  chat: ChatId,
  blob: BlobId,
  bytes: number,
  intendedUs: number,
): void {
  const attachment: Attachment = {
    blob,
    blobBytes: 0,
    thumbnailBytes: THUMBNAIL_BYTES,
    sealed: undefined,
    operation: 0,
    attempt: 0,
    stored: true,
    putAtMs: Infinity,
  };
  const message = enqueue(device, chat, "image", bytes, intendedUs, attachment);
  if (message === undefined) return;
  message.log.ready.push(message);
  pump(device, message.log);
}

/** Undefined where the outbox is full. */
function enqueue(
  device: Device,
  chat: ChatId,
  kind: MessageKind,
  bytes: number,
  intendedUs: number,
  attachment: Attachment,
): Outgoing | undefined {
  const content = ++device.contents;
  if (isFull(device, chat, content)) return undefined;
  const outbox = outboxOf(device);
  const deadlineMs = device.parts.deadlineMs(device.ports.clock.monotonicMs(), ATTACHMENT_MS_MAX);
  const log = outbox.log(chat);
  const message = new Outgoing(log, content, kind, bytes, intendedUs, deadlineMs, attachment);
  addPending(device, 1);
  outbox.attachments.push(message);
  wakeBy(device, deadlineMs);
  return message;
}

function put(device: Device, message: Outgoing): void {
  const attachment = message.attachment!;
  const chat = device.chat(message.log.id);
  if (chat === undefined || !device.isOpen) {
    putAgain(device, attachment, RETRY_BASE_MS);
    return;
  }
  const { blob, blobBytes } = attachment;
  if (attachment.sealed === undefined) {
    const plain = { content: message.content, bytes: blobBytes };
    attachment.sealed = device.ports.cipher.sealBlob(chat.key, blob, plain);
    attachment.operation = device.host.nextOperation();
    device.history.operationBegan(
      device.ports.nowUs(),
      attachment.operation,
      OPERATIONS.upload,
      device.user,
      device.device,
      chat.chat,
    );
  }
  attachment.putAtMs = Infinity;
  device.ports.uploads.put(device.token, blob, chat.chat, attachment.sealed, (answer) =>
    putAnswered(device, message, answer),
  );
}

function putAnswered(device: Device, message: Outgoing, answer: UploadAnswer): void {
  if (message.done || !outboxOf(device).uploading.includes(message)) return;
  const attachment = message.attachment!;
  const isThere = answer.status === 409 && answer.sha256 === attachment.sealed!.sha256;
  if (answer.status === 200 || answer.status === 201 || isThere) {
    attachment.stored = true;
    endUpload(device, message, OK);
    device.host.uploaded(device, message.log.id, attachment.blob);
    if (device.parts.uploadOrder === "upload-first") message.log.ready.push(message);
    pump(device, message.log);
  } else if (isForLater(answer.status)) {
    const ceilingMs = RETRY_BASE_MS * (1 << Math.min(attachment.attempt, 4));
    attachment.attempt += 1;
    putAgain(device, attachment, Math.min(RETRY_CAP_MS, ceilingMs));
  } else {
    endUpload(device, message, REFUSED);
    if (message.n === 0) drop(device, message);
  }
}

/** No answer, a store or a node that cannot now, too many at once, too slow a line: it may be stored all the same. */
function isForLater(status: number): boolean {
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

function putAgain(device: Device, attachment: Attachment, afterMs: number): void {
  attachment.putAtMs = device.ports.clock.monotonicMs() + afterMs;
  wakeBy(device, attachment.putAtMs);
}

export function nextMs(device: Device): number {
  let next = Infinity;
  for (const message of device.outbox!.uploading)
    if (message.attachment!.putAtMs < next) next = message.attachment!.putAtMs;
  return next;
}

export function wake(device: Device, nowMs: number): void {
  for (const message of device.outbox!.uploading.slice())
    if (message.attachment!.putAtMs <= nowMs) put(device, message);
}

export function download(device: Device, chat: ChatId, blob: BlobId, member: boolean): void {
  const operation = device.host.nextOperation();
  const { user, history, ports } = device;
  history.operationBegan(ports.nowUs(), operation, OPERATIONS.download, user, device.device, chat);
  const done = (answer: UploadAnswer): void => {
    const result = resultOf(device, chat, blob, answer);
    const t = ports.nowUs();
    const number = ports.cipher.blobNumber(blob);
    history.downloaded(t, operation, user, chat, number, result, member ? 1 : 0);
    history.operationEnded(t, operation, outcomeOf(result));
  };
  ports.uploads.get(device.token, blob, done, device.chat(chat)?.key);
}

function resultOf(device: Device, chat: ChatId, blob: BlobId, answer: UploadAnswer): number {
  if (answer.status === 401 || answer.status === 403) return DOWNLOADS.denied;
  if (answer.status === 404) return DOWNLOADS.missing;
  if (answer.status !== 200 || answer.body === undefined) return DOWNLOADS.unknown;
  const key = device.chat(chat)?.key;
  // Opening it checks every byte; a stranger has no key, so for him "intact" can only mean that bytes came.
  if (key === undefined) return DOWNLOADS.intact;
  const plain = device.ports.cipher.openBlob(key, blob, answer.body);
  return plain === undefined ? DOWNLOADS.corrupt : DOWNLOADS.intact;
}

function outcomeOf(result: number): 0 | 1 | 2 {
  if (result === DOWNLOADS.unknown) return UNKNOWN;
  return result === DOWNLOADS.denied || result === DOWNLOADS.missing ? REFUSED : OK;
}

/** A random 128-bit name. */
function blobName(device: Device): BlobId {
  let name = "";
  for (let i = 0; i < 4; i++) {
    const word = Math.floor(device.random.next() * 4294967296);
    name += word.toString(16).padStart(8, "0");
  }
  return name;
}
