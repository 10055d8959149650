// A body whose sender may leave at any moment: whoever stores it must learn so at once.
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import { CheckedBody } from "../../../server/live/checked-body.ts";

describe("a checked body", () => {
  it("of a sender who left before it was asked for fails at once", async () => {
    const source = Readable.from([Buffer.from("part")]);
    source.destroy();
    await finished(source, { cleanup: true }).catch(() => undefined);
    const body = new CheckedBody(source, 4, "00");
    await expect(finished(body)).rejects.toThrow("the sender's stream ended early");
    expect(body.released).toBe(false);
    expect(body.failure?.message).toBe("the sender's stream ended early");
  });

  it("of a sender who leaves midway fails too, and lets nothing of its last bytes go", async () => {
    const source = new Readable({ read: () => undefined });
    source.push(Buffer.from("part"));
    const body = new CheckedBody(source, 8, "00");
    const passed: Buffer[] = [];
    body.on("data", (chunk: Buffer) => passed.push(chunk));
    setImmediate(() => source.destroy());
    await expect(finished(body)).rejects.toThrow("the sender's stream ended early");
    expect(passed).toEqual([]);
  });
});
