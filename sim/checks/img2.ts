// IMG2 members only: a blob is served to nobody else; a send that names an old or foreign blob is refused;
// blobs without a confirmed message are not more than the sends that may have left one.
import { DOWNLOAD, OUTCOME } from "../history/history.ts";
import type { CheckerFactory } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { ANSWER } from "./message-table.ts";

export const img2: CheckerFactory = ({ facts }) => {
  const findings = new Findings("IMG2");
  const { messages } = facts;
  const named = new Map<number, number>();
  const scanned = new Set<number>();
  /** Uploads whose end is unknown, and sends that ended before they took n. */
  let leftBehind = 0;

  function judgeOrphans(): void {
    findings.counted += 1;
    let orphans = 0;
    for (const blob of scanned) {
      const row = named.get(blob);
      if (row === undefined || messages.answer[row] !== ANSWER.ok) orphans += 1;
    }
    let unconfirmed = leftBehind;
    for (const row of named.values()) if (messages.answer[row] !== ANSWER.ok) unconfirmed += 1;
    if (orphans <= unconfirmed) return;
    findings.violated(
      facts.endT,
      `${orphans} blobs belong to no confirmed message, but only ${unconfirmed} sends can have left one`,
    );
  }

  return {
    id: "IMG2",
    listener: {
      blobNamed(_t, _chat, _device, _n, blob) {
        if (facts.row >= 0) named.set(blob, facts.row);
      },
      uploaded(_t, _operation, _user, _chat, _blob, _bytes, outcome) {
        if (outcome === OUTCOME.unknown) leftBehind += 1;
      },
      sendDropped() {
        leftBehind += 1;
      },
      downloaded(t, operation, user, chat, blob, result, member) {
        if (member !== 0) return;
        findings.counted += 1;
        if (result !== DOWNLOAD.intact && result !== DOWNLOAD.corrupt) return;
        findings.violated(
          t,
          `user ${user}, no member of chat ${chat}, was served blob ${blob} by operation ${operation}`,
          user,
          chat,
        );
      },
      plantedBlobSend(t, user, chat, outcome) {
        findings.counted += 1;
        if (outcome !== OUTCOME.ok) return;
        findings.violated(
          t,
          `a send of user ${user} that names an old or foreign blob was confirmed in chat ${chat}`,
          user,
          chat,
        );
      },
      scanBlob(_t, blob) {
        scanned.add(blob);
      },
    },
    result(complete) {
      if (complete && facts.scanned) judgeOrphans();
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
