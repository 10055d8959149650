// All planted bugs, by number, and the doubles that no rule has to see.
import type { Double, PlantedBug } from "./bug.ts";
import { CLOCK_LEAK } from "./clock-leak.ts";
import { CONTENT_BUGS } from "./content-bugs.ts";
import { COUNTING_BUGS } from "./counting-bugs.ts";
import { DELIVERY_BUGS } from "./delivery-bugs.ts";
import { DEVICE_BUGS } from "./device-bugs.ts";
import { FOUND_BUGS } from "./found-bugs.ts";
import { HISTORY_BUGS } from "./history-bugs.ts";
import { ISOLATION_BUGS } from "./isolation-bugs.ts";
import { LAST_SEEN_BUGS } from "./last-seen-bugs.ts";
import { LEASE_BUGS } from "./lease-bugs.ts";
import { LOGIN_BUGS } from "./login-bugs.ts";
import { LOSS_BUGS } from "./loss-bugs.ts";
import { PICTURE_BUGS } from "./picture-bugs.ts";
import { PRESENCE_BUGS } from "./presence-bugs.ts";
import { QUEUE_BUGS } from "./queue-bugs.ts";
import { READ_BUGS } from "./read-bugs.ts";
import { RECEIPT_BUGS } from "./receipt-bugs.ts";
import { REPLICA_BUGS } from "./replica-bugs.ts";
import { SECRECY_BUGS } from "./secrecy-bugs.ts";
import { SEND_BUGS } from "./send-bugs.ts";
import { STORE_BUGS } from "./store-bugs.ts";

export const BUGS: readonly PlantedBug[] = [
  ...SEND_BUGS,
  ...LOGIN_BUGS,
  ...READ_BUGS,
  ...DELIVERY_BUGS,
  ...QUEUE_BUGS,
  ...PRESENCE_BUGS,
  ...LEASE_BUGS,
  ...DEVICE_BUGS,
  ...STORE_BUGS,
  ...SECRECY_BUGS,
  ...REPLICA_BUGS,
  ...LOSS_BUGS,
  ...CONTENT_BUGS,
  ...HISTORY_BUGS,
  ...COUNTING_BUGS,
  ...RECEIPT_BUGS,
  ...LAST_SEEN_BUGS,
  ...ISOLATION_BUGS,
  ...PICTURE_BUGS,
].toSorted((one, other) => one.id - other.id);

/** Not hunted: no rule can see them, or a scenario in scenarios/regressions is where they are caught. */
export const DOUBLES: readonly Double[] = [CLOCK_LEAK, ...FOUND_BUGS];
