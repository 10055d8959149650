// Reads what people do: how long their messages are, when they read, how long they stay, what they send besides.

import type { Node } from "yaml";
import { quantile, type Distribution } from "../kernel/distribution.ts";
import { readDistribution } from "./distributions.ts";
import type { Fields, Reader } from "./reader.ts";
import { KEYS } from "./schema.ts";
import type { Behaviour, Phase } from "./types.ts";

const BODY_BYTES: Distribution = { dist: "lognormal", median: 80, p99: 2000 };
const READ_AFTER: Distribution = { dist: "lognormal", median: 3_000_000, p99: 60_000_000 };
/** A node refuses longer bodies; of a distribution the 99th percentile must fit, a device cuts the rest. */
const BODY_BYTES_MAX = 16_384;
const ATTACHMENT_BYTES_MAX = 33_554_432;
const RATE_MAX = 100_000;
const HOT_CHATS_MAX = 1_000;

export function readBehaviour(
  reader: Reader,
  node: Node | undefined,
  phases: readonly Phase[],
): Behaviour {
  const fields = reader.fields(node, "behaviour", KEYS.behaviour);
  const stayOnlineUs = duration(reader, fields, "stay_online");
  const stayOfflineUs = duration(reader, fields, "stay_offline");
  checkStays(reader, fields, node, phases);
  return {
    bodyBytes: readBodyBytes(reader, fields) ?? BODY_BYTES,
    readAfterUs: duration(reader, fields, "read_after") ?? READ_AFTER,
    ...(stayOnlineUs === undefined ? {} : { stayOnlineUs }),
    ...(stayOfflineUs === undefined ? {} : { stayOfflineUs }),
    attachments: readAttachments(reader, fields?.get("attachments")),
    ...readHotChats(reader, fields?.get("hot_chats")),
    freshDevice: reader.quantity(fields?.get("fresh_device"), "fresh_device", "percent") ?? 0,
    befriendPerS: rate(reader, fields, "befriend"),
    historyPerS: rate(reader, fields, "history"),
    searchPerS: rate(reader, fields, "search"),
  };
}

function duration(reader: Reader, fields: Fields | undefined, key: string) {
  return readDistribution(reader, fields?.get(key), key, "duration");
}

function rate(reader: Reader, fields: Fields | undefined, key: string): number {
  return reader.quantity(fields?.get(key), key, "rate", { max: RATE_MAX }) ?? 0;
}

function readBodyBytes(reader: Reader, fields: Fields | undefined): Distribution | undefined {
  const node = fields?.get("body_bytes");
  const found = readDistribution(reader, node, "body_bytes", "bytes");
  if (found === undefined || quantile(found, 0.99) <= BODY_BYTES_MAX) return found;
  return reader.report(node!, `body_bytes must stay below ${BODY_BYTES_MAX}, the largest body`);
}

/** Either phases say how many are online, or people come and go by themselves. */
function checkStays(
  reader: Reader,
  fields: Fields | undefined,
  node: Node | undefined,
  phases: readonly Phase[],
): void {
  const held = phases.find(({ online }) => online !== undefined);
  if (fields?.has("stay_offline") === true && held !== undefined)
    reader.report(
      fields.key("stay_offline"),
      `stay_offline is only for phases without "online", and phase "${held.name}" has it`,
    );
}

/** A phase without `online` needs both stays. */
export function checkUnheldPhases(
  reader: Reader,
  phaseNodes: readonly Node[],
  phases: readonly Phase[],
  behaviour: Behaviour,
): void {
  if (behaviour.stayOnlineUs !== undefined && behaviour.stayOfflineUs !== undefined) return;
  phases.forEach((phase, index) => {
    const node = phaseNodes[index];
    if (phase.online === undefined && node !== undefined)
      reader.report(
        node,
        `phase "${phase.name}" needs "online", or behaviour needs stay_online and stay_offline`,
      );
  });
}

function readHotChats(reader: Reader, node: Node | undefined): Pick<Behaviour, "hotChats"> {
  if (node === undefined) return {};
  const fields = reader.fields(node, "hot_chats", KEYS.hotChats);
  if (fields === undefined) return {};
  for (const key of KEYS.hotChats)
    if (!fields.has(key)) reader.missing(fields, `hot_chats needs "${key}"`);
  const chats = reader.integer(fields.get("chats"), "hot_chats.chats", 1, HOT_CHATS_MAX);
  const share = reader.quantity(fields.get("share"), "hot_chats.share", "percent");
  return chats === undefined || share === undefined ? {} : { hotChats: { chats, share } };
}

function readAttachments(reader: Reader, node: Node | undefined): Behaviour["attachments"] {
  const attachments: Behaviour["attachments"][number][] = [];
  let total = 0;
  for (const item of reader.items(node, "attachments") ?? []) {
    const fields = reader.fields(item, "an attachment", KEYS.attachment);
    if (fields === undefined) continue;
    for (const key of ["kind", "share", "bytes"])
      if (!fields.has(key)) reader.missing(fields, `an attachment needs "${key}"`);
    const kind = reader.choice(fields.get("kind"), "kind", ["image", "voice", "file"]);
    const share = reader.quantity(fields.get("share"), "share", "percent");
    const bytes = readDistribution(reader, fields.get("bytes"), "bytes", "size");
    const opened = fields.has("opened")
      ? reader.quantity(fields.get("opened"), "opened", "percent")
      : 1;
    if (kind === undefined || share === undefined || bytes === undefined || opened === undefined)
      continue;
    if (quantile(bytes, 0.99) > ATTACHMENT_BYTES_MAX)
      reader.report(fields.get("bytes")!, "bytes must stay below 32MiB, the largest attachment");
    attachments.push({ kind, share, bytes, opened });
    total += share;
  }
  if (total > 1 + 1e-9) reader.report(node!, "the shares of attachments add up to more than 100%");
  return attachments;
}
