// All sites, the links between them and the rules in force on them. It knows no messenger: a site is a name
// ("node-1", "users", "redis"), and who listens there is told by whoever started it.

import { Samplers } from "../kernel/distribution.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { Connection, type Acceptor, type ConnectionHandler, type Wire } from "./connection.ts";
import { Link, type Endpoint, type LinkProfile } from "./link.ts";
import { matches, type Rule, type SiteMatch, type Verdict } from "./rule.ts";

export interface NetworkOptions {
  /** For the keyed draws of all links. */
  readonly seed32: number;
  readonly profile: (from: string, to: string) => LinkProfile;
  /** What the two sockets of a connection take before the sender sees anything buffered; default 0. */
  readonly socketBufferBytes?: number;
}

interface Throttle {
  readonly a: SiteMatch;
  readonly b: SiteMatch;
  readonly bytesPerSecond: number;
}

export class Network implements Wire {
  readonly kernel: Kernel;
  readonly socketBufferBytes: number;
  readonly #seed32: number;
  readonly #profile: (from: string, to: string) => LinkProfile;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #links = new Map<string, Map<string, Link>>();
  readonly #acceptors: (Acceptor<never> | undefined)[] = [];
  readonly #powered: boolean[] = [];
  readonly #samplers = new Samplers();
  #rules: readonly Rule[] = [];
  #throttles: readonly Throttle[] = [];
  #connections = 0;

  constructor(kernel: Kernel, options: NetworkOptions) {
    this.kernel = kernel;
    this.#seed32 = options.seed32;
    this.#profile = options.profile;
    this.socketBufferBytes = options.socketBufferBytes ?? 0;
  }

  endpoint(name: string): Endpoint {
    let endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) {
      endpoint = { id: this.#endpoints.size, name };
      this.#endpoints.set(name, endpoint);
      this.#acceptors.push(undefined);
      this.#powered.push(true);
    }
    return endpoint;
  }

  /** The one link of that direction; keep it, looking it up costs two map accesses. */
  link(from: string, to: string): Link {
    let fromHere = this.#links.get(from);
    if (fromHere === undefined) {
      fromHere = new Map();
      this.#links.set(from, fromHere);
    }
    let link = fromHere.get(to);
    if (link === undefined) {
      const ends = [this.endpoint(from), this.endpoint(to)] as const;
      link = new Link(
        this.kernel,
        this.#seed32,
        ends[0],
        ends[1],
        this.#profile(from, to),
        this.#samplers,
      );
      link.rules = this.#rulesFor(link);
      link.limitTo(this.#throttlesFor(link));
      fromHere.set(to, link);
    }
    return link;
  }

  /** Takes connections at a site until the returned function is called; without, they are refused. */
  listen<Up>(site: string, acceptor: Acceptor<Up>): () => void {
    const { id } = this.endpoint(site);
    if (this.#acceptors[id] !== undefined) throw new Error(`${site} listens already`);
    this.#acceptors[id] = acceptor;
    return () => {
      if (this.#acceptors[id] === acceptor) this.#acceptors[id] = undefined;
    };
  }

  /** Dials; the handler's onOpen or onClose follows, or nothing at all where nobody answers and there is no
   * `timeoutUs`. */
  connect<Up, Down>(
    from: string,
    to: string,
    handler: ConnectionHandler<Down>,
    timeoutUs = 0,
    departureUs: number = this.kernel.now,
  ): Connection<Up, Down> {
    this.#connections += 1;
    const up = this.link(from, to);
    const down = this.link(to, from);
    return new Connection<Up, Down>(
      this.#connections,
      this,
      up,
      down,
      handler,
      timeoutUs,
      departureUs,
    );
  }

  /** Installs a rule; the returned function lifts it and lets go of what only it held. */
  addRule(rule: Rule): () => void {
    this.#rules = [...this.#rules, rule];
    this.#applyRules();
    return () => {
      if (!this.#rules.includes(rule)) return;
      this.#rules = this.#rules.filter((other) => other !== rule);
      this.#applyRules();
      for (const link of this.#allLinks()) if (isOn(rule, link)) link.release();
    };
  }

  /** Nothing passes between a and b; what is sent is sent again after the heal. */
  cut(a: SiteMatch, b: SiteMatch): () => void {
    return both(this.cutOneWay(a, b), this.cutOneWay(b, a));
  }

  cutOneWay(from: SiteMatch, to: SiteMatch): () => void {
    return this.#always(from, to, "hold");
  }

  /** Nothing passes between the site and any other. */
  isolate(site: SiteMatch): () => void {
    const others = (name: string): boolean => !matches(site, name);
    return this.cut(site, others);
  }

  stall(a: SiteMatch, b: SiteMatch): () => void {
    return both(this.#always(a, b, "stall"), this.#always(b, a, "stall"));
  }

  /** `delayUs(u)` on top of every message between a and b, u in [0, 1) being the message's own draw. */
  delay(a: SiteMatch, b: SiteMatch, delayUs: (u: number) => number): () => void {
    const judge = (_bytes: number, u: number): Verdict => ({ delayUs: Math.round(delayUs(u)) });
    return both(this.addRule({ from: a, to: b, judge }), this.addRule({ from: b, to: a, judge }));
  }

  /** Limits each link between a and b; of several limits the lowest holds. */
  throttle(a: SiteMatch, b: SiteMatch, bytesPerSecond: number): () => void {
    if (!(bytesPerSecond > 0)) throw new RangeError("a throttle wants bytes per second above 0");
    const throttle: Throttle = { a, b, bytesPerSecond };
    this.#throttles = [...this.#throttles, throttle];
    this.#applyThrottles();
    return () => {
      this.#throttles = this.#throttles.filter((other) => other !== throttle);
      this.#applyThrottles();
    };
  }

  /** A host without power answers no dial and sends no reset; its connections are for the caller to vanish. */
  setPowered(site: string, powered: boolean): void {
    this.#powered[this.endpoint(site).id] = powered;
  }

  isPowered(site: Endpoint): boolean {
    return this.#powered[site.id]!;
  }

  acceptorAt(site: Endpoint): Acceptor<never> | undefined {
    return this.#acceptors[site.id];
  }

  #always(from: SiteMatch, to: SiteMatch, verdict: Verdict): () => void {
    return this.addRule({ from, to, judge: () => verdict });
  }

  #applyRules(): void {
    for (const link of this.#allLinks()) link.rules = this.#rulesFor(link);
  }

  #rulesFor(link: Link): readonly Rule[] {
    return this.#rules.filter((rule) => isOn(rule, link));
  }

  #applyThrottles(): void {
    for (const link of this.#allLinks()) link.limitTo(this.#throttlesFor(link));
  }

  #throttlesFor(link: Link): number[] {
    return this.#throttles
      .filter(({ a, b }) => lies(link, a, b) || lies(link, b, a))
      .map((throttle) => throttle.bytesPerSecond);
  }

  #allLinks(): Link[] {
    const links: Link[] = [];
    for (const fromHere of this.#links.values()) links.push(...fromHere.values());
    return links;
  }
}

function isOn(rule: Rule, link: Link): boolean {
  return lies(link, rule.from, rule.to);
}

function lies(link: Link, from: SiteMatch, to: SiteMatch): boolean {
  return matches(from, link.from.name) && matches(to, link.to.name);
}

function both(first: () => void, second: () => void): () => void {
  return () => {
    first();
    second();
  };
}
