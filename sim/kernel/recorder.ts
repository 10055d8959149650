// What a replay needs to name the first divergence: every event and draw of a window with the place in the
// code that asked for it. Without a recorder nothing here runs.

export interface EventRecorder {
  /** Is the event with this index inside the window that is being looked at? */
  wantsEvent(index: number): boolean;
  /** `callSite` is "" where the event was scheduled outside the window. */
  event(index: number, timeUs: number, label: number, callSite: string): void;
  /** A draw made while event `index` was the last one begun. */
  draw(index: number, stream: string, ordinal: number, value: number, callSite: string): void;
  /** A fact mixed into the hash while event `index` was the last one begun. */
  fact?(index: number, value: number, callSite: string): void;
}

/** What a stream tells about its draws; the kernel turns it into calls of the recorder. */
export interface DrawObserver {
  wantsDraw(): boolean;
  draw(stream: string, ordinal: number, value: number, callSite: string): void;
}

const FRAMES = 3;

/** The first frames outside the kernel, nearest first, as `folder/file:line:column` without the machine's path:
 * who asked, and who asked for that. */
export function callSite(): string {
  const lines = (new Error().stack ?? "").split("\n");
  const sites: string[] = [];
  for (let i = 1; i < lines.length && sites.length < FRAMES; i++) {
    const line = lines[i]!;
    if (line.includes("/sim/kernel/")) continue;
    const place = /((?:server|sim|test)\/[^():]+:\d+:\d+)\)?$/.exec(line);
    if (place !== null) sites.push(place[1]!);
  }
  return sites.join(", called from ");
}
