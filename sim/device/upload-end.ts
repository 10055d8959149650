// The end of an upload, as the history hears it.
import type { Device } from "./device.ts";
import type { Outgoing } from "./outbound.ts";

/** Nothing happens where the upload has ended before, or there is none. */
export function endUpload(device: Device, message: Outgoing, outcome: 0 | 1 | 2): void {
  const uploading = device.outbox!.uploading;
  const at = uploading.indexOf(message);
  if (at < 0) return;
  uploading.splice(at, 1);
  const attachment = message.attachment!;
  if (attachment.operation === 0) return;
  const t = device.ports.nowUs();
  const blob = device.ports.cipher.blobNumber(attachment.blob);
  const bytes = attachment.sealed!.bytes;
  const { operation } = attachment;
  device.history.uploaded(t, operation, device.user, message.log.id, blob, bytes, outcome);
  device.history.operationEnded(t, operation, outcome);
}
