// Devices that number, time, sign in, upload or report wrongly.
import type { PlantedBug } from "./bug.ts";

const REFUSED = 1;

const newNumberOnRetry: PlantedBug = {
  id: 8,
  name: "new-number-on-retry",
  rule: "MSG4",
  symptom: "a retry after a reconnect gets a new n: shown twice",
  plant: () => ({ deviceParts: { numberOnRetry: (_n, nextN) => nextN } }),
};

const clockWithoutHybrid: PlantedBug = {
  id: 24,
  name: "clock-without-hybrid-rule",
  rule: "MSG6",
  symptom:
    "a device stamps with its clock alone, and the clocks are skewed: a reply above its question",
  plant: () => ({ deviceParts: { nextSentAt: (clockMs) => clockMs } }),
};

const reconnectWithoutJitter: PlantedBug = {
  id: 28,
  name: "reconnect-without-jitter",
  rule: "LIV2",
  symptom: "devices reconnect without jitter: the accept queue collapses",
  scenario: {
    name: "thundering-herd",
    why: "a queue collapses only under thousands of devices and nodes that cannot take them at once",
  },
  plant: () => ({
    deviceParts: {
      reconnectDelayMs: (attempt, advice) =>
        Math.min(advice.capMs, advice.baseMs * (1 << Math.min(attempt, 10))),
    },
  }),
};

const nonceRestarts: PlantedBug = {
  id: 33,
  name: "nonce-restarts-after-reinstall",
  rule: "SEC3",
  symptom: "a reinstalled device keeps its id and counts n from 1 again: a nonce repeats",
  plant: () => ({ deviceParts: { deviceAfterReinstall: (before) => before } }),
};

const reconnectSignsIn: PlantedBug = {
  id: 40,
  name: "reconnect-counts-as-sign-in",
  rule: "LIV2",
  symptom: "an automatic reconnect counts as a new sign-in: the device in use is closed for good",
  plant: () => ({ deviceParts: { tokenOnReconnect: (_token, fresh) => fresh() } }),
};

const numberBeforeUpload: PlantedBug = {
  id: 43,
  name: "number-before-upload",
  rule: "LIV2",
  symptom: "a device takes n before the picture is stored, the upload fails: its log is blocked",
  plant: () => ({ deviceParts: { uploadOrder: "number-first" } }),
};

const refusedAfterUnknown: PlantedBug = {
  id: 44,
  name: "refused-after-unknown",
  rule: "MSG3",
  symptom:
    "refused after an earlier attempt of the same send was unknown: a refused message is visible",
  plant: () => ({ deviceParts: { outcomeOfRefusal: () => REFUSED } }),
};

// socketio/socket.io#4964: an acknowledgement that never comes is waited for without end.
const waitsWithoutEnd: PlantedBug = {
  id: 75,
  name: "waits-without-end",
  rule: "LIV1",
  symptom:
    "a device gives its operations no deadline: what is not answered is waited for without end",
  plant: () => ({ deviceParts: { deadlineMs: (nowMs, withinMs) => nowMs + 1_000 * withinMs } }),
};

// mattermost/mattermost#30388: a counter that does not fit the new connection, and the client never gets in.
const counterRestarts: PlantedBug = {
  id: 79,
  name: "connection-counter-restarts",
  rule: "PRE4",
  symptom: "a device counts its connections from 1 each time: its node takes it for an older one",
  plant: () => ({ deviceParts: { nextCounter: () => 1 } }),
};

export const DEVICE_BUGS: readonly PlantedBug[] = [
  newNumberOnRetry,
  clockWithoutHybrid,
  reconnectWithoutJitter,
  nonceRestarts,
  reconnectSignsIn,
  numberBeforeUpload,
  refusedAfterUnknown,
  waitsWithoutEnd,
  counterRestarts,
];
