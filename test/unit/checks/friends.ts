// Passages of hand-written histories about presence: who is connected, heard and shown to whom.
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";

export const OFFLINE = 0;
export const ONLINE = 1;
/** A second device of the reader's. */
export const FRESH = 23;
/** Another friend of the writer's, and the device. */
export const THIRD = 3;
export const T = 33;

export const seesWriter = (story: Story, t = S, device = R): void => {
  story.history.presenceShown(t, READER, WRITER, ONLINE, 0, 1, device);
};

/** Both online, each shown the other so at 1 s. */
export const watched = (story: Story): void => {
  story.online(0);
  story.presence(S, ONLINE);
  seesWriter(story);
};

export const signOut = (story: Story, t = 10 * S): void => {
  story.history.signedOut(t, READER, R, 0);
  story.history.closed(t, READER, R, 2, 0);
};

/** The writer gets a pong. */
export const heard = (story: Story, t: number, session = 1): void => {
  story.history.heartbeat(t, WRITER, session);
};

/** Signed in, connected and synced, all in one instant. */
export const connected = (
  story: Story,
  t: number,
  user: number,
  device: number,
  session: number,
  node: number,
): void => {
  story.history.signedIn(t, user, device, 0);
  story.history.connecting(t, user, device, session);
  story.history.connected(t, user, device, session, node);
  story.history.synced(t, user, device, session);
};

/** Becomes the writer's friend and signs in. */
export const third = (story: Story, t: number): void => {
  story.history.friendship(t, WRITER, THIRD, CHAT + 1);
  story.connect(t, THIRD, T, 3, 2);
};

/** The writer is shown the third; where that is online, the third the writer too. */
export const thirdShown = (story: Story, t: number, state: number): void => {
  story.history.presenceShown(t, WRITER, THIRD, state, 0, 1, W);
  if (state === ONLINE) story.history.presenceShown(t, THIRD, WRITER, state, 0, 1, T);
};
