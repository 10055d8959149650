// Opens a report in a real browser: light and dark, wide and narrow, and as print sees it. It must ask for
// nothing, complain of nothing, draw every picture and let no text run out of its place.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportHtml } from "../../sim/report/html.ts";
import { chromiumOrSkip } from "../support/chromium.ts";
import { fixtureResult } from "../support/report-fixture.ts";

const executablePath = chromiumOrSkip();
const shots = process.env["CHATQUAKE_SCREENSHOTS"];
const SIZES = [
  { name: "desktop", width: 1280, height: 900 },
  { name: "phone", width: 375, height: 800 },
] as const;
const SCHEMES = ["light", "dark"] as const;
const SCENARIO = "name: node-kill\nseed: 42\n# <b>not markup</b>\n";

interface Seen {
  readonly complaints: string[];
  readonly requests: string[];
}

describe.skipIf(executablePath === undefined)("report.html in a browser", () => {
  let browser: Browser;
  const urls: Record<"clean" | "broken", string> = { clean: "", broken: "" };
  const folder = mkdtempSync(join(tmpdir(), "chatquake report-"));

  beforeAll(async () => {
    for (const name of ["clean", "broken"] as const) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, reportHtml(fixtureResult({ broken: name === "broken" }), SCENARIO));
      urls[name] = pathToFileURL(file).href;
    }
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
  });

  async function open(
    which: "clean" | "broken",
    size: { width: number; height: number },
    colorScheme: "light" | "dark",
    javaScriptEnabled = true,
  ): Promise<{ page: Page; seen: Seen }> {
    const context = await browser.newContext({ viewport: size, colorScheme, javaScriptEnabled });
    const page = await context.newPage();
    const seen: Seen = { complaints: [], requests: [] };
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text());
    });
    page.on("pageerror", (error) => seen.complaints.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== urls[which] && !request.url().startsWith("data:"))
        seen.requests.push(request.url());
    });
    await page.goto(urls[which]);
    return { page, seen };
  }

  async function keep(page: Page, name: string): Promise<void> {
    if (shots === undefined) return;
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }

  for (const size of SIZES)
    for (const scheme of SCHEMES)
      it(`draws everything and asks for nothing: ${size.name}, ${scheme}`, async () => {
        const { page, seen } = await open("broken", size, scheme);
        await keep(page, `broken-${size.name}-${scheme}`);
        expect(await emptyPaths(page)).toEqual([]);
        expect(await visibleFigures(page)).toEqual([
          "Throughput",
          "Delivery latency",
          "Users online",
          "Latency by percentile",
          "Load against latency",
          "Failover, in its parts",
          "Sessions a node",
          "Processor a node",
          "Store operations",
          "Store queues",
        ]);
        expect(await overflowing(page)).toEqual([]);
        expect(seen).toEqual({ complaints: [], requests: [] });
        await page.context().close();
      });

  it("is a page of another colour in the dark", async () => {
    const backs: string[] = [];
    for (const scheme of SCHEMES) {
      const { page } = await open("clean", SIZES[0], scheme);
      backs.push(await page.evaluate("getComputedStyle(document.body).backgroundColor"));
      await keep(page, `clean-desktop-${scheme}`);
      await page.context().close();
    }
    expect(new Set(backs).size).toBe(2);
  });

  it("prints on white paper without navigation, also from a dark screen", async () => {
    const { page } = await open("clean", SIZES[0], "dark");
    await page.emulateMedia({ media: "print" });
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(
      "rgb(255, 255, 255)",
    );
    expect(await page.locator("nav").isVisible()).toBe(false);
    const pdf = await page.pdf({ format: "A4" });
    expect(pdf.byteLength).toBeGreaterThan(20_000);
    if (shots !== undefined) writeFileSync(join(shots, "clean.pdf"), pdf);
    await page.context().close();
  });

  it("says the figures under the pointer", async () => {
    const { page, seen } = await open("clean", SIZES[0], "light");
    await page.locator("#latency svg.wide").hover({ position: { x: 400, y: 100 } });
    const words = await page.locator("#latency .read").innerText();
    expect(words).toMatch(/^\d:\d\d\n/);
    expect(words).toContain("p99");
    await keep(page, "hover");
    expect(seen.complaints).toEqual([]);
    await page.context().close();
  });

  it("lacks nothing without scripts", async () => {
    const { page } = await open("clean", SIZES[0], "light", false);
    expect(await page.locator("svg.wide").count()).toBe(10);
    expect(await page.locator("[data-copy]").first().isVisible()).toBe(false);
    expect(await page.locator("#rules tbody tr").count()).toBe(31);
    expect(await page.locator(".command pre").first().innerText()).toBe("npx chatquake replay .");
    await page.context().close();
  });

  it("names its own folder in the command that replays it, as a shell takes it", async () => {
    const { page } = await open("clean", SIZES[0], "light");
    const commands = await page.locator(".command pre").allInnerTexts();
    expect(commands[0]).toBe(`npx chatquake replay '${folder}'`);
    expect(commands[1]).toContain("run scenarios/node-kill.yaml --set");
    await page.context().close();
  });
});

function emptyPaths(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("svg")].flatMap((svg) =>
    [...svg.querySelectorAll("path")].filter((path) => !/^M-?[0-9.]+,/.test(path.getAttribute("d")) ||
      /NaN|Infinity/.test(path.getAttribute("d"))).map((path) => svg.getAttribute("aria-label") + ": " + path.getAttribute("d")))`);
}

/** Titles of the figures that show a picture with something drawn in it. */
function visibleFigures(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("figure")].filter((figure) =>
    [...figure.querySelectorAll("svg")].some((svg) => svg.getBoundingClientRect().height > 50 &&
      svg.querySelector("path, circle, rect.solid"))).map((figure) => figure.querySelector("h3").textContent)`);
}

/** What is wider than the page, or leaves its picture; what scrolls on purpose is left out. */
function overflowing(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const found = [];
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth > wide) found.push("the page is " + document.documentElement.scrollWidth + " wide");
    for (const element of document.querySelectorAll("body *")) {
      if (element.closest(".table, .wide-scroll, .life-scroll, svg") && !element.matches("svg text")) continue;
      if (element.closest(".wide-scroll, .life-scroll, .table")) continue;
      const box = element.getBoundingClientRect();
      if (box.width > 0 && box.right > wide + 1) found.push(element.tagName + " " + element.textContent.slice(0, 40));
    }
    for (const svg of document.querySelectorAll("svg")) {
      const frame = svg.getBoundingClientRect();
      if (frame.width === 0) continue;
      for (const text of svg.querySelectorAll("text")) {
        const box = text.getBoundingClientRect();
        if (box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1))
          found.push(svg.getAttribute("aria-label") + ": " + text.textContent);
      }
    }
    return found;
  })()`);
}
