// Voice and files of any size go the picture's way.
import { describe, expect, it } from "vitest";
import { story } from "../support/story.ts";

const KIB = 1024;

describe("other things than pictures", () => {
  it.each([
    ["voice", 1],
    ["voice", 300 * KIB],
    ["voice", 10 * KIB * KIB],
    ["file", 1],
    ["file", 300 * KIB],
    ["file", 10 * KIB * KIB],
  ] as const)("S107 IMG1 a %s of %i bytes goes the picture's way", async (kind, bytes) => {
    const town = await story({ friends: [["X", "Y"]] });
    const x = await town.signIn("X", { node: "node-2" });
    const y = await town.signIn("Y", { node: "node-3" });
    x.sendFile("Y", kind, bytes, "something");
    await town.until(() => y.texted().length > 0, 30_000, "Y is told");
    // Stored first, then named.
    const order = town.record.calls
      .map(({ call }) => call)
      .filter((call) => ["blobs.put", "messages.recordBlob", "messages.append"].includes(call));
    expect(order).toEqual(["blobs.put", "messages.recordBlob", "messages.append"]);
    const [blob] = x.uploads;
    const [row] = town.store.messages();
    expect(row).toMatchObject({ kind, url: blob });
    expect(row!.thumbnail).toBeUndefined();
    expect(y.heard("message")).toMatchObject([{ kind, url: blob }]);
    // On demand, with the digest that was uploaded.
    expect(town.record.calls.filter(({ call }) => call === "blobs.get")).toEqual([]);
    y.open("X", blob!);
    await town.until(() => y.downloads().length > 0, 30_000, "the download");
    expect(y.downloads()).toEqual(["intact"]);
    expect(y.answers[0]!.sha256).toBe(town.store.blobRow(blob!)!.sha256);
    expect(y.answers[0]!.body!.bytes).toBe(bytes + 16);
    expect(await town.close()).toEqual([]);
  });
});
