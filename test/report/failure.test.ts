// Opens the page of a failure in a real browser: it asks for nothing and complains of nothing, has every lane,
// opens its folds, finds words, grows and shrinks, and says what was believed at the row that is looked at.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failurePage } from "../../sim/report/failure/html.ts";
import { chromiumOrSkip } from "../support/chromium.ts";
import { fixtureResult, life } from "../support/report-fixture.ts";

const executablePath = chromiumOrSkip();
const shots = process.env["CHATQUAKE_SCREENSHOTS"];
const folder = mkdtempSync(join(tmpdir(), "chatquake-failure-"));
const file = join(folder, "failure-MSG1.html");
const url = pathToFileURL(file).href;
const DESKTOP = { viewport: { width: 1400, height: 900 } };
const ROWS = 17;
const FOLDED = 5;

describe.skipIf(executablePath === undefined)("the page of a failure in a browser", () => {
  let browser: Browser;
  let complaints: string[] = [];

  beforeAll(async () => {
    writeFileSync(file, failurePage(fixtureResult({ broken: true }), life()));
    browser = await chromium.launch({ executablePath: executablePath!, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
  });

  async function open(options: BrowserContextOptions = DESKTOP): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      if (request.url() !== url && !request.url().startsWith("data:"))
        complaints.push(`asks for ${request.url()}`);
    });
    await page.goto(url);
    return page;
  }

  async function keep(page: Page, name: string): Promise<void> {
    if (shots === undefined) return;
    mkdirSync(shots, { recursive: true });
    await page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
  }

  const shownRows = (page: Page): Promise<number> => page.locator(".row:visible").count();

  it.each(["light", "dark"] as const)(
    "has its words, lanes, arrows and bars: %s",
    async (colorScheme) => {
      const page = await open({ ...DESKTOP, colorScheme });
      expect(await page.locator("h1").innerText()).toContain("MSG1 (no loss) is broken");
      expect(await page.locator(".life-names text").allTextContents()).toEqual([
        ...["user 41", "user 88", "node-1", "node-3", "links", "redis", "cassandra"],
      ]);
      expect(await page.locator(".flight:visible").count()).toBe(3);
      expect(await page.locator(".bar").count()).toBe(3);
      expect(await page.locator(".moment text").allTextContents()).toEqual([
        "expectation and fact part",
        "MSG1 found broken",
      ]);
      expect(await page.locator(".course .early").allInnerTexts()).toHaveLength(1);
      await keep(page, `failure-${colorScheme}`);
      expect(complaints).toEqual([]);
      await page.context().close();
    },
  );

  it("opens one fold, and everything; rows below move down", async () => {
    const page = await open();
    expect(await shownRows(page)).toBe(ROWS - FOLDED);
    const last = page.locator(`.row[data-row="${ROWS - 1}"]`);
    const before = await last.getAttribute("transform");
    await page.locator(".fold").click();
    expect(await shownRows(page)).toBe(ROWS);
    expect(await last.getAttribute("transform")).not.toBe(before);
    await page.locator(".fold").click();
    expect(await last.getAttribute("transform")).toBe(before);
    await page.getByRole("button", { name: "show everything" }).click();
    expect(await shownRows(page)).toBe(ROWS);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("finds words, also in a fold, and goes from one to the next", async () => {
    const page = await open();
    await page.locator("[data-find]").fill("who owns");
    expect(await page.locator("[data-found]").innerText()).toBe("5 found");
    await page.locator("[data-find]").press("Enter");
    expect(await page.locator("[data-found]").innerText()).toBe("1 of 5");
    expect(await page.locator(".row.now:visible").count()).toBe(1);
    await page.locator("[data-find]").press("Shift+Enter");
    expect(await page.locator("[data-found]").innerText()).toBe("5 of 5");
    await page.locator("[data-find]").fill("nobody says this");
    expect(await page.locator("[data-found]").innerText()).toBe("nothing");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("grows and shrinks by button, key and wheel", async () => {
    const page = await open();
    const width = (): Promise<number> =>
      page.evaluate("document.querySelector('.life-picture').getBoundingClientRect().width");
    const fits = await width();
    await page.getByRole("button", { name: "+", exact: true }).click();
    expect(await width()).toBeCloseTo(fits * 1.25, 0);
    await page.locator(".life-scroll").focus();
    await page.keyboard.press("-");
    expect(await width()).toBeCloseTo(fits, 0);
    await page.locator(".life-scroll").hover();
    await page.keyboard.down("Control");
    await page.mouse.wheel(0, -200);
    await page.keyboard.up("Control");
    await expect.poll(width).toBeGreaterThan(fits * 1.2);
    await page.locator(".life-scroll").focus();
    await page.keyboard.press("0");
    expect(await width()).toBeCloseTo(fits, 0);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("says what each believed at the row under the pointer", async () => {
    const page = await open();
    await page.locator('.row[data-row="1"]').hover();
    const beliefs = page.locator(".beliefs");
    expect(await beliefs.innerText()).toContain("waiting: n 12");
    await page.locator('.row[data-row="7"]').hover();
    expect(await beliefs.innerText()).toContain("all confirmed");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("begins at the place where expectation and fact part", async () => {
    const page = await open();
    expect(await page.locator(".row.chosen").getAttribute("data-row")).toBe("6");
    expect(await page.locator(".row.chosen").isVisible()).toBe(true);
    await page.context().close();
  });

  it("lacks only its tools without scripts, and stands on paper without them", async () => {
    const plain = await open({ ...DESKTOP, javaScriptEnabled: false });
    expect(await plain.locator(".tools").isVisible()).toBe(false);
    expect(await shownRows(plain)).toBe(ROWS - FOLDED);
    expect(await plain.locator(".believed").first().innerText()).toContain("waiting: n 12");
    await plain.context().close();
    const page = await open({ ...DESKTOP, colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".tools").isVisible()).toBe(false);
    const fits = `(() => { const svg = document.querySelector(".life-picture").getBoundingClientRect();
      return svg.width <= document.documentElement.clientWidth && svg.height > 200; })()`;
    expect(await page.evaluate(fits)).toBe(true);
    expect((await page.pdf({ format: "A4" })).byteLength).toBeGreaterThan(10_000);
    await page.context().close();
  });

  it("keeps to the width of a phone", async () => {
    const page = await open({ viewport: { width: 375, height: 800 } });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
    await keep(page, "failure-phone");
    await page.context().close();
  });
});
