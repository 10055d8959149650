// What is pending when recovery is demanded, in words.
import { describe, expect, it } from "vitest";
import { KIND, OPERATION, OUTCOME, type History } from "../../../sim/history/history.ts";
import { Pending } from "../../../sim/run/pending.ts";

const S = 1_000_000;

describe("what is pending", () => {
  it("names who is not connected, not synced, not drained, and what is open", () => {
    const pending = new Pending();
    const told = pending.listener as History;
    told.friendship(0, 1, 2, 12);
    for (const user of [1, 2, 3, 4]) told.signedIn(S, user, user * 10, 0);
    for (const user of [1, 2, 3]) told.connected(2 * S, user, user * 10, user, 0);
    told.synced(3 * S, 1, 10, 1);
    told.synced(3 * S, 2, 20, 2);
    told.sendInvoked(4 * S, 1, 10, 12, 1, 1, KIND.text, 0, 4 * S);
    told.sendEnded(5 * S, 1, 10, 12, 1, OUTCOME.ok);
    told.sendInvoked(6 * S, 1, 10, 12, 2, 2, KIND.text, 0, 6 * S);
    told.sendEnded(7 * S, 1, 10, 12, 2, OUTCOME.unknown);
    told.operationBegan(65 * S, 9, OPERATION.history, 2, 20, 12);
    told.quietBegan(60 * S, 1);
    told.quietBegan(121 * S, 2);
    expect(pending.atRecovery).toBe(
      "pending 61 s after the faults ended: 1 not connected (user 4 since 0:01); " +
        "1 not synced (user 3 since 0:02); 1 not drained (user 2: 1, first 12/10/1); " +
        "2 operations open (send 12/10/2 of user 1 since 0:06, history of user 2 since 1:05)",
    );
  });

  it("is nothing where all came to its end, and where people mean to be away", () => {
    const pending = new Pending();
    const told = pending.listener as History;
    told.friendship(0, 1, 2, 12);
    told.signedIn(0, 1, 10, 0);
    told.connected(1, 1, 10, 1, 0);
    told.synced(2, 1, 10, 1);
    told.signedIn(2, 2, 20, 0);
    told.signedOut(3, 2, 20, 0);
    told.sendInvoked(4, 1, 10, 12, 1, 1, KIND.text, 0, 4);
    told.sendEnded(5, 1, 10, 12, 1, OUTCOME.ok);
    told.readInvoked(6, 1, 10, 12, 20, 1, 0);
    told.readEnded(7, 1, 10, 12, 20, 1, OUTCOME.ok);
    told.quietBegan(8, 1);
    told.quietBegan(9, 2);
    told.ended(10);
    expect(pending.atRecovery).toBeUndefined();
    expect(pending.atEnd).toBeUndefined();
  });

  it("counts a connection that broke, lists six, and counts the others", () => {
    const pending = new Pending();
    const told = pending.listener as History;
    for (let user = 1; user <= 8; user++) {
      told.signedIn(0, user, user, 0);
      told.connected(0, user, user, user, 0);
      told.synced(0, user, user, user);
      told.closed(70 * S, user, user, user, 0);
    }
    told.quietBegan(71 * S, 1);
    told.quietBegan(75 * S, 2);
    expect(pending.atRecovery).toMatch(
      /^pending 4 s after the faults ended: 8 not connected \(user 1 since 1:10, .*user 6 since 1:10, and 2 more\)$/,
    );
  });
});
