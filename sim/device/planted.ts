// What only a wrong or a cloned device would send. The harness sends it now and then, to see that nodes refuse it.
import type { ChatId, DeviceId } from "../../server/protocol/ids.ts";
import { KIND_CODES } from "./codes.ts";
import type { Device } from "./device.ts";
import { serverNowMs } from "./hybrid-clock.ts";

/** Says that a log was read up to an n which nobody has sent. */
export function readBeyond(device: Device, chat: ChatId, logDevice: DeviceId, n: number): void {
  if (!device.isOpen) return;
  const readAt = serverNowMs(device);
  device.connection!.send({ type: "read", chat, device: logDevice, n, readAt });
}

/** Sends the last n of an own log again with other bytes, as a clone of this device would. */
export function sendForked(
  device: Device,
  chatId: ChatId,
  bytes: number,
  intendedUs: number,
): void {
  const log = device.outbox?.logs.get(chatId);
  if (!device.isOpen || log?.chat === undefined || log.queue.length > 0 || log.nextN === 1) return;
  const { key, keyVersion } = log.chat;
  const n = log.nextN - 1;
  const content = ++device.contents;
  const sentAt = serverNowMs(device);
  const kind = "text";
  const context = { chat: chatId, from: device.user, device: device.device, n, keyVersion, kind };
  const plain = { content, bytes };
  const body = device.ports.cipher.seal(key, { ...context, kind, part: 0 }, plain);
  device.history.sendInvoked(
    device.ports.nowUs(),
    device.user,
    device.device,
    chatId,
    n,
    content,
    KIND_CODES[kind],
    sentAt,
    intendedUs,
  );
  device.connection!.send({ type: "send", chat: chatId, n, sentAt, kind, keyVersion, body });
}
