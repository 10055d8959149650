// The texts of a run: valid against their schema or format, escaped, equal for equal results, and enough to
// draw the report again.
import { Compile } from "typebox/compile";
import { describe, expect, it } from "vitest";
import { decodeHistogram } from "../../../sim/measure/histogram.ts";
import { eventsNdjson } from "../../../sim/report/events-ndjson.ts";
import { latencyHlog, readHlog } from "../../../sim/report/hlog.ts";
import { reportHtml } from "../../../sim/report/html.ts";
import { junitXml } from "../../../sim/report/junit.ts";
import { resultFromFiles } from "../../../sim/report/read-back.ts";
import { seriesJson } from "../../../sim/report/series-json.ts";
import { summaryJson } from "../../../sim/report/summary-json.ts";
import { summaryMd } from "../../../sim/report/summary-md.ts";
import { SUMMARY_SCHEMA, summarySchemaJson } from "../../../sim/report/summary-schema.ts";
import { fixtureResult } from "../../support/report-fixture.ts";

const broken = fixtureResult({ broken: true });
const clean = fixtureResult({ broken: false });

describe("summary.json", () => {
  it("meets its published schema", () => {
    const check = Compile(SUMMARY_SCHEMA);
    for (const result of [broken, clean]) {
      const summary: unknown = JSON.parse(summaryJson(result));
      expect([...check.Errors(summary)]).toEqual([]);
    }
    expect(check.Check({ ...JSON.parse(summaryJson(clean)), exitCode: "0" })).toBe(false);
    expect(JSON.parse(summarySchemaJson())).toMatchObject({
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
    });
  });

  it("has the documented shapes", () => {
    const summary = JSON.parse(summaryJson(broken));
    expect(summary).toMatchObject({ scenario: "node-kill", seed: 42, exitCode: 111 });
    expect(summary.rules[0]).toMatchObject({ id: "MSG1", verdict: "invalid", counted: 1000 });
    expect(summary.thresholds[0]).toMatchObject({
      metric: "message_delivery{phase:steady}",
      threshold: "p(95)<250ms",
      ok: true,
    });
    const { type, unit, values } = summary.metrics.message_delivery;
    expect([type, unit]).toEqual(["trend", "ms"]);
    expect(Object.keys(values)).toEqual([
      "count",
      "min",
      "avg",
      "med",
      "p(90)",
      "p(95)",
      "p(99)",
      "p(99.9)",
      "max",
    ]);
  });
});

describe("junit.xml", () => {
  const xml = junitXml(broken);

  it("has a case for each threshold and rule", () => {
    expect(xml.match(/<testcase /g)).toHaveLength(broken.thresholds.length + broken.rules.length);
    expect(xml).toContain(`tests="36" failures="2" errors="2"`);
  });

  it("escapes what it quotes", () => {
    expect(xml).not.toContain("<script>");
    expect(xml).toContain("&lt;script&gt;alert(1)");
  });
});

describe("summary.md", () => {
  it("says the verdict first and how to replay", () => {
    expect(summaryMd(broken).split("\n")[0]).toBe("## ❌ Rule broken: node-kill, seed 42");
    expect(summaryMd(clean).split("\n")[0]).toBe("## ✅ All well: node-kill, seed 42");
    expect(summaryMd(broken)).toContain("npx chatquake replay .\n");
    expect(summaryMd(broken)).toContain("--set 'phases.steady.duration=4m' --seed 42\n");
    // What was cut short has no whole hash: it can only be run again.
    const partial = { ...broken, interrupted: true };
    expect(summaryMd(partial)).not.toContain("replay");
    expect(summaryMd(partial)).toContain("npx chatquake run scenarios/node-kill.yaml");
    expect(summaryMd(broken)).not.toContain("<script>");
  });
});

describe("latency.hlog", () => {
  it("holds each histogram under its metric's key, without a date", () => {
    const text = latencyHlog(clean);
    const histogram = readHlog(text).get("message_delivery{phase:steady}");
    const metric = clean.metrics["message_delivery{phase:steady}"]!;
    expect(decodeHistogram(histogram!).count).toBe((metric.values as { count: number }).count);
    expect(text).toContain("#[StartTime: 0.000");
  });
});

describe("report.html", () => {
  it("is the same for the same result, drawn again from the files of the run", () => {
    const again = resultFromFiles({
      summary: summaryJson(broken),
      series: seriesJson(broken.series),
      events: eventsNdjson(broken.runEvents),
      hlog: latencyHlog(broken),
      scenario: broken.scenario,
      command: broken.command!,
    });
    expect(again).toEqual(JSON.parse(JSON.stringify(broken)));
    expect(reportHtml(again, "x: 1")).toBe(reportHtml(broken, "x: 1"));
    expect(reportHtml(fixtureResult({ broken: true }), "x: 1")).toBe(reportHtml(broken, "x: 1"));
  });

  it("does not show what may differ between equal runs", () => {
    expect(reportHtml({ ...clean, wallMs: 1 }, "")).toBe(reportHtml({ ...clean, wallMs: 2 }, ""));
    expect(summaryMd({ ...clean, wallMs: 1 })).toBe(summaryMd({ ...clean, wallMs: 2 }));
    expect(junitXml({ ...clean, wallMs: 1 })).toBe(junitXml({ ...clean, wallMs: 2 }));
  });

  it("escapes every text of others", () => {
    const html = reportHtml(broken, "</pre><script>alert(2)</script>");
    expect(html).not.toMatch(/<script>alert/);
    expect(html).toContain("cut &lt;redis&gt;");
  });

  it("draws a run in which nothing happened", () => {
    const empty = { ...clean, metrics: {}, series: { secondUs: 1_000_000 as const, columns: {} } };
    const html = reportHtml({ ...empty, faults: [], rules: [], thresholds: [] }, "");
    expect(html).toContain("All well");
    expect(html).not.toContain("NaN");
  });
});
