// The rare situations that an exploration must reach now and then: where none of its seeds did, what happens in them
// was not tried. Each is named once, with what it is; situation-watch.ts says how each is recognised.

export interface Situation {
  readonly name: string;
  readonly text: string;
  /** Why no run of the simulated messenger as it is reaches it; such a one is counted and not demanded. */
  readonly unreachable?: string;
  /** Demanded of an hour's exploration only. */
  readonly rare?: true;
  /** What the scenario must have for it. */
  readonly needs?: "attachments" | "befriend" | "history" | "fresh device" | "rotate" | "wipe";
}

const QUEUE =
  "a queue of 1 MiB is more than these few people write; scenarios/slow-readers.yaml fills it";

const SITUATIONS = {
  void_written: { text: "a void is stored where a message was given up" },
  void_received: { text: "a void reaches a recipient's device" },
  unsure_answered: { text: "a node answers unsure" },
  refused_answered: { text: "a node refuses a request" },
  not_owner_answered: { text: "a deliver or receipt meets a node that is not the owner any more" },
  window_full: { text: "a session's window is full, and its pump waits" },
  fenced_on_evidence: { text: "a node closes its sockets because a peer holds a newer lease" },
  lease_failed: { text: "a node cannot renew its lease" },
  claim_replaced: { text: "a claim of presence is displaced by a newer one" },
  replaced: { text: "a connection ends with 4409: the person is on another device or connection" },
  too_slow: { text: "a connection ends with 4429", unreachable: QUEUE },
  fenced_or_draining: { text: "a connection ends with 4503" },
  batch: { text: "more than one row of a log is stored at one moment" },
  long_backlog: { text: "a sign-in's backlog of one log is longer than a page", rare: true },
  catch_up_of_many: { text: "a sign-in delivers more than ten messages before synced" },
  deliver_during_login: { text: "a node takes a deliver for a session that is not yet synced" },
  reinstalled: { text: "somebody signs in on a fresh device", needs: "fresh device" },
  send_repeated: { text: "a send's frame goes out again" },
  repeat_across_nodes: { text: "a send is repeated on another node than the first time" },
  confirmed_after_unknown: { text: "a send that ended unknown is confirmed after all" },
  receipt_repeated: { text: "a receipt is sent to a device twice" },
  presence_unknown: { text: "a friend's presence is shown as unknown" },
  mutual_accept: { text: "two people accept each other at once", needs: "befriend" },
  history_of_many_pages: { text: "a look back has more than one page", needs: "history" },
  download_failed: { text: "a picture cannot be fetched", needs: "attachments" },
  upload_failed: { text: "an upload is refused or ends unknown", needs: "attachments" },
  old_blob_refused: { text: "a send that names a blob older than 7 days is refused" },
  key_rewrapped: { text: "a chat's key is wrapped anew under a new master key", needs: "rotate" },
  row_lost: {
    text: "a row below sent_n is gone, and goes out as a void",
    unreachable: "needs a store that loses rows it has confirmed",
  },
  killed_in_mid_send: { text: "a node dies under a send that waits for its answer" },
  killed_in_login: { text: "a node dies under a session that is not yet synced" },
  gone_with_node: { text: "a person leaves within a second of the node's death", rare: true },
  all_nodes_down: { text: "no node is up", rare: true },
  two_faults: { text: "two faults are in force at once" },
  four_faults: { text: "four faults are in force at once" },
  wiped_while_online: {
    text: "Redis is wiped while more than ten are connected",
    needs: "wipe",
  },
  tail_read: { text: "a node reads a session's tails again" },
  slow_client: { text: "a node gives a client up that does not read", unreachable: QUEUE },
} as const satisfies Readonly<Record<string, Omit<Situation, "name">>>;

export type SituationName = keyof typeof SITUATIONS;

export const SITUATION_NAMES = Object.keys(SITUATIONS) as readonly SituationName[];

export function situation(name: SituationName): Situation {
  return { name, ...SITUATIONS[name] };
}
