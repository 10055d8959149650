// What a script can have people do. The last five nobody honest does: each must be refused, or be without effect.
import type { ScriptAction } from "./types.ts";

type Name = ScriptAction["do"];

/** With somebody: `to` names the friend. */
export const WITH_SOMEBODY: readonly Name[] = [
  ...(["send", "read", "open", "history", "search", "befriend", "accept"] as const),
];

export const SCRIPT_ACTIONS: readonly Name[] = [
  ...(["sign_in", "sign_out", "vanish", "switch_device"] as const),
  ...WITH_SOMEBODY,
  ...(["fetch_foreign", "send_foreign", "send_expired", "send_again", "read_beyond"] as const),
];

export const ATTACHMENT_KINDS = ["image", "voice", "file"] as const;
