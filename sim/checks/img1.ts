// IMG1 intact: a picture behind a confirmed message was durable before `sent`, downloads as it was
// uploaded, and stands in the blob store at the end.
import { DOWNLOAD, OUTCOME } from "../history/history.ts";
import type { CheckerFactory, FaultFact } from "./context.ts";
import { endWhy, Findings } from "./findings.ts";
import { ANSWER, FLAG } from "./message-table.ts";
import { messageName } from "./subject.ts";

const HARM: Readonly<Record<number, string>> = {
  [DOWNLOAD.corrupt]: "corrupt",
  [DOWNLOAD.missing]: "missing",
  [DOWNLOAD.denied]: "denied to a member",
};

function spoilsBytes(fault: FaultFact): boolean {
  return fault.kind === "corrupt";
}

export const img1: CheckerFactory = ({ facts, scenario }) => {
  const findings = new Findings("IMG1");
  const { messages } = facts;
  const blobOfRow = new Map<number, number>();
  const rowOfBlob = new Map<number, number>();
  const applied = new Set<number>();
  const scanned = new Set<number>();
  const simulated = scenario.mode === "simulated";

  function violated(t: number, row: number, text: string): void {
    const log = facts.logs[messages.log[row]!]!;
    const n = messages.n[row]!;
    findings.violated(
      t,
      `the blob of ${messageName(log, n)} ${text}`,
      log.recipient,
      log.chat.chat,
      log.device,
      n,
    );
  }

  return {
    id: "IMG1",
    listener: {
      blobNamed(_t, _chat, _device, _n, blob) {
        if (facts.row < 0) return;
        blobOfRow.set(facts.row, blob);
        rowOfBlob.set(blob, facts.row);
      },
      blobApplied(_t, blob) {
        applied.add(blob);
      },
      sendEnded(t, _user, _device, _chat, _n, outcome) {
        if (!simulated || outcome !== OUTCOME.ok || (facts.flagsBefore & FLAG.named) === 0) return;
        if (facts.answerBefore === ANSWER.ok || facts.answerBefore === ANSWER.refused) return;
        findings.counted += 1;
        const blob = blobOfRow.get(facts.row)!;
        if (!applied.has(blob)) violated(t, facts.row, "was not durable when `sent` came");
      },
      downloaded(t, _operation, _user, _chat, blob, result, member) {
        const row = rowOfBlob.get(blob);
        if (member === 0 || row === undefined || messages.answer[row] !== ANSWER.ok) return;
        if (result === DOWNLOAD.unknown) return;
        findings.counted += 1;
        if (result === DOWNLOAD.intact) return;
        if (result === DOWNLOAD.corrupt && facts.windows.overlaps(0, t, spoilsBytes)) return;
        violated(t, row, `is ${HARM[result]} at its download`);
      },
      scanBlob(_t, blob) {
        scanned.add(blob);
      },
    },
    result(complete) {
      if (facts.scanned) {
        for (const [row, blob] of blobOfRow) {
          if (messages.answer[row] !== ANSWER.ok) continue;
          findings.counted += 1;
          if (!scanned.has(blob)) violated(facts.endT, row, "is missing from the final scan");
        }
      }
      return findings.result(endWhy(facts, complete, false));
    },
  };
};
