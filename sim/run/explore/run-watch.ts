// What an exploration wants to know of each run beside its verdicts: which fault met which operation, and which rare
// situations came up. It hears the history and the nodes' trace events; a run that is not explored does without.
import { KIND, OPERATION, type HistoryListener } from "../../history/history.ts";
import type { ResolvedScenario } from "../../scenario/types.ts";
import type { TraceListener } from "../../world/node-trace.ts";
import { Overlaps, type Operation } from "./overlaps.ts";
import { PairNumbers } from "./pair-numbers.ts";
import type { CoverageRow } from "../result.ts";
import { SITUATION_NAMES } from "./situations.ts";
import { SituationWatch } from "./situation-watch.ts";

const OPERATION_NAMES: Readonly<Record<number, Operation>> = {
  [OPERATION.befriend]: "befriend",
  [OPERATION.accept]: "accept",
  [OPERATION.history]: "history",
  [OPERATION.upload]: "upload",
  [OPERATION.download]: "download",
};

/** More messages than a log of a run holds. */
const LOG_MAX = 2 ** 24;

/** Of a message in a numbered log. */
function keyOf(log: number, n: number): number {
  return log * LOG_MAX + n;
}

export class RunWatch {
  readonly #overlaps: Overlaps;
  readonly #situations = new SituationWatch();
  readonly #typeOf = new Map<number, Operation>();
  readonly listener: HistoryListener;
  readonly trace: TraceListener;

  constructor(scenario: ResolvedScenario) {
    this.#overlaps = new Overlaps(scenario.faults);
    const kinds = scenario.faults.map(({ kind }) => kind);
    this.listener = { ...this.#ofPeople(), ...this.#ofMessages(), ...this.#ofOthers(kinds) };
    this.trace = (_node, event) => this.#situations.trace(event);
  }

  /** As rows of a run's coverage: they add up over seeds like all others. */
  rows(): readonly CoverageRow[] {
    const rows: CoverageRow[] = [];
    for (const [row, counts] of this.#overlaps.counts()) rows.push({ what: `met ${row}`, counts });
    const { counts } = this.#situations;
    for (const name of SITUATION_NAMES)
      rows.push({ what: `sometimes ${name}`, counts: { times: counts[name] } });
    return rows;
  }

  #ofPeople(): HistoryListener {
    const overlaps = this.#overlaps;
    const situations = this.#situations;
    return {
      signedIn: (_t, _user, _device, fresh) => situations.signedIn(fresh),
      signedOut: (t, user) => {
        overlaps.moment(t, "sign-out");
        situations.signedOut(t, user);
      },
      connecting: (t, _user, _device, session) => overlaps.begin(t, "sign-in", session),
      connected: (_t, user, _device, session, node) => situations.connected(user, session, node),
      synced: (_t, _user, _device, session) => {
        overlaps.end("sign-in", session);
        situations.synced(session);
      },
      closed: (_t, _user, _device, session, code) => {
        overlaps.end("sign-in", session);
        situations.closed(session, code);
      },
      presenceShown: (t, _observer, _user, state) => {
        overlaps.moment(t, "presence");
        situations.presenceShown(state);
      },
      requestShown: (_t, user, from) => situations.requestShown(user, from),
    };
  }

  #ofMessages(): HistoryListener {
    const overlaps = this.#overlaps;
    const situations = this.#situations;
    const logs = new PairNumbers();
    const readers = new PairNumbers();
    const receivers = new PairNumbers();
    return {
      sendInvoked: (t, _user, device, chat, n) =>
        overlaps.begin(t, "send", keyOf(logs.of(chat, device), n)),
      sendFrame: (_t, _user, device, session, chat, n) =>
        situations.sendFrame(keyOf(logs.of(chat, device), n), session),
      sendEnded: (_t, _user, device, chat, n, outcome) => {
        const message = keyOf(logs.of(chat, device), n);
        overlaps.end("send", message);
        situations.sendEnded(message, outcome);
      },
      messageFrame: (t, _user, _device, session, chat, _from, logDevice, _n, _content, kind) => {
        if (kind !== KIND.void) overlaps.moment(t, "receive");
        situations.messageFrame(session, logs.of(chat, logDevice), kind);
      },
      readInvoked: (t, user, _device, chat, logDevice, n) =>
        overlaps.begin(t, "read", keyOf(readers.of(logs.of(chat, logDevice), user), n)),
      readEnded: (_t, user, _device, chat, logDevice, n) =>
        overlaps.end("read", keyOf(readers.of(logs.of(chat, logDevice), user), n)),
      receiptFrame: (t, _user, device, _session, chat, logDevice, n) => {
        const receipt = keyOf(receivers.of(logs.of(chat, logDevice), device), n);
        overlaps.begin(t, "receipt", receipt);
        situations.receiptFrame(receipt);
      },
      receiptAcknowledged: (_t, _user, device, chat, logDevice, n) =>
        overlaps.end("receipt", keyOf(receivers.of(logs.of(chat, logDevice), device), n)),
      rowApplied: (t, chat, device, _n, kind) => situations.rowApplied(t, chat, device, kind),
      deliverAnswered: (_t, _node, user) => situations.deliverAnswered(user),
    };
  }

  #ofOthers(kinds: readonly string[]): HistoryListener {
    const overlaps = this.#overlaps;
    const situations = this.#situations;
    const typeOf = this.#typeOf;
    return {
      faultBegan: (t, fault) => {
        overlaps.faultBegan(t, fault);
        situations.faultBegan(kinds[fault]!);
      },
      faultEnded: (t, fault) => {
        overlaps.faultEnded(t, fault);
        situations.faultEnded();
      },
      nodeUp: (_t, node) => situations.nodeUp(node),
      nodeDown: (t, node, planned) => situations.nodeDown(t, node, planned),
      operationBegan: (t, operation, type, user) => {
        const name = OPERATION_NAMES[type]!;
        typeOf.set(operation, name);
        overlaps.begin(t, name, operation);
        if (type === OPERATION.accept) situations.acceptBegan(operation, user);
      },
      operationEnded: (_t, operation) => {
        const name = typeOf.get(operation);
        if (name === undefined) return;
        typeOf.delete(operation);
        overlaps.end(name, operation);
        situations.operationEnded(operation);
      },
      historyPage: (_t, _operation, _chat, _sentAt, _device, _n, _rows, more) =>
        situations.historyPage(more),
      uploaded: (_t, _operation, _user, _chat, _blob, _bytes, outcome) =>
        situations.uploaded(outcome),
      downloaded: (_t, _operation, _user, _chat, _blob, result, member) =>
        situations.downloaded(result, member),
      plantedBlobSend: (_t, _user, _chat, outcome) => situations.plantedBlobSend(outcome),
    };
  }
}
