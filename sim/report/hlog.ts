// latency.hlog: every histogram of a result in HdrHistogram's log format, one tagged line each, for its own
// tools. Values are microseconds, which the format shows divided by 1000; there is no start date.
import type { RunResult } from "../run/result.ts";
import { trendsOf } from "./trend-rows.ts";

const HEAD = [
  "#[Histogram log format version 1.3]",
  "#[Values are microseconds; the interval's maximum is milliseconds]",
  "#[StartTime: 0.000 (seconds since the start of the run)]",
  '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
];

export function latencyHlog(result: RunResult): string {
  const seconds = (result.virtualMs / 1000).toFixed(3);
  const lines = trendsOf(result.metrics).flatMap(({ key, values, hdr }) => {
    if (hdr === undefined) return [];
    const tag = tagOf(key);
    return [`Tag=${tag},0.000,${seconds},${(values["max"] ?? 0).toFixed(3)},${hdr}`];
  });
  return `${[...HEAD, ...lines].join("\n")}\n`;
}

/** Metric key -> encoded histogram. */
export function readHlog(text: string): Map<string, string> {
  const histograms = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^Tag=([^,]*),[^,]*,[^,]*,[^,]*,(.+)$/.exec(line);
    if (match !== null) histograms.set(keyOf(match[1]!), match[2]!);
  }
  return histograms;
}

/** Commas and spaces would end a tag in the format. */
function tagOf(key: string): string {
  return key.replace(/%/g, "%25").replace(/,/g, "%2C").replace(/ /g, "%20");
}

function keyOf(tag: string): string {
  return tag.replace(/%20/g, " ").replace(/%2C/g, ",").replace(/%25/g, "%");
}
