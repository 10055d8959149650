// Hot chats: their share of the messages, both directions, and people who are in one of them only.
import { describe, expect, it } from "vitest";
import { Streams } from "../../../sim/kernel/random.ts";
import { friendGraphOf, type FriendGraph } from "../../../sim/users/friend-graph.ts";
import { HotChats } from "../../../sim/users/hot-chats.ts";

const PAIRS = [
  [1, 2],
  [1, 3],
  [2, 3],
  [3, 4],
  [5, 6],
  [6, 7],
] as const;

function graph(): FriendGraph {
  const population = {
    users: 8,
    friendsPerUser: { dist: "constant", value: 2 },
    friendPairs: PAIRS,
  };
  return friendGraphOf({ population } as Parameters<typeof friendGraphOf>[0], new Streams(1));
}

/** How many of 10,000 messages each pair of people got, by "sender>recipient". */
function counted(chats: number, share: number): Map<string, number> {
  const friends = graph();
  const hot = new HotChats({ chats, share }, friends, new Streams(7).stream("hot-chats"));
  const messages = new Map<string, number>();
  for (let i = 0; i < 10_000; i += 1) {
    const sender = hot.next();
    const recipient = sender && friends.friend(sender.user, sender.place);
    const pair = sender === undefined ? "others" : `${sender.user}>${recipient}`;
    messages.set(pair, (messages.get(pair) ?? 0) + 1);
  }
  return messages;
}

describe("hot chats", () => {
  it("get their share, as much from either side", () => {
    const messages = counted(2, 0.6);
    expect([...messages.keys()].toSorted()).toEqual(["1>2", "2>1", "3>4", "4>3", "others"]);
    expect(messages.get("others")! / 10_000).toBeCloseTo(0.4, 1);
    for (const pair of ["1>2", "2>1", "3>4", "4>3"])
      expect(messages.get(pair)! / 10_000).toBeCloseTo(0.15, 1);
  });

  it("are as many as there are people for, where more are asked for", () => {
    expect([...counted(9, 1).keys()].toSorted()).toEqual([
      "1>2",
      "2>1",
      "3>4",
      "4>3",
      "5>6",
      "6>5",
    ]);
  });
});
