// What only a second run of the same seed can tell: each call of a node's ports with its end, what came in at a
// node, links that went and came back. It wraps ports and parts, changes nothing, and costs a usual run nothing.
import type { NodeContext, NodeParts } from "../../../../server/core/context.ts";
import { PARTS } from "../../../../server/core/parts.ts";
import type { Outcome } from "../../../../server/ports/outcome.ts";
import type { Ports } from "../../../../server/ports/ports.ts";
import { aboutCall, answerOf, type About } from "./calls.ts";
import type { Fact, Value } from "./fact.ts";
import type { Subject } from "./subject.ts";

type Of = Readonly<Record<string, Value>>;

export class Witness {
  /** The core of each node that runs, by its number from 1. */
  readonly contexts = new Map<number, NodeContext>();
  readonly #subjects: readonly Subject[];
  readonly #nowUs: () => number;
  readonly #tell: (subject: Subject, fact: Fact) => void;
  readonly #lives = new Map<number, number>();
  #calls = 0;

  constructor(
    subjects: readonly Subject[],
    nowUs: () => number,
    tell: (subject: Subject, fact: Fact) => void,
  ) {
    this.#subjects = subjects;
    this.#nowUs = nowUs;
    this.#tell = tell;
  }

  /** From here on nothing of that node counts. */
  nodeDown(node: number): void {
    this.#lives.set(node, (this.#lives.get(node) ?? 0) + 1);
    this.contexts.delete(node);
  }

  ports(ports: Ports, node: number): Ports {
    const life = this.#lives.get(node) ?? 0;
    const alive = (): boolean => this.#lives.get(node) === life || !this.#lives.has(node);
    const watch = <T extends object>(port: T, name: string): T =>
      watched(port, (method, args, answer) => {
        if (alive()) this.#called(node, `${name}.${method}`, args, answer, alive);
      });
    return {
      ...ports,
      messages: watch(ports.messages, "messages"),
      presence: watch(ports.presence, "presence"),
      link: watch(ports.link, "link"),
    };
  }

  parts(planted: Partial<NodeParts>, node: number): Partial<NodeParts> {
    const inner: NodeParts = { ...PARTS, ...planted };
    const told = (e: string, of: Of): void => this.#everyone(e, { node, ...of });
    return {
      ...planted,
      lease: (context) => {
        this.contexts.set(node, context);
        return inner.lease(context);
      },
      linkChanged: (context, peer, up) => {
        told("link", { peer, up: up ? 1 : 0 });
        inner.linkChanged(context, peer, up);
      },
      send: (context, session, frame) => {
        const { chat, n } = frame;
        told("came", { what: "send", user: session.user, chat, device: session.device, n });
        inner.send(context, session, frame);
      },
      read: (context, session, chat, device, n, readAt) => {
        told("came", { what: "read", user: session.user, chat, device, n });
        return inner.read(context, session, chat, device, n, readAt);
      },
      receiptOk: (context, session, chat, device, n) => {
        told("came", { what: "receipt-ok", user: session.user, chat, device, n });
        return inner.receiptOk(context, session, chat, device, n);
      },
      deliver: (context, user, epoch, message) => {
        const { chat, device, n } = message;
        told("took", { what: "deliver", user, chat, device, n });
        return inner.deliver(context, user, epoch, message);
      },
      receipt: (context, user, epoch, chat, device, n, readAt) => {
        told("took", { what: "receipt", user, chat, device, n });
        return inner.receipt(context, user, epoch, chat, device, n, readAt);
      },
      close: (context, session, code, reason) => {
        told("closing", { user: session.user, device: session.device, code, reason });
        inner.close(context, session, code, reason);
      },
    };
  }

  #everyone(e: string, of: Of): void {
    const t = this.#nowUs();
    for (const subject of this.#subjects) this.#tell(subject, { t, e, of });
  }

  #called(
    node: number,
    op: string,
    args: readonly unknown[],
    answer: unknown,
    alive: () => boolean,
  ): void {
    const about = aboutCall(op, args);
    if (about === undefined) return;
    const concerned = this.#subjects.filter((subject) => concerns(subject, about));
    if (concerned.length === 0) return;
    const id = ++this.#calls;
    const askedUs = this.#nowUs();
    const isAsk = op.startsWith("link.");
    const named = concerned.map((subject) => {
      const user = about.users?.find((each) => subject.people.has(each));
      const of: Of = {
        node,
        op,
        id,
        to: about.to,
        ...about.of,
        ...(user === undefined ? {} : { user }),
      };
      this.#tell(subject, { t: askedUs, e: isAsk ? "ask" : "call", of });
      return { subject, of };
    });
    if (!(answer instanceof Promise)) return;
    void (answer as Promise<Outcome<unknown>>).then((outcome) => {
      if (!alive()) return;
      const t = this.#nowUs();
      for (const { subject, of } of named) {
        const value = outcome.kind === "ok" ? answerOf(op, outcome.value, subject, args) : "";
        const ended: Of = { ...of, outcome: outcome.kind, answer: value, askedUs };
        this.#tell(subject, { t, e: isAsk ? "ask-end" : "call-end", of: ended });
      }
    });
  }
}

function concerns(subject: Subject, { users, of, isMany }: About): boolean {
  if (isMany === true && subject.isMessage) return false;
  const { chat, device } = of;
  if (typeof chat === "number" && typeof device === "number") return subject.isLog(chat, device);
  return users?.some((user) => subject.people.has(user)) === true;
}

type Told = (method: string, args: readonly unknown[], answer: unknown) => void;

/** Every method as before, and told of. */
function watched<T extends object>(port: T, told: Told): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        const answer: unknown = Reflect.apply(member, target, args);
        told(String(name), args, answer);
        return answer;
      };
    },
  });
}
