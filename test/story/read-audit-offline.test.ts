// Z reads what X wrote while X is away: it is written down, and X hears of it at the next sign-in.
import { describe, expect, it } from "vitest";
import { story } from "../support/story.ts";

async function readWhileXIsAway() {
  const town = await story({ friends: [["X", "Z"]] });
  const x = await town.signIn("X", { node: "node-2" });
  const z = await town.signIn("Z", { node: "node-1" });
  x.send("Z", "hello Z");
  await town.runFor(1_000);
  x.signOut();
  await town.runFor(60_000);
  z.read("X");
  await town.runFor(1_000);
  const readAt = z.sent("read")[0]!.readAt;
  return { town, x, z, readAt };
}

describe("Z reads a message, X being away", () => {
  it("S88 RCP1 N1 puts an entry into Read_Audit: X's message to Z has been read at time T", async () => {
    const { town, x, z, readAt } = await readWhileXIsAway();
    expect(town.store.due("X")).toEqual([
      {
        chat: town.chat("X", "Z"),
        device: x.device.device,
        reader: z.user,
        readN: 1,
        readAt,
        seenN: 0,
      },
    ]);
    // T is the time on Z's device at which Z read it.
    const readT = town.record.events("readInvoked", { user: z.user })[0]!["t"]!;
    const wallMs = town.world.ports.clock.wallMs() - (town.kernel.now - readT) / 1_000;
    expect(Math.abs(readAt - wallMs)).toBeLessThan(200);
    expect(x.receipts()).toEqual([]);
    const writer = town.record.calls.find(({ call }) => call === "messages.raiseReceipt");
    expect(writer?.node).toBe("node-1");
    expect(town.store.unread("Z")).toEqual([]);
  });

  it("S89 RCP2 X comes online: N2 reads Read_Audit and tells X that the message was read at T, once", async () => {
    const { town, x, readAt } = await readWhileXIsAway();
    await town.runFor(3 * 3_600_000);
    const from = town.record.calls.length;
    await town.signIn("X", { node: "node-2" });
    await town.runFor(1_000);
    const reads = town.record.calls
      .slice(from)
      .filter(({ node, call }) => node === "node-2" && call === "messages.receiptEntries");
    expect(reads.length).toBeGreaterThan(0);
    expect(x.receipts()).toMatchObject([{ chat: town.chat("X", "Z"), n: 1, readAt }]);
    expect(town.store.receipts("X")).toMatchObject([{ readN: 1, seenN: 1 }]);
    x.signOut();
    await town.runFor(60_000);
    await town.signIn("X", { node: "node-3" });
    await town.runFor(1_000);
    expect(x.heard("receipt")).toHaveLength(1);
    expect(await town.close()).toEqual([]);
  });

  it("S89 RCP2 X's line breaks between the receipt and its acknowledgement: told again, shown once", async () => {
    const { town, x } = await readWhileXIsAway();
    town.dial("X", { node: "node-2" });
    await town.until(() => x.heard("receipt").length > 0, 5_000, "the receipt");
    // The acknowledgement is on its way, and will never arrive.
    expect(x.sent("receipt-ok")).toHaveLength(1);
    town.kill("node-2");
    await town.runFor(100);
    expect(town.store.due("X")).toHaveLength(1);
    await town.until(() => x.nodes().length === 3 && x.device.synced, 10_000, "X is back");
    await town.runFor(1_000);
    expect(x.heard("receipt")).toHaveLength(2);
    expect(x.receipts()).toHaveLength(1);
    expect(town.store.due("X")).toEqual([]);
    expect(await town.close()).toEqual([]);
  });
});
