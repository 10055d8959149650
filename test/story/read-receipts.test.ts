// Z reads what X wrote, X being online on another node: the entry closes, and X is told.
import { describe, expect, it } from "vitest";
import { story } from "../support/story.ts";

async function shownToZ() {
  const town = await story({ friends: [["X", "Z"]] });
  const x = await town.signIn("X", { node: "node-2" });
  const z = await town.signIn("Z", { node: "node-1" });
  x.send("Z", "hello Z");
  await town.runFor(1_000);
  return { town, x, z };
}

describe("Z reads a message, X being online", () => {
  it("S85 RCP2 RCP3 Z confirms to N1 that it has read it, and X is notified; being shown is not reading", async () => {
    const { town, x, z } = await shownToZ();
    await town.runFor(10 * 60_000);
    expect(z.texted()).toEqual(["hello Z"]);
    expect(x.receipts()).toEqual([]);
    expect(town.store.unread("Z")).toMatchObject([{ sentN: 1, readN: 0 }]);
    z.read("X");
    await town.runFor(1_000);
    const chat = town.chat("X", "Z");
    const device = x.device.device;
    expect(z.heard("read-ok")).toEqual([{ type: "read-ok", chat, device, n: 1 }]);
    const { readAt } = z.sent("read")[0]!;
    expect(x.heard("receipt")).toEqual([{ type: "receipt", chat, device, n: 1, readAt }]);
    expect(x.receipts()).toMatchObject([{ chat, n: 1, readAt }]);
    expect(await town.close()).toEqual([]);
  });

  it("S86 N1 first sees which host is responsible for X: that is N2", async () => {
    const { town, x, z } = await shownToZ();
    const from = town.record.calls.length;
    z.read("X");
    await town.until(() => x.receipts().length > 0, 1_000, "X is told");
    const asked = town.record.calls.slice(from).filter(({ call }) => call === "presence.lookup");
    expect(asked.map(({ node, args }) => [node, args[0]])).toEqual([["node-1", x.user]]);
    expect(town.store.presence("X")!.node).toBe("node-2");
    const steps = town.record.trace
      .filter(({ event }) => event.startsWith("receipt-"))
      .map(({ node, event }) => `${node} ${event}`);
    expect(steps.slice(0, 2)).toEqual(["node-1 receipt-forwarded", "node-2 receipt-pushed"]);
  });

  it("S87 UNR4 N2 tells X that Z has read it, and the entry is closed by then", async () => {
    const { town, x, z } = await shownToZ();
    const from = town.record.calls.length;
    z.read("X");
    await town.until(() => x.receipts().length > 0, 1_000, "X is told");
    expect(x.node).toBe("node-2");
    expect(town.store.entries("Z")).toMatchObject([{ sentN: 1, readN: 1 }]);
    expect(town.store.unread("Z")).toEqual([]);
    // In this order: due to X, closed for Z, confirmed, looked up.
    const stores = town.record.calls
      .slice(from)
      .map(({ call }) => call)
      .filter((call) =>
        ["messages.raiseReceipt", "messages.raiseRead", "presence.lookup"].includes(call),
      );
    expect(stores).toEqual(["messages.raiseReceipt", "messages.raiseRead", "presence.lookup"]);
    expect(await town.close()).toEqual([]);
  });

  it("S87 read-ok waits for both audits", async () => {
    const { town, x, z } = await shownToZ();
    const release = town.gate.hold("messages.raiseRead");
    z.read("X");
    await town.runFor(1_000);
    expect(town.store.receipts("X")).toMatchObject([{ readN: 1, seenN: 0 }]);
    expect(town.store.unread("Z")).toHaveLength(1);
    expect(z.heard("read-ok")).toEqual([]);
    expect(x.receipts()).toEqual([]);
    release();
    await town.runFor(1_000);
    expect(town.store.unread("Z")).toEqual([]);
    expect(z.heard("read-ok")).toHaveLength(1);
    expect(x.receipts()).toHaveLength(1);
  });

  it("RCP1 X's acknowledgement raises seen_n; a repeat of the read shows no second receipt", async () => {
    const { town, x, z } = await shownToZ();
    z.read("X");
    await town.runFor(1_000);
    expect(x.sent("receipt-ok")).toHaveLength(1);
    expect(town.store.receipts("X")).toMatchObject([{ readN: 1, seenN: 1 }]);
    expect(town.store.due("X")).toEqual([]);
    z.device.connection!.send(z.sent("read")[0]!);
    await town.runFor(1_000);
    expect(z.heard("read-ok")).toHaveLength(2);
    expect(x.receipts()).toHaveLength(1);
    expect(town.store.receipts("X")).toMatchObject([{ readN: 1, seenN: 1 }]);
    expect(await town.close()).toEqual([]);
  });
});
