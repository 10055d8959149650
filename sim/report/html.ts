// report.html: one file that works offline. First the verdict for a pipeline, then pictures, then tables; for
// a broken rule the life of its message comes before everything else.
import type { RunResult } from "../run/result.ts";
import { escapeMarkup } from "./escape.ts";
import { count, duration } from "./figures.ts";
import {
  commandsOf,
  headline,
  isJudged,
  kneeText,
  lengthText,
  limitingResource,
  REPLAY_HERE,
} from "./headline.ts";
import { accountOf } from "./failure/account.ts";
import { failureHtml } from "./failure/html.ts";
import { FAILURE_SCRIPT } from "./failure/script.ts";
import { FAILURE_STYLE } from "./failure/style.ts";
import {
  distributionFigures,
  failoverFigure,
  nodeFigures,
  timelineFigures,
} from "./html-figures.ts";
import { resourcesHtml } from "./html-resources.ts";
import {
  commandHtml,
  factsHtml,
  htmlPage,
  sectionHtml,
  tilesHtml,
  verdictHtml,
  type Section,
  type Tile,
} from "./html-page.ts";
import { SCRIPT } from "./html-script.ts";
import {
  countTable,
  coverageTable,
  failoverTable,
  faultTable,
  latencyTable,
  ruleTable,
  thresholdTable,
} from "./html-tables.ts";

/** `scenarioYaml`: the resolved scenario as written to scenario.resolved.yml. */
export function reportHtml(result: RunResult, scenarioYaml: string): string {
  const { scenario, seed } = result;
  const sections = sectionsOf(result, scenarioYaml).filter(({ body }) => body !== "");
  const title = `${scenario.name}, seed ${seed}: ${headline(result).verdict}`;
  const hasFailures = result.lives.length > 0;
  return htmlPage({
    title,
    style: hasFailures ? FAILURE_STYLE : "",
    body: `${topOf(result, sections)}
<main>
${sections.map(sectionHtml).join("\n")}
</main>
<footer>chatquake ${escapeMarkup(result.version)} · times are ${result.mode === "simulated" ? "virtual" : "real"}, counted from the intended moment of each action · a pale percentile has fewer than ten samples beyond it</footer>`,
    script: hasFailures ? `${SCRIPT}${FAILURE_SCRIPT}` : SCRIPT,
  });
}

function sectionsOf(result: RunResult, scenarioYaml: string): Section[] {
  const failover = failoverFigure(result);
  return [
    {
      id: "broken",
      title: "What broke",
      lead: "One failure for each broken rule: people left, nodes and links between, stores right; time runs down.",
      body: livesHtml(result.lives),
    },
    {
      id: "timeline",
      title: "Timeline",
      lead: "Shaded: a fault is in force. Under the axis: the phases. The drain at the very end, when everybody signs in for the audit, is left out.",
      body: timelineFigures(result),
    },
    {
      id: "distributions",
      title: "Latency and load",
      lead: `${kneeText(result)} ${limitingResource(result)}`.trim(),
      body: distributionFigures(result),
    },
    {
      id: "failover",
      title: "Failover",
      lead: "",
      body: failover === "" ? "" : failover + failoverTable(result),
    },
    { id: "nodes", title: "Nodes and stores", lead: "", body: nodeFigures(result) },
    {
      id: "resources",
      title: "Resources",
      lead: "What each process used, sampled once a second.",
      body: resourcesHtml(result),
    },
    { id: "thresholds", title: "Thresholds", lead: "", body: thresholdTable(result) },
    { id: "rules", title: "Rules", lead: generatorText(result), body: ruleTable(result) },
    { id: "faults", title: "Faults", lead: "", body: faultTable(result) },
    {
      id: "metrics",
      title: "Metrics",
      lead: "Without a phase: all phases but warm-up and the quiet phase at the end.",
      body: metricsHtml(result),
    },
    { id: "settings", title: "Settings", lead: "", body: settingsHtml(result, scenarioYaml) },
  ];
}

function topOf(result: RunResult, sections: readonly Section[]): string {
  const { tone, verdict, text } = headline(result);
  const links = sections.map(({ id, title }) => `<a href="#${id}">${escapeMarkup(title)}</a>`);
  return `<header class="top">
<p class="mark">chatquake · ${escapeMarkup(result.scenario.name)}</p>
<h1>${escapeMarkup(result.scenario.title)}</h1>
${verdictHtml({ tone, verdict, text, causes: result.causes })}
${factsHtml(factsOf(result))}
${commandsOf(result)
  .map(({ text: command, note }) => commandHtml(command, note, command === REPLAY_HERE))
  .join("")}
${tilesHtml(tilesOf(result))}
<nav aria-label="Sections">${links.join("")}</nav>
</header>`;
}

function factsOf(result: RunResult): (readonly [string, string])[] {
  const { scenario } = result;
  return [
    ["seed", String(result.seed)],
    ["world", result.mode],
    ["profile", scenario.profile],
    ["cluster", `${scenario.cluster.nodes} nodes, ${scenario.cluster.balancer}`],
    ["people", count(scenario.population.users)],
    ["length", lengthText(result)],
    ["events", count(result.events)],
    ...(scenario.bug === undefined ? [] : ([["planted bug", scenario.bug]] as const)),
    ...(result.traceHash === undefined ? [] : ([["trace hash", result.traceHash]] as const)),
    ["exit code", String(result.exitCode)],
  ];
}

function tilesOf(result: RunResult): Tile[] {
  const { metrics } = result;
  const counter = (name: string): { count: number; rate: number } => {
    const metric = metrics[name];
    return metric?.type === "counter" ? metric.values : { count: 0, rate: 0 };
  };
  const time = (name: string, value: string): string => {
    const metric = metrics[name];
    const known = metric?.type === "trend" ? metric.values[value] : undefined;
    return known === undefined ? "–" : duration(known);
  };
  const confirmed = counter("messages_confirmed");
  const doubled = counter("messages_duplicated").count + counter("messages_reordered").count;
  const sure =
    doubled > 0 ||
    ["messages_duplicated", "messages_reordered"].every((name) => isJudged(name, result.rules));
  const sessions = metrics["sessions"];
  const peak = sessions?.type === "gauge" ? count(sessions.values.max) : "–";
  const lost = counter("messages_lost").count;
  return [
    {
      figure: count(confirmed.count),
      name: "messages confirmed",
      note: `${count(confirmed.rate)} a second`,
    },
    {
      figure: lost > 0 || isJudged("messages_lost", result.rules) ? count(lost) : "–",
      name: "messages lost",
      note: sure ? `${count(doubled)} doubled or out of order` : "doubling and order not judged",
    },
    {
      figure: time("message_delivery", "med"),
      name: "delivery, median",
      note: `p95 ${time("message_delivery", "p(95)")}`,
    },
    {
      figure: time("message_delivery", "p(99)"),
      name: "delivery, p99",
      note: `slowest ${time("message_delivery", "max")}`,
    },
    {
      figure: time("failover", "med"),
      name: "failover, median",
      note: `slowest ${time("failover", "max")}`,
    },
    { figure: peak, name: "users at the peak", note: `${result.scenario.cluster.nodes} nodes` },
  ];
}

/** The first one open, the others a click away. */
function livesHtml([first, ...others]: RunResult["lives"]): string {
  if (first === undefined) return "";
  const folded = others.map((life, place) => {
    const earlier = [first, ...others.slice(0, place)];
    const { same } = accountOf(life, earlier);
    const cause = same === undefined ? "" : ` · same cause as ${same.as.rule}`;
    return `<details class="another"><summary>${escapeMarkup(`${life.rule} · ${life.subject}${cause}`)}</summary>${failureHtml(life, "h3", earlier)}</details>`;
  });
  return failureHtml(first, "h3") + folded.join("");
}

function generatorText({ generator }: RunResult): string {
  const why = generator.why === "" ? "" : `: ${generator.why}`;
  return `The load generator is ${generator.verdict}${why}.`;
}

function metricsHtml(result: RunResult): string {
  const tagged = latencyTable(result, true) + countTable(result, true);
  return (
    latencyTable(result, false) +
    countTable(result, false) +
    `<details><summary>By phase, fault, kind, node and store</summary>${tagged}</details>`
  );
}

function settingsHtml(result: RunResult, scenarioYaml: string): string {
  const coverage = coverageTable(result);
  const scenario = `<details><summary>The scenario with all defaults</summary><pre>${escapeMarkup(scenarioYaml)}</pre></details>`;
  return coverage === ""
    ? scenario
    : `<details><summary>What was met how often</summary>${coverage}</details>${scenario}`;
}
