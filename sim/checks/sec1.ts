// SEC1 isolation: nobody receives a frame, key, presence or receipt of a chat or friend not theirs. What
// comes before its friendship was announced is judged at the end.
import type { CheckerFactory } from "./context.ts";
import { Findings, onlineWhy } from "./findings.ts";
import type { ChatFacts } from "./log-table.ts";

/** Frames of chats not announced yet that are kept; more are an invalid history anyway. */
const EARLY_MAX = 10_000;

interface Early {
  readonly t: number;
  readonly user: number;
  /** 0 where only the friend is known. */
  readonly chat: number;
  readonly friend: number;
  readonly what: string;
}

export const sec1: CheckerFactory = ({ facts }) => {
  const findings = new Findings("SEC1");
  const early: Early[] = [];

  function violated(t: number, user: number, chat: number, friend: number, what: string): void {
    const whose = friend === 0 ? `chat ${chat}` : `user ${friend}`;
    findings.violated(t, `user ${user} received ${what} of ${whose}, not theirs`, user, chat);
  }

  function later(t: number, user: number, chat: number, friend: number, what: string): void {
    if (early.length < EARLY_MAX) early.push({ t, user, chat, friend, what });
  }

  function judge(t: number, user: number, chat: ChatFacts, what: string): void {
    findings.counted += 1;
    if (facts.isMember(chat, user)) return;
    if (chat.low === 0) later(t, user, chat.chat, 0, what);
    else violated(t, user, chat.chat, 0, what);
  }

  return {
    id: "SEC1",
    listener: {
      messageFrame(t, user) {
        judge(t, user, facts.log.chat, "a message");
      },
      logFrame(t, user) {
        judge(t, user, facts.log.chat, "a log");
      },
      receiptFrame(t, user, device) {
        judge(t, user, facts.log.chat, "a receipt");
        if (facts.log.sender === 0 || facts.log.sender === user) return;
        violated(t, user, facts.log.chat.chat, facts.log.sender, `a receipt on device ${device}`);
      },
      friendShown(t, user, _device, _friend, chat) {
        judge(t, user, facts.chatOf(chat), "a key");
      },
      presenceShown(t, observer, user) {
        findings.counted += 1;
        if (facts.pair < 0 && observer !== user) later(t, observer, 0, user, "the presence");
      },
    },
    result() {
      // Asked in mid-run it waits: the friendship may still be announced.
      const due = facts.endT < 0 ? [] : early.splice(0);
      for (const { t, user, chat, friend, what } of due) {
        const isTheirs =
          friend === 0
            ? facts.isMember(facts.chatOf(chat), user)
            : facts.pairOf(facts.userOf(user), friend) >= 0;
        if (!isTheirs) violated(t, user, chat, friend, what);
      }
      return findings.result(onlineWhy(facts));
    },
  };
};
