// A network fault is a rule from message to verdict. The order of installation decides, the first verdict
// wins, and the handle that installing gave removes it again: latency, loss and cuts are this one concept.

/** `delay` in us on top of the link's latency. `drop`: a packet is lost, so a stream sends it again after its
 * retransmission time and a bare message is gone. `hold`: nothing gets through until the rule is lifted, then
 * it is sent again after a retransmission time (a cut). `stall`: the same, but released at once in order. */
export type Verdict =
  "pass" | "drop" | "duplicate" | "hold" | "stall" | { readonly delayUs: number };

/** A site's name, "*" for all, or a test of the name. */
export type SiteMatch = string | ((site: string) => boolean);

export interface Rule {
  readonly from: SiteMatch;
  readonly to: SiteMatch;
  /** `u` in [0, 1) is this message's own draw; undefined leaves the verdict to later rules. */
  readonly judge: (bytes: number, u: number) => Verdict | undefined;
}

export function matches(match: SiteMatch, site: string): boolean {
  return typeof match === "string" ? match === "*" || match === site : match(site);
}
