// BND1 bounded: what the harness samples stays within its stated limit, and sends balance: sent =
// confirmed + refused + unknown, but for the youngest and for devices that their person left.
import { BOUNDS } from "./bounds.ts";
import type { CheckerFactory } from "./context.ts";
import { Findings, WHY } from "./findings.ts";
import { ANSWER, FLAG } from "./message-table.ts";

const WHAT: readonly string[] = [
  "client queue bytes",
  "requests in flight of a session",
  "store calls in flight of a node",
  "link queue",
  "deliver attempts of one message",
  "device outbox",
];

export const bnd1: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("BND1");
  const { messages } = facts;

  function judgeBalance(): void {
    const youngestT = facts.endT - scenario.attachmentDeadlineUs - BOUNDS.deadlineSlackUs;
    const ended = [0, 0, 0, 0];
    let excused = 0;
    let sent = 0;
    for (let row = 0; row < messages.count; row += 1) {
      if ((messages.flags[row]! & FLAG.invoked) === 0) continue;
      sent += 1;
      const answer = messages.answer[row]!;
      ended[answer]! += 1;
      if (answer !== ANSWER.open) continue;
      const log = facts.logs[messages.log[row]!]!;
      const sender = facts.userOf(log.sender);
      const left = sender.device !== log.device || sender.signedOutT >= messages.invokedT[row]!;
      if (left || messages.invokedT[row]! >= youngestT) excused += 1;
    }
    findings.counted += sent;
    const [open = 0, ok, refused, unknown] = ended;
    if (open === excused) return;
    findings.violated(
      facts.endT,
      `${sent} sends, but ${ok} confirmed, ${refused} refused, ${unknown} unknown and ${excused} of ` +
        `young or left devices: ${open - excused} have no end`,
    );
  }

  return {
    id: "BND1",
    listener: {
      limitSampled(t, what, owner, value, limit) {
        findings.counted += 1;
        if (value <= limit) return;
        findings.violated(
          t,
          `${WHAT[what]} of ${owner}: ${value} above the limit of ${limit}`,
          owner,
        );
      },
    },
    result(complete) {
      if (complete) judgeBalance();
      return findings.result(complete ? undefined : WHY.interrupted);
    },
  };
};
