// series.json: a column a metric, a row a second; one column a line, so that a difference is readable.
import type { Series } from "../run/result.ts";

export function seriesJson(series: Series): string {
  const columns = Object.entries(series.columns).map(
    ([name, values]) => `    ${JSON.stringify(name)}: ${JSON.stringify(values)}`,
  );
  return `{\n  "secondUs": ${series.secondUs},\n  "columns": {\n${columns.join(",\n")}\n  }\n}\n`;
}
