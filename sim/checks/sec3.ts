// SEC3 binding: every planted swap of ciphertext context fails to decrypt, no (key, nonce) seals two
// contents, both friends hold the same key, and what comes to a device that has the key decrypts.
import type { CheckerFactory } from "./context.ts";
import { Findings, onlineWhy } from "./findings.ts";
import { messageName } from "./subject.ts";

const CONTEXT: readonly string[] = ["chat", "sender", "device", "n", "version", "kind", "part"];
const UNREADABLE = -1;

/** What one device sealed under one key: n only grows, so the last of each part suffices. */
interface SealedBy {
  readonly device: number;
  bodyN: number;
  bodyContent: number;
  thumbnailN: number;
  thumbnailContent: number;
  readonly next: SealedBy | undefined;
}

function sealedBy(first: SealedBy | undefined, device: number): SealedBy | undefined {
  for (let sealed = first; sealed; sealed = sealed.next) {
    if (sealed.device === device) return sealed;
  }
  return undefined;
}

export const sec3: CheckerFactory = ({ facts }) => {
  const findings = new Findings("SEC3");
  const keys = new Map<number, SealedBy>();

  /** Whether this nonce is new, or seals the same bytes again. */
  function isFreshNonce(sealed: SealedBy, n: number, part: number, content: number): boolean {
    if (part === 0) {
      if (n <= sealed.bodyN) return n === sealed.bodyN && content === sealed.bodyContent;
      sealed.bodyN = n;
      sealed.bodyContent = content;
    } else {
      if (n <= sealed.thumbnailN) {
        return n === sealed.thumbnailN && content === sealed.thumbnailContent;
      }
      sealed.thumbnailN = n;
      sealed.thumbnailContent = content;
    }
    return true;
  }

  return {
    id: "SEC3",
    listener: {
      sealed(t, key, device, n, part, content) {
        findings.counted += 1;
        const first = keys.get(key);
        let mine = sealedBy(first, device);
        if (!mine) {
          mine = {
            device,
            bodyN: 0,
            bodyContent: 0,
            thumbnailN: 0,
            thumbnailContent: 0,
            next: first,
          };
          keys.set(key, mine);
        }
        if (isFreshNonce(mine, n, part, content)) return;
        findings.violated(
          t,
          `device ${device} sealed content ${content} under key ${key} with the nonce of n ${n}, part ` +
            `${part}, which was used before`,
          0,
          0,
          device,
          n,
        );
      },
      swapTried(t, user, which, opened) {
        findings.counted += 1;
        if (opened === 0) return;
        findings.violated(t, `a ciphertext opened under another ${CONTEXT[which]}`, user);
      },
      friendShown(t, user, device, friend, chat, key, keyVersion) {
        findings.counted += 1;
        const known = facts.chatOf(chat);
        if (known.keyVersion !== keyVersion) {
          known.key = key;
          known.keyVersion = keyVersion;
        } else if (known.key !== key) {
          findings.violated(
            t,
            `users ${user} and ${friend} hold different keys of version ${keyVersion} for chat ${chat}`,
            user,
            chat,
            device,
          );
        }
      },
      messageFrame(t, user, device, _session, chat, _from, logDevice, n, content) {
        if (content !== UNREADABLE || facts.log.chat.key === 0) return;
        findings.violated(
          t,
          `${messageName(facts.log, n)} did not decrypt on device ${device}, which has the key`,
          user,
          chat,
          logDevice,
          n,
        );
      },
    },
    result: () => findings.result(onlineWhy(facts)),
  };
};
