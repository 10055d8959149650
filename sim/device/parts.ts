// The decisions of a device that a planted bug may replace one by one, with their right defaults.
import type { ReconnectAdvice } from "../../server/protocol/frames.ts";
import type { DeviceId } from "../../server/protocol/ids.ts";
import type { OutcomeCode } from "../history/history.ts";
import { fullJitterMs } from "./reconnect.ts";
import { nextSentAt } from "./hybrid-clock.ts";

/** When a message with an attachment takes its n: after the upload is stored, before it, or without waiting. */
export type UploadOrder = "upload-first" | "number-first" | "send-first";

export interface DeviceParts {
  /** sentAt of a new message; `highestMs` is the highest time issued or seen. */
  readonly nextSentAt: (clockMs: number, highestMs: number) => number;
  /** attempt: 0 for the first reconnect after a good connection; u in [0, 1). */
  readonly reconnectDelayMs: (attempt: number, advice: ReconnectAdvice, u: number) => number;
  /** The counter of a new connection, given that of the last one. */
  readonly nextCounter: (counter: number) => number;
  /** The token of an automatic reconnect; `fresh` asks the identity provider as a person's sign-in would. */
  readonly tokenOnReconnect: (token: string, fresh: () => string) => string;
  /** The n of a frame that is repeated on a new connection; `nextN` is the next one not taken. */
  readonly numberOnRetry: (n: number, nextN: number) => number;
  /** The n that goes into the nonce of a part; the device and the part are its other components. */
  readonly nonceN: (n: number) => number;
  readonly uploadOrder: UploadOrder;
  /** When an operation that begins now has ended unknown, if nothing was answered by then. */
  readonly deadlineMs: (nowMs: number, withinMs: number) => number;
  /** Of a send refused for good, or given up with the device; `mayHaveArrived`: an earlier attempt may have reached a node's store. */
  readonly outcomeOfRefusal: (mayHaveArrived: boolean) => OutcomeCode;
  /** The device id after a reinstall: ids are never used again. */
  readonly deviceAfterReinstall: (before: DeviceId, fresh: DeviceId) => DeviceId;
}

const REFUSED: OutcomeCode = 1;
const UNKNOWN: OutcomeCode = 2;

export const DEVICE_PARTS: DeviceParts = {
  nextSentAt,
  reconnectDelayMs: fullJitterMs,
  nextCounter: (counter) => counter + 1,
  tokenOnReconnect: (token) => token,
  numberOnRetry: (n) => n,
  nonceN: (n) => n,
  uploadOrder: "upload-first",
  deadlineMs: (nowMs, withinMs) => nowMs + withinMs,
  outcomeOfRefusal: (mayHaveArrived) => (mayHaveArrived ? UNKNOWN : REFUSED),
  deviceAfterReinstall: (_before, fresh) => fresh,
};
