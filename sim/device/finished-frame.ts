// The finished frame of a message: sealed once, kept by the outbox, and sent unchanged in every repeat.
import type { SendFrame } from "../../server/protocol/frames.ts";
import type { ChatId, Opaque } from "../../server/protocol/ids.ts";
import type { Chat } from "./chat.ts";
import type { Device } from "./device.ts";
import type { Outgoing } from "./outbound.ts";

export function finishedFrame(
  device: Device,
  chat: Chat,
  message: Outgoing,
  sentAt: number,
): SendFrame {
  const { n, kind, attachment } = message;
  const { keyVersion } = chat;
  const body = seal(device, chat, message, 0, message.bytes);
  if (attachment === undefined)
    return { type: "send", chat: chat.chat, n, sentAt, kind, keyVersion, body };
  const url = attachment.blob;
  if (attachment.thumbnailBytes === 0)
    return { type: "send", chat: chat.chat, n, sentAt, kind, keyVersion, body, url };
  const thumbnail = seal(device, chat, message, 1, attachment.thumbnailBytes);
  return { type: "send", chat: chat.chat, n, sentAt, kind, keyVersion, body, url, thumbnail };
}

export function voidFrame(chat: ChatId, n: number, sentAt: number, keyVersion: number): SendFrame {
  return { type: "send", chat, n, sentAt, kind: "void", keyVersion };
}

function seal(device: Device, chat: Chat, message: Outgoing, part: 0 | 1, bytes: number): Opaque {
  const nonceN = device.parts.nonceN(message.n);
  device.history.sealed(
    device.ports.nowUs(),
    chat.keyNumber,
    device.device,
    nonceN,
    part,
    message.content,
  );
  return device.ports.cipher.seal(
    chat.key,
    {
      chat: chat.chat,
      from: device.user,
      device: device.device,
      n: message.n,
      keyVersion: chat.keyVersion,
      kind: message.kind,
      part,
    },
    { content: message.content, bytes },
  );
}
