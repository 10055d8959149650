// The orders that are asked of the facts of a life: each with facts that keep it and facts that break it.
import { describe, expect, it } from "vitest";
import type { Fact, Value } from "../../../sim/run/trace/lives/fact.ts";
import { departuresIn } from "../../../sim/run/trace/lives/laws.ts";
import { Subject } from "../../../sim/run/trace/lives/subject.ts";

const CHAT = 7;
const LOG = 41;
const SENDER = 1;
const READER = 2;
const N = 3;
const S = 1_000_000;

function subject(): Subject {
  const about = new Subject({
    ...{ rule: "RCP2", t: 100 * S, text: "", user: 0 },
    ...{ chat: CHAT, device: LOG, n: N },
  });
  about.take({ t: 0, e: "friendship", of: { userLow: SENDER, userHigh: READER, chat: CHAT } });
  about.take(fact(0, "sendInvoked", { user: SENDER, n: N }));
  return about;
}

function fact(t: number, e: string, of: Readonly<Record<string, Value>> = {}): Fact {
  return { t: t * S, e, of: { chat: CHAT, device: LOG, n: N, ...of } };
}

let calls = 0;

/** A call of node-1 and its end, half a second later. */
function call(
  t: number,
  op: string,
  of: Readonly<Record<string, Value>> = {},
  outcome = "ok",
): Fact[] {
  const id = ++calls;
  const all = { node: 1, op, id, to: "cassandra", ...of };
  return [fact(t, "call", all), fact(t + 0.5, "call-end", { answer: "", ...all, outcome })];
}

const lookUp = (t: number, answer: string, outcome = "ok"): Fact[] =>
  call(t, "presence.lookup", { user: READER, answer }, outcome);

function sentWell(): Fact[] {
  return [
    ...[1, 2].map((n) => fact(0.1 * n, "rowApplied", { kind: 0, n })),
    fact(0.5, "sendInvoked", { user: SENDER, content: 30 }),
    fact(1, "came", { node: 1, what: "send", user: SENDER }),
    ...call(1.1, "messages.append"),
    fact(1.4, "rowApplied", { kind: 0 }),
    ...call(1.7, "messages.raiseSent"),
    fact(2, "sentRaised", { recipient: READER }),
    fact(2.3, "node:confirmed", { node: 1, user: SENDER }),
    ...lookUp(2.4, "offline: no record"),
  ];
}

function readWell(): Fact[] {
  return [
    fact(5, "readInvoked", { user: READER }),
    ...call(5.1, "messages.raiseReceipt"),
    fact(5.4, "receiptRaised", { sender: SENDER }),
    ...call(5.7, "messages.raiseRead"),
    fact(6, "readRaised", { reader: READER }),
    fact(7, "receiptFrame", { user: SENDER }),
    fact(7.1, "receiptShown", { user: SENDER }),
    fact(7.1, "receiptAcknowledged", { user: SENDER }),
    ...call(7.5, "messages.raiseSeen"),
    fact(7.8, "seenRaised", { sender: SENDER }),
  ];
}

function found(...facts: readonly Fact[]): { lane: string; expected: string; happened: string }[] {
  return [
    ...departuresIn(
      facts.toSorted((a, b) => a.t - b.t),
      subject(),
    ),
  ];
}

describe("a life in order", () => {
  it("leaves no order", () => {
    expect(found(...sentWell(), ...readWell())).toEqual([]);
  });
});

describe("a send", () => {
  const without = (e: string): Fact[] =>
    sentWell().filter((one) => one.e !== e || (e === "rowApplied" && one.of["n"] !== N));

  it("is not confirmed before its row stands", () => {
    const facts = [...without("rowApplied"), fact(3, "rowApplied", { kind: 0 })];
    expect(found(...facts).map(({ happened }) => happened)).toEqual(
      expect.arrayContaining([
        expect.stringContaining(
          "no row n 3 stood: its append was begun at 0:01.100 by node-1 and ended ok",
        ),
      ]),
    );
  });

  it("is not confirmed before the entry covers it", () => {
    const facts = without("sentRaised").filter(({ of }) => of["op"] !== "messages.raiseSent");
    const [departure] = found(...facts, fact(4, "nodeDown", { node: 1, planned: 0 }));
    expect(departure).toMatchObject({
      lane: "node-1",
      expected: expect.stringContaining("before the sender hears sent"),
    });
    expect(departure!.happened).toContain("the node never asked to raise it, and died at 0:04.000");
  });

  it("is refused for good only where nothing can stand", () => {
    const refused = [
      fact(0.5, "sendInvoked", { user: SENDER, content: 30 }),
      fact(1, "came", { node: 1, what: "send", user: SENDER }),
      ...call(1.1, "messages.append", {}, "unknown"),
      fact(1.7, "node:refused", { node: 1, user: SENDER }),
      fact(1.8, "sendEnded", { user: SENDER, outcome: 1 }),
      fact(9, "rowApplied", { kind: 0 }),
    ];
    expect(found(...refused)[0]!.happened).toContain("ended unknown; the row stood at 0:09.000");
    const early = refused.filter(({ e }) => e !== "call" && e !== "call-end" && e !== "rowApplied");
    expect(found(...early)).toEqual([]);
  });

  it("keeps its n and its row", () => {
    const again = fact(3, "sendInvoked", { user: SENDER, content: 30, n: 4 });
    expect(found(...sentWell(), again)[0]!.happened).toContain("took n 4 for the same message");
    const over = fact(3, "rowApplied", { kind: 0 });
    expect(found(...sentWell(), over)[0]!.happened).toContain(
      "row n 3 was written over at 0:03.000",
    );
    const came = (content: number): Fact =>
      fact(4, "messageFrame", {
        user: READER,
        from: SENDER,
        session: 5,
        logDevice: LOG,
        content,
        kind: 0,
      });
    expect(found(...sentWell(), came(30))).toEqual([]);
    expect(found(...sentWell(), came(31))[0]!.happened).toBe("at 0:04.000 it came with send 31");
    // A void may take the place of what nobody was told of.
    expect(found(...sentWell(), fact(3, "rowApplied", { kind: 4 }))).toEqual([]);
    expect(found(...without("sendInvoked"))[0]!.happened).toContain(
      "which the device had never taken",
    );
  });

  it("looks the owner up after the mark", () => {
    const early = [
      ...sentWell().filter(({ of }) => of["op"] !== "presence.lookup"),
      ...lookUp(1.05, "offline: no record"),
    ];
    expect(found(...early)[0]!.happened).toContain(
      'looked the owner up before: the answer of 0:01.550 was "offline: no record"',
    );
    const never = sentWell().filter(({ of }) => of["op"] !== "presence.lookup");
    expect(found(...never)[0]!.happened).toContain("asked nobody who owns user 2");
    // A node that dies is excused: the entry covers the message.
    expect(found(...never, fact(3, "nodeDown", { node: 1, planned: 0 }))).toEqual([]);
  });

  it("repeats a look-up that nobody answered, unless all peers did", () => {
    const once = [
      ...sentWell().filter(({ of }) => of["op"] !== "presence.lookup"),
      ...lookUp(2.4, "", "unknown"),
    ];
    expect(found(...once)[0]!.happened).toContain("ended unknown at 0:02.900 and was not repeated");
    expect(found(...once, ...lookUp(4.9, "offline: no record"))).toEqual([]);
    const asked = fact(3, "ask-end", {
      node: 1,
      type: "who-has",
      user: READER,
      id: 900,
      outcome: "ok",
    });
    expect(found(...once, asked)).toEqual([]);
  });

  it("tells the owner whom the look-up names", () => {
    const facts = [
      ...sentWell().filter(({ of }) => of["op"] !== "presence.lookup"),
      ...lookUp(2.4, "online on node-2, epoch 0:00.001 #1"),
    ];
    expect(found(...facts)[0]!.happened).toContain("nobody was told of n 3");
    const told = fact(3, "ask", { node: 1, type: "deliver", to: "node-2", user: READER, id: 901 });
    expect(found(...facts, told)).toEqual([]);
  });
});

describe("a read", () => {
  it("makes the receipt due before it closes the entry", () => {
    const facts = readWell().filter(
      ({ e, of }) => e !== "receiptRaised" && of["op"] !== "messages.raiseReceipt",
    );
    const [departure] = found(
      ...sentWell(),
      ...facts,
      fact(8, "nodeDown", { node: 1, planned: 0 }),
    );
    expect(departure!.happened).toContain(
      "while read_audit stood at 0: raising that was never asked for; node-1 died at 0:08.000",
    );
  });

  it("is confirmed when both marks stand", () => {
    const stored = fact(6.5, "node:read-stored", { node: 1, user: READER });
    expect(found(...sentWell(), ...readWell(), stored)).toEqual([]);
    const open = readWell().filter(
      ({ of, e }) => e !== "readRaised" && of["op"] !== "messages.raiseRead",
    );
    expect(found(...sentWell(), ...open, stored)[0]!.happened).toContain(
      "while read_n of unread_audit stood at 0: raising that was never asked for",
    );
  });

  it("stays within what was sent", () => {
    const [departure] = found(
      ...sentWell(),
      ...readWell().map((one) =>
        one.e === "readRaised" ? fact(6, "readRaised", { reader: READER, n: 1005 }) : one,
      ),
    );
    expect(departure!.happened).toContain("read_n was raised to 1005");
  });

  it("is told after it was read, and seen after it was acknowledged", () => {
    const early = [...sentWell(), fact(4, "receiptFrame", { user: SENDER })];
    expect(found(...early)[0]!.happened).toContain("read so far: nothing");
    const unseen = readWell().filter(
      ({ e }) => e !== "receiptAcknowledged" && e !== "receiptShown",
    );
    expect(found(...sentWell(), ...unseen)[0]!.happened).toContain(
      "raised seen_n to 3 at 0:07.500 without any acknowledgement; the device never showed it",
    );
  });

  it("never moves a mark back", () => {
    const facts = [...sentWell(), ...readWell(), fact(9, "readRaised", { reader: READER, n: 1 })];
    expect(found(...facts)).toMatchObject([{ happened: "it fell to 1 at 0:09.000" }]);
  });
});

describe("ownership", () => {
  const of = (t: number, e: string, more: Readonly<Record<string, Value>>): Fact => ({
    ...{ t: t * S, e },
    of: { user: READER, node: 2, ...more },
  });
  const record = (t: number, rank: number, released = 0): Fact =>
    of(t, "presenceApplied", { rank, released, incarnation: 1 });
  const asked = (t: number, answer: string): Fact =>
    of(t, "call-end", { node: 1, op: "presence.lookup", id: ++calls, outcome: "ok", answer });

  it("only rises, and what is released stays so", () => {
    expect(found(record(1, 10), record(2, 20), record(3, 20, 1), record(4, 30))).toEqual([]);
    expect(found(record(1, 20), record(2, 10))[0]!.expected).toContain("only above");
    expect(found(record(1, 20), record(2, 20, 1), record(3, 20))[0]!.expected).toContain(
      "which was released",
    );
    expect(found(record(1, 20), of(2, "presenceWiped", {}), record(3, 10))).toEqual([]);
  });

  it("ends with the lease of a dead node", () => {
    const before = [of(1, "connected", { session: 5 }), of(10, "nodeDown", { planned: 0 })];
    expect(found(...before, asked(15, "online on node-2, epoch 0:00.001 #1"))).toEqual([]);
    expect(
      found(...before, asked(30, "online on node-2, epoch 0:00.001 #1"))[0]!.happened,
    ).toContain("still said");
    expect(found(...before, asked(30, "offline: no record"))).toEqual([]);
    const back = [...before, record(29, 30), asked(30, "online on node-2, epoch 0:00.001 #1")];
    expect(found(...back)).toEqual([]);
  });

  it("is found where it stands", () => {
    const here = [
      record(1, 10),
      of(1, "connected", { session: 5 }),
      of(1.1, "synced", { session: 5 }),
    ];
    expect(found(...here, asked(9, "offline: no record"))[0]!.expected).toContain(
      "is connected and claimed",
    );
    expect(found(...here, asked(9, "online on node-2, epoch 0:00.001 #1"))).toEqual([]);
    expect(found(...here, of(5, "presenceWiped", {}), asked(9, "offline: no record"))).toEqual([]);
  });

  it("delivers to open sessions, and gives way to newer ones alone", () => {
    const said = of(5, "deliverAnswered", { rank: 10 });
    expect(found(record(1, 10), said)).toEqual([]);
    expect(found(record(1, 10), record(2, 10, 1), said)[0]!.happened).toContain(
      "answered delivered",
    );
    const signIns = [of(1, "signedIn", { device: 8 }), of(2, "signedIn", { device: 9 })];
    const closing = (device: number, by: number): Fact =>
      of(5, "closing", { device, code: 4409, reason: `replaced by device ${by}` });
    expect(found(...signIns, closing(8, 9))).toEqual([]);
    expect(found(...signIns, closing(9, 8))[0]!.expected).toContain("only for a newer sign-in");
  });
});

describe("a sign-in and its tail", () => {
  const user = READER;
  const at = (t: number, e: string, of: Readonly<Record<string, Value>> = {}): Fact => ({
    ...{ t: t * S, e },
    of: { user, node: 2, ...of },
  });
  const claim = (t: number): Fact[] => {
    const all = { op: "presence.hold", id: ++calls, to: "redis" };
    return [
      at(t, "call", all),
      at(t + 0.1, "call-end", { ...all, outcome: "ok", answer: "installed" }),
    ];
  };
  const look = (t: number, op = "messages.unreadEntries"): Fact[] => {
    const all = { op, id: ++calls, to: "cassandra" };
    return [
      at(t, "call", all),
      at(t + 0.1, "call-end", { ...all, outcome: "ok", answer: "no entry" }),
    ];
  };
  const opened = at(1.5, "node:session-opened");

  it("claims before it looks at the audits", () => {
    expect(found(...sentWell(), opened, ...claim(1.6), ...look(1.9))).toEqual([]);
    const [departure] = found(...sentWell(), opened, ...look(1.6), ...claim(2.1));
    expect(departure).toMatchObject({ lane: "node-2" });
    expect(departure!.happened).toContain("in between, at 0:02.000, sent_n was raised to 3");
  });

  it("reads the tail again when a link is back", () => {
    const session = { session: 5, node: 2, user };
    const stays = [at(1, "connected", session), at(1.1, "synced", session)];
    const link = (t: number, up: number): Fact => at(t, "link", { peer: "node-1", up, user: 0 });
    const cut = [link(0.5, 1), link(10, 0), link(20, 1)];
    const [departure] = found(...sentWell(), ...stays, ...cut);
    expect(departure!.happened).toContain(
      "the link to node-1 was back at 0:20.000, and node-2 did not read the tail of user 2 again",
    );
    expect(found(...sentWell(), ...stays, ...cut, at(25, "node:tail-read"))).toEqual([]);
    // Who leaves meanwhile needs no tail.
    expect(found(...sentWell(), ...stays, ...cut, at(22, "closed", session))).toEqual([]);
  });

  it("goes on behind what the device has, in order", () => {
    const of = (n: number) => ({ session: 5, logDevice: LOG, chat: CHAT, n, start: n });
    const have = at(1, "haveDeclared", of(3));
    expect(found(have, at(1.1, "logFrame", of(3)))).toEqual([]);
    expect(found(have, at(1.1, "logFrame", of(2)))[0]!.happened).toContain(
      "told to go on after n 2",
    );
    const frames = [
      at(1, "haveDeclared", of(2)),
      at(1.1, "logFrame", of(2)),
      at(2, "messageFrame", of(3)),
      at(3, "messageFrame", of(5)),
    ];
    expect(found(...frames)[0]).toMatchObject({ expected: "after n 3 comes n 4" });
  });
});
