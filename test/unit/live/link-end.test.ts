// One end of a link whose peer does not read: what is lost without a word, and what takes the link with it.
import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { encodeNote, PING_TEXT } from "../../../server/live/link-codec.ts";
import { PeerEnd } from "../../../server/live/link-end.ts";

const FULL_BYTES = 8 * 1024 * 1024 + 1;

class FullSocket extends EventEmitter {
  readonly readyState = WebSocket.OPEN;
  readonly sent: string[] = [];
  bufferedAmount = 0;
  send(text: string): void {
    this.sent.push(text);
  }
  terminate(): void {
    this.emit("close");
  }
}

function end() {
  const socket = new FullSocket();
  const events: string[] = [];
  const peer = new PeerEnd("node-2", socket as unknown as WebSocket, {
    message: () => undefined,
    down: () => void events.push("down"),
  });
  return { socket, events, peer };
}

const note = encodeNote({ type: "roster-changed", user: 7 });

describe("a link whose peer does not read", () => {
  it("loses pings, and refuses to ask", async () => {
    const { socket, events, peer } = end();
    socket.bufferedAmount = FULL_BYTES;
    peer.say(PING_TEXT);
    expect(await peer.ask((id) => `["Q",${id},"lease-age"]`)).toEqual({ kind: "unknown" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.sent).toEqual([]);
    expect(events).toEqual([]);
  });

  it("ends with the first note that has no room: both sides look anew at what notes are about", () => {
    const { socket, events, peer } = end();
    peer.note(note);
    expect(events).toEqual([]);
    socket.bufferedAmount = FULL_BYTES;
    peer.note(note);
    peer.note(note);
    expect(events).toEqual(["down"]);
  });
});
