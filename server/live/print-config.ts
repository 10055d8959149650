// The configuration as a file that could be given back: every setting with what it is for, defaults filled
// in, secrets left out.
import { stringify } from "yaml";
import { DEFAULT_LIMITS } from "../core/limits.ts";
import type { ReadConfig } from "./config.ts";
import { type Setting, SETTINGS } from "./settings.ts";

export function printedConfig(read: ReadConfig): string {
  const lines: string[] = [];
  for (const setting of SETTINGS) {
    lines.push(`# ${setting.text}`);
    lines.push(line(setting, read));
  }
  return lines.join("\n") + "\n";
}

function line(setting: Setting, { texts, config }: ReadConfig): string {
  const { key, secret } = setting;
  const text = (texts as Readonly<Record<string, string | undefined>>)[key];
  if (text === undefined) return `# ${key}: must be set`;
  if (secret === true && text !== "") return `# ${key}: (set, not shown)`;
  if (key === "CHATQUAKE_LIMITS_JSON") {
    const limits = { ...(config?.limits ?? DEFAULT_LIMITS) };
    return stringify({ [key]: limits }).trimEnd();
  }
  if (key === "CHATQUAKE_CASSANDRA_REPLICATION" && config !== undefined)
    return `${key}: ${config.cassandra.replication}`;
  // A URL whose password has a character that must be escaped is none, and what is password in it nobody can say.
  if (text.includes("@") && !URL.canParse(text)) return `# ${key}: (no URL, not shown)`;
  return stringify({ [key]: withoutPassword(text) }).trimEnd();
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.password === "") return text;
  url.password = "hidden";
  return url.toString();
}
