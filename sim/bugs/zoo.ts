// All planted bugs, by number.
import type { PlantedBug } from "./bug.ts";
import { DELIVERY_BUGS } from "./delivery-bugs.ts";
import { DEVICE_BUGS } from "./device-bugs.ts";
import { LOGIN_BUGS } from "./login-bugs.ts";
import { PRESENCE_BUGS } from "./presence-bugs.ts";
import { READ_BUGS } from "./read-bugs.ts";
import { SECRECY_BUGS } from "./secrecy-bugs.ts";
import { SEND_BUGS } from "./send-bugs.ts";

export const BUGS: readonly PlantedBug[] = [
  ...SEND_BUGS,
  ...LOGIN_BUGS,
  ...READ_BUGS,
  ...DELIVERY_BUGS,
  ...PRESENCE_BUGS,
  ...DEVICE_BUGS,
  ...SECRECY_BUGS,
].toSorted((one, other) => one.id - other.id);
