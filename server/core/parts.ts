// The parts of an ordinary node. A test replaces single entries to plant a bug.
import { backlog, startOf, takeReceipts, takeUnread } from "./backlog.ts";
import { accept, befriend } from "./befriend.ts";
import type { NodeParts } from "./context.ts";
import {
  announce,
  deliver,
  offer,
  hasRoom,
  ownerSession,
  push,
  received,
  remember,
  startLog,
} from "./deliver.ts";
import { drain } from "./drain.ts";
import { close, ended, frame, opened, sweep } from "./edge.ts";
import { notice, refreshFriends, seeFriend, showFriend, tellFriends } from "./friend-presence.ts";
import { history } from "./history.ts";
import { checkBlob, getBlob, mayOpen, putBlob } from "./images.ts";
import { fenceNode, fencing, lease } from "./lease.ts";
import { openLog, repeat, sameBytes, stored, write, writeVoid } from "./log-writer.ts";
import { claim, connect, fenceDisplaced, login, welcome } from "./login.ts";
import { askPeers, lookupOwner } from "./lookup.ts";
import { release, renew } from "./presence.ts";
import { pump, sendPage } from "./pump.ts";
import {
  forwardReceipt,
  raiseRead,
  raiseReceipt,
  read,
  readBound,
  storeRead,
  tellSender,
} from "./read.ts";
import { pushReceipt, receipt, receiptOk } from "./receipts.ts";
import { overflow } from "./reply.ts";
import { rewrap, roster, rosterChanged, unlockFriends } from "./roster.ts";
import {
  append,
  check,
  confirm,
  failed,
  mark,
  register,
  send,
  sendBatch,
  settle,
  tell,
} from "./send.ts";
import { linkChanged, rereadAll, rereadTail } from "./tail.ts";
import { forward, lookAgain, tellOwner } from "./tell.ts";

export const PARTS: NodeParts = {
  opened,
  frame,
  connect,
  close,
  ended,
  sweep,
  overflow,
  login,
  claim,
  fenceDisplaced,
  welcome,
  roster,
  unlockFriends,
  rewrap,
  backlog,
  startOf,
  takeUnread,
  takeReceipts,
  renew,
  release,
  lease,
  fencing,
  fenceNode,
  befriend,
  accept,
  rosterChanged,
  tellFriends,
  notice,
  refreshFriends,
  seeFriend,
  showFriend,
  send,
  write,
  openLog,
  check,
  checkBlob,
  stored,
  repeat,
  sameBytes,
  writeVoid,
  sendBatch,
  settle,
  append,
  register,
  mark,
  confirm,
  tell,
  failed,
  lookupOwner,
  askPeers,
  tellOwner,
  forward,
  lookAgain,
  tellSender,
  forwardReceipt,
  ownerSession,
  deliver,
  offer,
  startLog,
  remember,
  announce,
  pump,
  sendPage,
  push,
  hasRoom,
  received,
  read,
  readBound,
  storeRead,
  raiseReceipt,
  raiseRead,
  receipt,
  pushReceipt,
  receiptOk,
  rereadTail,
  rereadAll,
  linkChanged,
  history,
  putBlob,
  getBlob,
  mayOpen,
  drain,
};
