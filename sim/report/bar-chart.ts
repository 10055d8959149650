// Failover in its parts: one bar a fault, detect, reconnect, resume and catch-up end to end, each the average of
// its users (medians would not add up).
import { fitted, label, linearAxis, px, svg, type Frame } from "./chart.ts";
import { escapeMarkup } from "./escape.ts";
import { duration } from "./figures.ts";

export interface Bar {
  readonly name: string;
  readonly note: string;
  readonly parts: readonly {
    readonly name: string;
    readonly colour: number;
    readonly ms: number;
  }[];
}

const BAR_PX = 22;
const ROW_PX = 44;

export function stackedBars(title: string, bars: readonly Bar[], widthPx: number): string {
  const frame: Frame = {
    widthPx,
    heightPx: 8 + bars.length * ROW_PX + 34,
    leftPx: 12,
    rightPx: 70,
    topPx: 8,
    bottomPx: 34,
  };
  const longest = bars.reduce((most, bar) => Math.max(most, totalMs(bar)), 0);
  const axis = linearAxis(
    longest,
    frame.leftPx,
    widthPx - frame.rightPx,
    duration,
    widthPx > 700 ? 6 : 3,
  );
  const base = frame.heightPx - frame.bottomPx;
  const grid = axis.ticks
    .map((tick) => {
      const x = px(axis.place(tick));
      return (
        `<line class="grid" x1="${x}" x2="${x}" y1="${frame.topPx}" y2="${base}"/>` +
        label(axis.place(tick), base + 18, duration(tick), `class="tick" text-anchor="middle"`)
      );
    })
    .join("");
  const rows = bars.map((bar, index) =>
    drawBar(bar, frame.topPx + index * ROW_PX, axis.place, frame),
  );
  return svg(frame, title, grid + rows.join(""));
}

function drawBar(bar: Bar, top: number, place: (ms: number) => number, frame: Frame): string {
  let from = 0;
  const boxes = bar.parts.map(({ name, colour, ms }) => {
    const x = place(from);
    const width = Math.max(0, place(from + ms) - x);
    from += ms;
    const title = `<title>${escapeMarkup(`${name}: ${duration(ms)}`)}</title>`;
    const text =
      width > 52
        ? label(
            x + width / 2,
            top + 17 + BAR_PX / 2 + 4,
            duration(ms),
            `class="inside" text-anchor="middle"`,
          )
        : "";
    return `<rect class="solid c${colour}" x="${px(x)}" y="${px(top + 17)}" width="${px(width)}" height="${BAR_PX}">${title}</rect>${text}`;
  });
  const room = frame.widthPx - frame.leftPx - 8;
  const end = label(place(from) + 6, top + 17 + BAR_PX / 2 + 4, duration(from), `class="value"`);
  const name = label(
    frame.leftPx,
    top + 11,
    fitted(`${bar.name} · ${bar.note}`, room),
    `class="name"`,
  );
  return boxes.join("") + end + name;
}

function totalMs(bar: Bar): number {
  return bar.parts.reduce((sum, { ms }) => sum + ms, 0);
}
