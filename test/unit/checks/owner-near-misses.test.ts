// PRE3 and PRE4 at their edges: last-seen times against the truth and each other, epochs given up.
import { describe } from "vitest";
import { R, READER, S, W, WRITER, type Story } from "./judge.ts";
import { rowsOf, table } from "./table.ts";

const OFFLINE = 0;
const ONLINE = 1;
const UNKNOWN = 2;
const FRESH = 23;
const EPOCH_MS = 1_000_000_000;

const watched = (story: Story): void => {
  story.online(0);
  story.presence(S, ONLINE);
  story.history.presenceShown(S, READER, WRITER, ONLINE, 0, 1, R);
};

describe("PRE3 last seen, nearly", () => {
  const { valid, invalid } = rowsOf("PRE3");
  const setting = { setting: { epochMs: EPOCH_MS } };
  const faulted = (kind: string, sites: string[]) => ({
    setting: { epochMs: EPOCH_MS, faults: [{ kind, sites }] },
  });
  /** Heard at 50 s, gone at 60 s; the writer is told at 100 s that it was seen at `seenMs`, in a state. */
  const told =
    (seenMs: number, before: (story: Story) => void = () => undefined, state = OFFLINE) =>
    (story: Story) => {
      watched(story);
      before(story);
      story.history.heartbeat(50 * S, READER, 2);
      story.history.signedOut(60 * S, READER, R, 0);
      story.history.closed(60 * S, READER, R, 2, 0);
      story.presence(61 * S, OFFLINE);
      story.presence(100 * S, state, EPOCH_MS + seenMs);
      story.over(100 * S);
    };
  const twice =
    (first: number, second: number, t = 38 * S) =>
    (story: Story) => {
      watched(story);
      story.presence(t - S, ONLINE, EPOCH_MS + first);
      story.presence(t, ONLINE, EPOCH_MS + second);
      story.over(t);
    };
  table([
    valid("60 s behind the truth", told(-10_000), setting),
    invalid(
      "a millisecond more",
      "user 1 is told that user 2 was last seen at -10.001 s, but it was last heard at 50.000 s and gone at 60.000 s",
      told(-10_001),
      setting,
    ),
    valid("80 s ahead of the end", told(140_000), setting),
    invalid("a millisecond more ahead", "last seen at 140.001 s", told(140_001), setting),
    valid("nobody knows the store's clock", told(500_000), {}),
    valid("it is shown unknown", told(140_001, undefined, UNKNOWN), setting),
    valid(
      "it is back, and the notice is old",
      (story) => {
        told(50_000)(story);
        story.connect(200 * S, READER, R, 3, 1);
        story.history.heartbeat(290 * S, READER, 3);
        story.presence(300 * S, OFFLINE, EPOCH_MS + 51_000);
        story.over(300 * S);
      },
      { ...setting, also: "PRE2*2" },
    ),
    ...["redis", "node-1", "cassandra"].map((site) =>
      valid(
        `${site} was slow meanwhile`,
        told(-10_001, (story) => story.history.faultBegan(55 * S, 0)),
        faulted("slow", [site]),
      ),
    ),
    ...["users", "s3"].map((site) =>
      invalid(
        `${site} was slow meanwhile`,
        "last seen",
        told(-10_001, (story) => story.history.faultBegan(55 * S, 0)),
        faulted("slow", [site]),
      ),
    ),
    valid(
      "the users and a node were cut apart",
      told(-10_001, (story) => story.history.faultBegan(55 * S, 0)),
      faulted("cut", ["users", "node-1"]),
    ),
    ...["kill", "crash"].flatMap((kind) => [
      valid(
        `Redis suffered ${kind} meanwhile`,
        told(-10_001, (story) => story.history.faultBegan(55 * S, 0)),
        faulted(kind, ["redis"]),
      ),
      invalid(
        `a node suffered ${kind} meanwhile`,
        "last seen",
        told(-10_001, (story) => story.history.faultBegan(55 * S, 0)),
        faulted(kind, ["node-3"]),
      ),
    ]),
    ...["skew", "lose_writes"].map((kind) =>
      valid(
        `a store suffered ${kind} long ago`,
        told(-10_001, (story) => {
          story.history.faultBegan(0, 0);
          story.history.faultEnded(1, 0);
        }),
        faulted(kind, ["s3"]),
      ),
    ),
    invalid(
      "a store was slow long ago",
      "last seen",
      told(-10_001, (story) => {
        story.history.faultBegan(0, 0);
        story.history.faultEnded(1, 0);
      }),
      faulted("slow", ["s3"]),
    ),
    valid(
      "a store was slow until half a minute before it was heard",
      told(-10_001, (story) => {
        story.history.faultBegan(0, 0);
        story.history.faultEnded(20 * S, 0);
      }),
      faulted("slow", ["cassandra"]),
    ),
    valid(
      "it never came, and was last seen yesterday",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.presence(100 * S, OFFLINE, EPOCH_MS - 86_400_000);
        story.over(100 * S);
      },
      setting,
    ),
    invalid(
      "it came and went in the first instant, and is told a millisecond too early",
      "last heard at 0.000 s and gone at 0.000 s",
      (story) => {
        story.connect(0, WRITER, W, 1, 0);
        story.history.signedIn(0, READER, R, 0);
        story.history.connecting(0, READER, R, 2);
        story.history.connected(0, READER, R, 2, 1);
        story.history.signedOut(0, READER, R, 0);
        story.history.closed(0, READER, R, 2, 0);
        story.presence(100 * S, OFFLINE, EPOCH_MS - 60_001);
      },
      setting,
    ),
    valid(
      "it is still connected on the device before, and on the new one tries in vain",
      (story) => {
        watched(story);
        story.history.signedIn(50 * S, READER, FRESH, 1);
        story.history.connecting(50 * S, READER, FRESH, 7);
        story.history.closed(51 * S, READER, FRESH, 7, 0);
        story.presence(100 * S, OFFLINE, EPOCH_MS - 100_000);
        story.over(100 * S);
      },
      setting,
    ),
    valid(
      "an older device that was left on is told an earlier time",
      (story) => {
        watched(story);
        story.presence(38 * S, ONLINE, EPOCH_MS + 70_000);
        story.presence(39 * S, ONLINE, EPOCH_MS + 70_000);
        story.history.signedIn(40 * S, WRITER, FRESH, 1);
        story.presence(41 * S, ONLINE, EPOCH_MS);
        story.over(41 * S);
      },
      { ...setting, counted: 2 },
    ),
    valid("it falls by 60 s", twice(70_000, 10_000), { ...setting, counted: 2 }),
    valid(
      "it falls by a minute and more, told by a node that could not read its friends until 52 s ago",
      (story) => {
        story.history.faultBegan(40 * S, 0);
        story.history.faultEnded(48 * S, 0);
        twice(70_000, 9_999, 100 * S)(story);
      },
      faulted("isolate", ["node-1"]),
    ),
    invalid(
      "and the node could for longer",
      "user 1 is told that user 2 was last seen at 1000009999 ms",
      (story) => {
        story.history.faultBegan(40 * S, 0);
        story.history.faultEnded(48 * S - 1, 0);
        twice(70_000, 9_999, 100 * S)(story);
      },
      faulted("isolate", ["node-1"]),
    ),
    invalid(
      "it falls by a millisecond more",
      "user 1 is told that user 2 was last seen at 1000009999 ms, after it was told 1000070000 ms",
      twice(70_000, 9_999),
      setting,
    ),
    valid(
      "it falls while the sign-in may still be news",
      twice(70_000, 9_999, 37 * S + 1000),
      setting,
    ),
    invalid(
      "it falls a microsecond after that",
      "after it was told",
      twice(70_000, 9_999, 37 * S + 1001),
      setting,
    ),
    valid(
      "a time that is not known is no fall",
      (story) => {
        watched(story);
        story.presence(37 * S, ONLINE, EPOCH_MS + 70_000);
        story.presence(40 * S, ONLINE, 0);
        story.over(41 * S);
      },
      { ...setting, counted: 1 },
    ),
  ]);
});

describe("PRE4 one owner, nearly", () => {
  const { valid, invalid } = rowsOf("PRE4");
  /** Node 1 holds epoch 5 of the reader since 10 s. */
  const held = (then: (story: Story) => void) => (story: Story) => {
    watched(story);
    story.history.presenceApplied(10 * S, READER, 5, 0, 1, 77);
    then(story);
    story.over(40 * S);
  };
  const apply = (story: Story, t: number, rank: number, released = 0, node = 1): void => {
    story.history.presenceApplied(t, READER, rank, released, node, 77);
  };
  table([
    valid(
      "3 s after it took the newer epoch it may not know",
      held((story) => {
        apply(story, 20 * S, 6);
        story.history.deliverAnswered(23 * S, 1, READER, 5);
      }),
    ),
    invalid(
      "a microsecond later it must",
      "node 1 says that it delivered to user 2 on epoch 5, though it holds epoch 6",
      held((story) => {
        apply(story, 20 * S, 6);
        story.history.deliverAnswered(23 * S + 1, 1, READER, 5);
      }),
    ),
    invalid(
      "a renewal does not restart the 3 s",
      "though it holds epoch 6",
      held((story) => {
        apply(story, 20 * S, 6);
        apply(story, 22 * S, 6);
        story.history.deliverAnswered(24 * S, 1, READER, 5);
      }),
    ),
    valid(
      "another node's renewal of the same epoch does",
      held((story) => {
        apply(story, 20 * S, 6, 0, 2);
        apply(story, 22 * S, 6, 0, 1);
        story.history.deliverAnswered(24 * S, 1, READER, 5);
      }),
    ),
    valid(
      "it was started anew in the moment it took the user",
      held((story) => {
        story.history.nodeUp(10 * S, 1, 99);
        story.history.deliverAnswered(11 * S, 1, READER, 5);
      }),
    ),
    invalid(
      "it was started anew a microsecond later",
      "which it held before it was started anew",
      held((story) => {
        story.history.nodeUp(10 * S + 1, 1, 99);
        story.history.deliverAnswered(11 * S, 1, READER, 5);
      }),
    ),
    valid(
      "another node was started anew",
      held((story) => {
        story.history.nodeUp(11 * S, 2, 99);
        story.history.deliverAnswered(12 * S, 1, READER, 5);
      }),
    ),
    valid(
      "started anew, it answers on an epoch above the record's",
      held((story) => {
        story.history.nodeUp(11 * S, 1, 99);
        story.history.deliverAnswered(12 * S, 1, READER, 6);
      }),
    ),
    valid(
      "it releases an epoch, and a newer one is held",
      held((story) => {
        apply(story, 20 * S, 5, 1);
        apply(story, 21 * S, 6);
      }),
    ),
    valid(
      "it releases twice",
      held((story) => {
        apply(story, 20 * S, 5, 1);
        apply(story, 21 * S, 5, 1);
      }),
    ),
    valid(
      "after a wipe a released epoch is held again",
      held((story) => {
        apply(story, 20 * S, 5, 1);
        story.history.presenceWiped(21 * S);
        apply(story, 22 * S, 5);
        story.history.deliverAnswered(30 * S, 1, READER, 5);
      }),
    ),
    valid("after a wipe a node that was started anew holds the first epoch again", (story) => {
      watched(story);
      apply(story, 10 * S, 1);
      apply(story, 12 * S, 1, 1);
      story.history.presenceWiped(14 * S);
      story.history.nodeUp(15 * S, 1, 99);
      apply(story, 20 * S, 1);
      story.history.deliverAnswered(21 * S, 1, READER, 1);
      story.over(40 * S);
    }),
    invalid(
      "the newest sign-in is told so",
      "device 22, the newest sign-in of user 2, was told that it was replaced",
      held((story) => {
        story.history.closed(20 * S, READER, R, 2, 4409);
      }),
    ),
    valid(
      "another code",
      held((story) => story.history.closed(20 * S, READER, R, 2, 4408)),
      { counted: 1 },
    ),
    valid(
      "its person had left",
      held((story) => {
        story.history.signedOut(20 * S, READER, R, 0);
        story.history.closed(20 * S, READER, R, 2, 4409);
      }),
    ),
    valid(
      "it had begun a newer connection",
      held((story) => {
        story.history.connecting(19 * S, READER, R, 9);
        story.history.closed(20 * S, READER, R, 2, 4409);
      }),
    ),
    valid(
      "its person had gone on on another device, which does not connect yet",
      held((story) => {
        story.history.signedIn(19 * S, READER, FRESH, 1);
        story.history.closed(20 * S, READER, R, 2, 4409);
      }),
    ),
    valid(
      "a device that is left on is refused again and again",
      held((story) => {
        story.connect(19 * S, READER, FRESH, 9, 1);
        story.history.connecting(20 * S, READER, R, 10);
        story.history.closed(21 * S, READER, R, 10, 4409);
      }),
    ),
  ]);
});
