// A failure's page and its text: lanes in their order, folds, arrows from row to row, what was believed when, and
// an account that says where expectation and fact part.
import { describe, expect, it } from "vitest";
import { accountOf, outOfOrder } from "../../../sim/report/failure/account.ts";
import { beliefsAt } from "../../../sim/report/failure/beliefs-at.ts";
import { failurePage } from "../../../sim/report/failure/html.ts";
import { barPlaces, layoutOf, placed, yOfMoment } from "../../../sim/report/failure/layout.ts";
import { kindsText } from "../../../sim/report/failure/kinds.ts";
import { failuresText, failureText } from "../../../sim/report/failure/text.ts";
import type { Life, LifeBar } from "../../../sim/run/result.ts";
import { fixtureResult, life } from "../../support/report-fixture.ts";

describe("the layout of a failure", () => {
  it("puts people left (the sender first), then nodes, links, stores", () => {
    expect(layoutOf(life()).lanes.map(({ name }) => name)).toEqual([
      ...["user 41", "user 88", "node-1", "node-3", "links", "redis", "cassandra"],
    ]);
  });

  it("folds runs of background events, and shows a single one", () => {
    const folds = layoutOf(life()).lines.filter(({ kind }) => kind === "fold");
    expect(folds).toHaveLength(1);
    expect(folds[0]!.kind === "fold" && folds[0]!.fold.events).toHaveLength(5);
    const single: Life = {
      ...{ rule: "MSG1", subject: "the run", text: "" },
      events: [
        { t: 1, lane: "node-1", text: "a" },
        { t: 2, lane: "node-1", text: "b", weight: "other" },
        { t: 3, lane: "node-1", text: "c" },
      ],
    };
    expect(layoutOf(single).lines.map(({ kind }) => kind)).toEqual(["row", "row", "row"]);
  });

  it("gives each shown row its own height, later ones a gap, and moments a place between rows", () => {
    const { lines } = layoutOf(life());
    const { places, heightPx } = placed(lines);
    const shown = places.filter(({ top }) => top >= 0);
    expect(shown).toHaveLength(8 + 1 + 4 + 2);
    for (let index = 1; index < shown.length; index += 1)
      expect(shown[index]!.top).toBeGreaterThanOrEqual(
        shown[index - 1]!.top + shown[index - 1]!.height,
      );
    expect(shown.filter(({ gap }) => gap > 0)).toHaveLength(2);
    const first = life().events[0]!.t;
    expect(yOfMoment(places, 0, heightPx)).toBeLessThan(yOfMoment(places, first + 5000, heightPx));
    expect(yOfMoment(places, first * 2, heightPx)).toBe(heightPx - 10);
  });

  it("stands bars that overlap side by side", () => {
    const bar = (fromUs: number, toUs: number | null): LifeBar => ({
      ...{ lane: "links", kind: "cut", text: "" },
      fromUs,
      toUs,
    });
    const places = barPlaces([bar(0, 10), bar(5, null), bar(10, 20)]);
    expect(places[0]!.dx).toBe(places[2]!.dx);
    expect(places[1]!.dx).not.toBe(places[0]!.dx);
  });
});

describe("what a count hides", () => {
  it("is said by lane and kind, however many, with its times", () => {
    const event = (t: number, lane: string, text: string) => ({ t, lane, text });
    expect(
      kindsText([
        event(2_000_000, "node-1", `who owns user 5?`),
        event(
          2_001_000,
          "redis",
          `online on node-2, epoch 0:01.001 #1 (to "who owns user 5?" of 0:02.000)`,
        ),
        event(2_002_000, "node-1", "who owns user 6?"),
        event(2_003_000, "user 5", "takes n 4"),
      ]),
    ).toBe(
      "4 from 0:02.000 to 0:02.003: node-1: 2 × who owns user?; redis: online on node; user 5: takes n",
    );
  });
});

describe("what was believed", () => {
  it("is the last word on each thing at that moment", () => {
    const { t } = life().events[0]!;
    const lanes = ["user 41", "cassandra", "redis"];
    expect(beliefsAt(life(), t, lanes)).toEqual([]);
    expect(
      beliefsAt(life(), t + 10_000, lanes).map(({ lane, beliefs }) => [lane, beliefs[0]!.value]),
    ).toEqual([
      ["user 41", "waiting: n 12"],
      ["cassandra", "11"],
    ]);
    expect(beliefsAt(life(), t + 1e6, lanes)[0]!.beliefs[0]!.value).toBe("all confirmed");
  });
});

describe("the account of a failure", () => {
  it("names the rule, the message, its people, what should have been and what was", () => {
    const account = accountOf(life());
    expect(account.headline).toBe("MSG1 (no loss) is broken for message 7/1041/12 from user 41");
    expect(account.expected).toContain("before the sender hears sent");
    expect(account.happened).toContain("while sent_n stood at 11");
    expect(account.found).toContain("confirmed at 1:31.204, was never shown");
    expect(account.parting?.lane).toBe("node-1");
  });

  it("falls back on the rule's own words where no order was left", () => {
    const account = accountOf({ rule: "MSG1", subject: "the run", text: "lost", events: [] });
    expect(account).toMatchObject({
      expected: expect.stringContaining("every confirmed message"),
      happened: "lost",
    });
    expect(account.parting).toBeUndefined();
  });

  it("tells departures of one kind once", () => {
    const [parting] = life().departures!;
    const again = {
      ...parting!,
      t: parting!.t + 1,
      expected: parting!.expected.replace("12", "13"),
    };
    const other = { ...again, expected: "something else" };
    expect(accountOf({ ...life(), departures: [parting!, again, other] }).others).toEqual([other]);
  });

  it("names the step that is missing where no order was left, else the one that came late", () => {
    const steps = (markedUs: number | null, shownUs: number | null) => [
      { name: "n taken", t: 1_000_000, lane: "user 4" },
      { name: "entry raised (sent_n)", t: markedUs, lane: "cassandra" },
      { name: "shown", t: shownUs, lane: "user 5" },
    ];
    const late: Life = { rule: "LIV3", subject: "m", text: "late", events: [] };
    expect(accountOf({ ...late, steps: steps(null, null) })).toMatchObject({
      expected: `"entry raised (sent_n)" follows "n taken" (user 4, 0:01.000)`,
      happened: `the step "entry raised (sent_n)" is missing: it was never reached`,
    });
    expect(accountOf({ ...late, steps: steps(1_010_000, 41_010_000) })).toMatchObject({
      expected: expect.stringMatching(
        /^"shown" follows "entry raised \(sent_n\)" \(cassandra, 0:01.010\) at once/,
      ),
      happened: expect.stringMatching(
        /^the step "shown" came only 40\ss later \(user 5, 0:41.010\)/,
      ),
    });
    // Nothing was late: the rule's own words.
    expect(accountOf({ ...late, steps: steps(1_010_000, 1_020_000) }).happened).toBe("late");
  });

  it("knows an earlier failure of the same cause, and says what differs", () => {
    const [parting] = life().departures!;
    const again: Life = { ...life(), rule: "UNR1" };
    expect(accountOf(again, []).same).toBeUndefined();
    expect(accountOf(again, [life()]).same?.differs).toBe(
      "the very same step; the same message; another rule that sees it, UNR1",
    );
    const elsewhere: Life = {
      ...again,
      subject: "message 8/2/1",
      departures: [{ ...parting!, t: 100_000_000, lane: "node-2" }],
    };
    expect(accountOf(elsewhere, [life()]).same?.differs).toBe(
      "the same order, left on node-2 at 1:40.000; another one, message 8/2/1; another rule that sees it, UNR1",
    );
    const other: Life = { ...again, departures: [{ ...parting!, expected: "something else" }] };
    expect(accountOf(other, [life()]).same).toBeUndefined();
    const text = failuresText([life(), again]);
    expect(text).toContain("- **Same cause as MSG1 above.** What differs: the very same step;");
    expect(text).toContain("Its picture is in failure-UNR1.html.");
    expect(text.match(/```text/g)).toHaveLength(1);
    const result = { ...fixtureResult({ broken: true }), lives: [life(), again] };
    expect(failurePage(result, again)).toContain("Same cause as MSG1, message 7/1041/12");
  });

  it("says on page and in text what nobody could see", () => {
    const live: Life = { ...life(), unseen: "no witness in the nodes" };
    expect(failureText(live)).toContain("- **Not seen:** no witness in the nodes");
    expect(failurePage(fixtureResult({ broken: true }), live)).toContain(
      "<dt>Not seen</dt><dd>no witness in the nodes</dd>",
    );
  });

  it("marks steps that were reached before their turn", () => {
    expect([...outOfOrder(life().steps!)]).toEqual(["confirmed to the sender"]);
  });
});

describe("a failure as text", () => {
  const text = failureText(life());

  it("has a lane for each party and an arrow where something went", () => {
    const lines = text.split("\n");
    const at = (words: string): string => lines.find((line) => line.endsWith(words))!;
    expect(at("user 41: takes n 12")).toMatch(/^ {2}1:31\.180 {6}o {8}\| {8}\| /);
    expect(at("node-1: gets the send of n 12")).toContain("+----------------->");
    expect(at("node-1: append row n 12")).toContain("o----------------------------------->");
    expect(at("node-1: says sent for n 12")).toContain("<-----------------o");
    expect(at("links: cut node-3 and redis for 20 s begins")).toContain("!! links");
    expect(text).toContain("… 5 from 1:31.280 to 1:32.080: node-3: 5 × who owns user?");
  });

  it("says where the two part, and what each believed there", () => {
    const parted = text.indexOf("expectation and fact part");
    expect(parted).toBeGreaterThan(text.indexOf("row n 12 stands"));
    expect(parted).toBeLessThan(text.indexOf("says sent for n 12"));
    expect(text).toContain("- user 41: outbox: waiting: n 12");
    expect(text).toContain("| entry raised (sent_n) | never |");
  });

  it("closes its block of code, and has no line without end", () => {
    expect(text.match(/```/g)).toHaveLength(2);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  });
});

describe("the page of a failure", () => {
  it("is the same for the same life, escapes what it shows, and asks for nothing", () => {
    const evil: Life = { ...life(), text: "<script>alert(1)</script>", subject: `"><i id=x>` };
    const page = failurePage(fixtureResult({ broken: true }), evil);
    expect(page).toBe(failurePage(fixtureResult({ broken: true }), evil));
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain(`"><i id=x>`);
    expect(page).not.toMatch(/src=|url\(h|@import/);
  });
});
