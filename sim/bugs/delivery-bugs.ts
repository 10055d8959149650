// Wrong look-ups of an owner, wrong owners, and a wrong end of the queue to a client.
import type { OwnerAnswer } from "../../server/core/context.ts";
import { offer } from "../../server/core/deliver.ts";
import { findIncoming } from "../../server/core/logs.ts";
import { claim } from "../../server/core/login.ts";
import { lookupOwner } from "../../server/core/lookup.ts";
import type { Session } from "../../server/core/session.ts";
import type { UserId } from "../../server/protocol/ids.ts";
import type { PlantedBug } from "./bug.ts";

const OFFLINE_KEPT_MS = 2_000;
const NOBODY: OwnerAnswer = Object.freeze({ owner: undefined, final: true });

const offlineRemembered: PlantedBug = {
  id: 12,
  name: "offline-remembered",
  rule: "LIV3",
  symptom: "“offline” is cached for 2 s: stuck until the next traffic",
  plant: () => ({
    nodeParts: () => {
      const offlineUntilMs = new Map<UserId, number>();
      return {
        lookupOwner: async (node, user) => {
          const { clock } = node.ports;
          if (clock.monotonicMs() < (offlineUntilMs.get(user) ?? 0)) return NOBODY;
          const answer = await lookupOwner(node, user);
          if (answer.owner === undefined && answer.final)
            offlineUntilMs.set(user, clock.monotonicMs() + OFFLINE_KEPT_MS);
          return answer;
        },
      };
    },
  }),
};

const epochNotCompared: PlantedBug = {
  id: 20,
  name: "epoch-not-compared",
  rule: "PRE4",
  symptom: "a delivery's epoch is not compared: written to a closed session, reported delivered",
  plant: () => ({
    nodeParts: () => {
      const last = new Map<UserId, Session>();
      return {
        claim: (node, session) => {
          last.set(session.user, session);
          return claim(node, session);
        },
        ownerSession: (_node, user) => last.get(user),
      };
    },
  }),
};

const notOwnerForEver: PlantedBug = {
  id: 25,
  name: "not-owner-for-ever",
  rule: "BND1",
  symptom: "`not-owner` is retried for ever between stale nodes: ping-pong",
  plant: () => ({ nodeParts: () => ({ lookAgain: () => true }) }),
};

const lookupOnce: PlantedBug = {
  id: 50,
  name: "look-up-once",
  rule: "LIV3",
  symptom: "the look-up is tried once while Redis is away: unseen until the periodic re-read",
  plant: () => ({
    nodeParts: () => ({
      lookupOwner: async (node, user) => {
        const outcome = await node.ports.presence.lookup(user);
        if (outcome.kind !== "ok") return NOBODY;
        const { online, record } = outcome.value;
        if (!online || record === undefined) return NOBODY;
        return { owner: { node: record.node, epoch: record.epoch }, final: true };
      },
    }),
  }),
};

const checkedBeforeThePage: PlantedBug = {
  id: 51,
  name: "checked-before-the-page",
  rule: "MSG4",
  symptom:
    "the pump checks what was sent before a page is read, not when sending: shown by two paths",
  plant: () => ({
    nodeParts: () => ({
      offer: (node, session, message) => {
        const log = findIncoming(session, message.chat, message.device);
        // The next one goes straight out, also while a page of its log is being read.
        if (
          session.phase === "live" &&
          log !== undefined &&
          log.started &&
          message.n === log.sentN + 1
        ) {
          if (!log.announced) node.parts.announce(node, session, log);
          node.parts.push(node, session, log, message);
        } else offer(node, session, message);
      },
      sendPage: (node, session, log, rows) => {
        for (const row of rows) {
          if (!log.announced) node.parts.announce(node, session, log);
          node.parts.push(node, session, log, row);
        }
        return Promise.resolve();
      },
    }),
  }),
};

export const DELIVERY_BUGS: readonly PlantedBug[] = [
  offlineRemembered,
  epochNotCompared,
  notOwnerForEver,
  lookupOnce,
  checkedBeforeThePage,
];
