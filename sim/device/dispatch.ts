// One switch over what a node may say; each frame goes to the part that understands it.
import type { ServerFrame } from "../../server/protocol/frames.ts";
import * as asking from "./asking.ts";
import * as connection from "./connection.ts";
import type { Device } from "./device.ts";
import * as historyView from "./history-view.ts";
import * as inbox from "./inbox.ts";
import * as receipts from "./receipts.ts";
import * as roster from "./roster.ts";
import * as sendAnswers from "./send-answers.ts";

export function dispatch(device: Device, frame: ServerFrame): void {
  switch (frame.type) {
    case "message":
      inbox.message(device, frame);
      break;
    case "sent":
      sendAnswers.sent(device, frame.chat, frame.n);
      break;
    case "read-ok":
      receipts.readOk(device, frame.chat, frame.device, frame.n);
      break;
    case "receipt":
      receipts.receipt(device, frame.chat, frame.device, frame.n, frame.readAt);
      break;
    case "presence":
      roster.presence(device, frame);
      break;
    case "pong":
      connection.pong(device);
      break;
    case "log":
      inbox.log(device, frame);
      break;
    case "connected":
      connection.connected(device, frame);
      break;
    case "roster":
      roster.roster(device, frame);
      inbox.release(device);
      break;
    case "synced":
      connection.synced(device);
      break;
    case "history":
      historyView.answer(device, frame);
      break;
    case "refused":
      refused(device, frame);
      break;
    case "unsure":
      unsure(device, frame);
      break;
    case "going-away":
      connection.goingAway(device, frame.withinMs);
      break;
  }
  if (device.leaveFromMs !== 0) connection.leaveWhenIdle(device);
}

function refused(device: Device, frame: Extract<ServerFrame, { type: "refused" }>): void {
  switch (frame.re.type) {
    case "send":
      sendAnswers.refused(device, frame);
      break;
    case "read":
    case "receipt-ok":
      receipts.refused(device, frame);
      break;
    default:
      asking.refused(device, frame);
  }
}

function unsure(device: Device, frame: Extract<ServerFrame, { type: "unsure" }>): void {
  const { type, chat, n } = frame.re;
  if (type === "send") {
    if (chat !== undefined && n !== undefined) sendAnswers.unsure(device, chat, n);
  } else if (type === "read" || type === "receipt-ok") {
    receipts.unsure(device, frame.re);
  } else {
    asking.unsure(device, frame.re);
  }
}
