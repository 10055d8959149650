// What a live run cost: a row a process, and the figures of one confirmed message.
import type { RunResources, RunResult } from "../run/result.ts";
import { escapeMarkup } from "./escape.ts";
import { count, duration, share } from "./figures.ts";

const MIB = 1_048_576;

/** "" in a simulated run. */
export function resourcesHtml({ resources }: RunResult): string {
  return resources === undefined ? "" : perMessageText(resources) + processTable(resources);
}

function processTable({ processes }: RunResources): string {
  const rows = processes.map(
    (use) =>
      `<tr><th scope="row">${escapeMarkup(use.name)}</th><td>${duration(use.cpuSeconds * 1000)}</td>` +
      `<td>${share(use.cpuShareMax)}</td><td>${Math.round(use.rssBytesMax / MIB)} MiB</td>` +
      `<td>${use.loopDelayMsMax === undefined ? "–" : duration(use.loopDelayMsMax)}</td>` +
      `<td>${use.gcSeconds === undefined ? "–" : duration(use.gcSeconds * 1000)}</td></tr>`,
  );
  const heads = ["processor time", "busiest second", "memory at most", "longest loop delay", "GC"];
  return (
    `<div class="wide-scroll"><table><thead><tr><th scope="col">process</th>` +
    `${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead>` +
    `<tbody>${rows.join("")}</tbody></table></div>`
  );
}

function perMessageText({ perMessage }: RunResources): string {
  const parts: readonly (readonly [string, number | null, string])[] = [
    ["processor of the nodes", perMessage.nodeCpuUs, "µs"],
    ["calls to Redis", perMessage.redisCalls, ""],
    ["calls to Cassandra", perMessage.cassandraCalls, ""],
    ["calls to S3", perMessage.s3Calls, ""],
    ["frames", perMessage.frames, ""],
    ["bytes of frames", perMessage.frameBytes, ""],
    ["bytes of ciphertext to and from the store", perMessage.storeBytes, ""],
  ];
  const known = parts
    .filter(([, figure]) => figure !== null)
    .map(([what, figure, unit]) => `${what} ${figure}${unit === "" ? "" : ` ${unit}`}`);
  if (known.length === 0) return "";
  return `<p>Everything that the run did, over its ${count(perMessage.messages)} confirmed messages: ${known.join(", ")}.</p>`;
}
