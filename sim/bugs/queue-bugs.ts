// Wrong ends of a client's queue: without a bound, dropping frames, or left in the middle.
import { hasRoom, push } from "../../server/core/deliver.ts";
import type { PlantedBug } from "./bug.ts";

/** The swarm's texts are short: nothing there fills a queue of a megabyte. */
const SLOW_READERS = {
  name: "slow-readers",
  why: "a queue fills only under long texts and slow readers",
};

const unboundedQueue: PlantedBug = {
  id: 26,
  name: "unbounded-queue",
  rule: "BND1",
  symptom: "the queue to a slow reader has no bound: memory",
  scenario: SLOW_READERS,
  plant: () => ({ nodeParts: () => ({ hasRoom: () => true, overflow: () => {} }) }),
};

const overflowDropsFrame: PlantedBug = {
  id: 27,
  name: "overflow-drops-a-frame",
  rule: "MSG5",
  symptom: "a full queue drops a frame and keeps the socket: a hole",
  scenario: SLOW_READERS,
  plant: () => ({
    nodeParts: () => ({
      hasRoom: () => true,
      push: (node, session, log, message) => {
        if (hasRoom(node, session)) push(node, session, log, message);
        else log.sentN = message.n;
      },
    }),
  }),
};

const drainLeavesSends: PlantedBug = {
  id: 29,
  name: "drain-leaves-sends",
  rule: "LIV1",
  symptom: "a drain ends with sends in flight: lost, or an unknown that is never answered",
  plant: () => ({
    nodeParts: () => ({
      drain: async (node) => {
        if (node.draining) return;
        node.draining = true;
        const { presence, link } = node.ports;
        const { id, incarnation, address } = node.config;
        for (const peer of link.peers()) if (link.live(peer)) link.note(peer, { type: "draining" });
        for (const session of Array.from(node.sessions.values()))
          node.parts.close(node, session, 4503, "draining");
        await presence.renewLease({ node: id, incarnation, address, state: "draining" });
      },
    }),
  }),
};

export const QUEUE_BUGS: readonly PlantedBug[] = [
  unboundedQueue,
  overflowDropsFrame,
  drainLeavesSends,
];
