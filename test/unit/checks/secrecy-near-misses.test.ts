// SEC1 and SEC3 at their edges: what is not theirs after all, and which nonces and keys may be met again.
import { describe } from "vitest";
import { CHAT, R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const ONLINE = 1;
const STRANGER = 3;
const STRANGERS_PHONE = 33;
/** A second device of the writer's. */
const TABLET = 12;
const NEW_CHAT = 101;
const MANY = 10_000;

describe("SEC1 isolation, nearly", () => {
  const { valid, invalid, unknown } = rowsOf("SEC1");
  const receipt = (story: Story, user: number, device: number, logDevice = W): void => {
    story.history.receiptFrame(4 * S, user, device, 9, CHAT, logDevice, 1, 5000);
  };
  /** The stranger is shown that the writer is online. */
  const spied = (story: Story, t: number): void => {
    story.history.presenceShown(t, STRANGER, WRITER, ONLINE, 0, 1, STRANGERS_PHONE);
  };
  const keyOf = (story: Story, chat: number): void => {
    story.history.friendShown(S, STRANGER, STRANGERS_PHONE, WRITER, chat, 5, 1);
  };
  table([
    valid(
      "a message, a log, a receipt, a key and a presence are theirs",
      (story) => {
        story.exchange(1);
        story.history.friendShown(S, READER, R, WRITER, CHAT, 5, 1);
        story.presence(2 * S, ONLINE);
        story.over(9 * S);
      },
      { counted: 5 },
    ),
    invalid("a stranger is told of a log", "user 3 received a log of chat 100", (story) => {
      story.exchange(1);
      story.history.logFrame(4 * S, STRANGER, STRANGERS_PHONE, 9, CHAT, W, 0);
    }),
    invalid("a stranger gets a key", "user 3 received a key of chat 100, not theirs", (story) =>
      keyOf(story, CHAT),
    ),
    invalid(
      "a stranger gets a receipt: neither its chat nor its own log",
      [
        "user 3 received a receipt of chat 100",
        "user 3 received a receipt on device 33 of user 1, not theirs",
      ],
      (story) => {
        story.exchange(1);
        receipt(story, STRANGER, STRANGERS_PHONE);
      },
      { times: 2 },
    ),
    invalid(
      "a reader gets the receipt for what it read",
      "user 2 received a receipt on device 22 of user 1, not theirs",
      (story) => {
        story.exchange(1);
        receipt(story, READER, R);
      },
    ),
    valid(
      "a receipt is for a device that nobody sent from",
      (story) => {
        story.exchange(1);
        receipt(story, WRITER, W, TABLET);
        story.over(9 * S);
      },
      { also: "RCP2 RCP3" },
    ),
    valid(
      "somebody is shown their own presence",
      (story) => {
        story.exchange(1);
        story.history.presenceShown(2 * S, WRITER, WRITER, ONLINE, 0, 1, W);
        story.over(9 * S);
      },
      { counted: 4 },
    ),
    valid("an older device that was left on is shown a friend", (story) => {
      story.exchange(1);
      story.connect(3 * S, WRITER, TABLET, 5, 0);
      story.presence(4 * S, ONLINE);
      story.over(9 * S);
    }),
    valid("a new friend is shown online before the friendship was announced", (story) => {
      spied(story, S);
      story.history.friendship(2 * S, WRITER, STRANGER, NEW_CHAT);
      story.over(9 * S);
    }),
    unknown("the history breaks off after a presence not theirs", "breaks off", (story) => {
      spied(story, S);
    }),
    invalid("the run ends in its first instant", "the presence of user 1", (story) => {
      spied(story, 0);
      story.over(0);
    }),
    invalid("a presence not theirs follows ten thousand that are", "of user 1", (story) => {
      story.online(0);
      for (let each = 0; each < MANY; each += 1) story.presence(S, ONLINE);
      spied(story, 2 * S);
      story.over(9 * S);
    }),
    invalid(
      "a stranger gets ten thousand keys and one of a chat that nobody announced",
      "user 3 received a key of chat 101",
      (story) => {
        for (let each = 0; each <= MANY; each += 1) keyOf(story, NEW_CHAT);
        story.over(9 * S);
      },
      { times: MANY },
    ),
  ]);
});

describe("SEC3 binding, nearly", () => {
  const { valid, invalid } = rowsOf("SEC3");
  const BODY = 0;
  const THUMBNAIL = 1;
  const KEY = 5;
  type Seal = readonly [n: number, part: number, content: number, device?: number];
  const sealed =
    (...seals: readonly Seal[]) =>
    (story: Story) => {
      for (const [n, part, content, device = W] of seals) {
        story.history.sealed(S, KEY, device, n, part, content);
      }
      story.over(9 * S);
    };
  const again = (n: number, part: number, content: number): string =>
    `device 11 sealed content ${content} under key 5 with the nonce of n ${n}, part ${part}, which was used before`;
  const keyShown = (story: Story, user: number, device: number, key: number, version: number) => {
    story.history.friendShown(2 * S, user, device, 3 - user, CHAT, key, version);
  };
  table([
    valid("two devices seal the same n", sealed([1, BODY, 1], [1, BODY, 2, TABLET])),
    valid(
      "a picture's body and thumbnail are sealed, and both again",
      sealed([1, BODY, 1], [1, THUMBNAIL, 1], [1, BODY, 1], [1, THUMBNAIL, 1]),
      { counted: 4 },
    ),
    valid("a picture follows a picture", sealed([1, THUMBNAIL, 1], [2, THUMBNAIL, 2])),
    valid("a body follows two pictures' thumbnails", sealed([2, THUMBNAIL, 2], [1, BODY, 1])),
    ...[BODY, THUMBNAIL].flatMap((part) => {
      const name = part === BODY ? "body" : "thumbnail";
      return [
        invalid(
          `a ${name}'s nonce seals other bytes`,
          again(1, part, 2),
          sealed([1, part, 1], [1, part, 2]),
        ),
        invalid(
          `a ${name}'s nonce seals the bytes of the next`,
          again(1, part, 2),
          sealed([1, part, 1], [2, part, 2], [1, part, 2]),
        ),
        invalid(
          `a ${name} goes back to an n below its last`,
          again(1, part, 1),
          sealed([1, part, 1], [2, part, 2], [1, part, 1]),
        ),
      ];
    }),
    ...["chat", "sender", "device", "n", "version", "kind", "part"].map((context, which) =>
      invalid(
        `a ciphertext moved to another ${context} opens`,
        `a ciphertext opened under another ${context}`,
        (story) => {
          story.history.swapTried(2 * S, READER, which, 1);
        },
      ),
    ),
    valid(
      "both friends hold one key, and a swap under it fails",
      (story) => {
        keyShown(story, WRITER, W, 5, 1);
        keyShown(story, READER, R, 5, 1);
        story.history.swapTried(3 * S, READER, 0, 0);
        story.over(9 * S);
      },
      { counted: 3 },
    ),
    valid("both friends go on to a key of a new version", (story) => {
      keyShown(story, WRITER, W, 5, 1);
      keyShown(story, READER, R, 5, 1);
      keyShown(story, WRITER, W, 6, 2);
      keyShown(story, READER, R, 6, 2);
      story.over(9 * S);
    }),
    valid("what comes to a device with the key decrypts", (story) => {
      keyShown(story, READER, R, 5, 1);
      story.exchange(1);
      story.over(9 * S);
    }),
  ]);
});
