// The history's numbers for the wire's words.
import type { FriendState } from "../../server/protocol/frames.ts";
import type { MessageKind } from "../../server/protocol/ids.ts";
import type { KindCode, StateCode } from "../history/history.ts";

export const OK = 0;
export const REFUSED = 1;
export const UNKNOWN = 2;

export const KIND_CODES: Readonly<Record<MessageKind, KindCode>> = {
  text: 0,
  image: 1,
  voice: 2,
  file: 3,
  void: 4,
};

export const STATE_CODES: Readonly<Record<FriendState, StateCode>> = {
  offline: 0,
  online: 1,
  unknown: 2,
};

export const OPERATIONS = { befriend: 0, accept: 1, history: 2, upload: 3, download: 4 } as const;
export const DOWNLOADS = { intact: 0, corrupt: 1, missing: 2, denied: 3, unknown: 4 } as const;
