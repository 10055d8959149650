// Passages that many hand-written histories share: how they begin, what is read, how a scan finds the stores.
import { CHAT, READER, S, W, WRITER, type Story } from "./judge.ts";

const TEXT = 0;
const IMAGE = 1;
const OK = 0;
export const BLOB = 900;

/** Both online, the log announced from its start. */
export const begin = (story: Story): void => {
  story.online(0);
  story.announce(S, 0);
};

/** The reader replies from a device at a time of its device's clock, in ms; confirmed at once. */
export const reply = (story: Story, t: number, device: number, sentAt: number): void => {
  story.history.sendInvoked(t, READER, device, CHAT, 1, 1, TEXT, sentAt, t);
  story.history.rowApplied(t, CHAT, device, 1, TEXT);
  story.history.sentRaised(t, WRITER, CHAT, device, 1);
  story.history.sendEnded(t, READER, device, CHAT, 1, OK);
};

/** The store's row is there, the mark is not. */
export const rowOnly = (story: Story, t: number, n: number): void => {
  story.invoke(t, n);
  story.history.rowApplied(t, CHAT, W, n, 0);
};

/** The end of the run, and a scan that finds rows 1 to n and these watermarks. */
export const scan = (story: Story, n: number, sentN: number, readN: number): void => {
  story.over(60 * S);
  for (let each = 1; each <= n; each += 1) story.scanRow(each);
  if (sentN >= 0) story.scanUnread(sentN, readN);
  if (readN > 0) story.scanReceipt(readN, readN);
  story.scanned();
};

/** Two messages confirmed and shown; read, with receipts, to readN. */
export const readTo = (story: Story, readN: number): void => {
  begin(story);
  for (const n of [1, 2]) {
    story.confirm((1 + n) * S, n);
    story.deliver((1.1 + n) * S, n);
  }
  if (readN === 0) return;
  story.read(4 * S, readN);
  story.receipt(5 * S, readN);
};

/** A picture, uploaded, named by message 1, ended so and shown; its blob is durable at `durableT`. */
export const picture = (story: Story, durableT: number, outcome = OK): void => {
  const { history } = story;
  story.online(0);
  story.announce(0.5 * S, 0);
  history.operationBegan(S, 1, 3, WRITER, W, CHAT);
  history.uploaded(1.8 * S, 1, WRITER, CHAT, BLOB, 5_000_000, OK);
  history.operationEnded(1.8 * S, 1, OK);
  if (durableT < 3 * S) history.blobApplied(durableT, BLOB);
  story.invoke(2 * S, 1, 1, IMAGE);
  history.blobNamed(2 * S, CHAT, W, 1, BLOB);
  story.store(2.1 * S, 1);
  story.end(3 * S, 1, outcome);
  if (durableT >= 3 * S && durableT < Infinity) history.blobApplied(durableT, BLOB);
  story.frame(4 * S, 1, 1, 2, IMAGE);
  story.show(4 * S, 1, 1, 2, IMAGE);
};

/** The end of the run, and a scan that finds the picture's message, unread, and these blobs. */
export const pictureScanned = (story: Story, blobs: readonly number[] = [BLOB]): void => {
  for (const blob of blobs) story.history.scanBlob(900 * S, blob, CHAT, WRITER);
  story.over(800 * S);
  story.scanRow(1, 1, IMAGE);
  story.scanUnread(1, 0);
  story.scanned();
};
