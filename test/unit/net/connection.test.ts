// A connection keeps TCP's promises: handshake, order, nothing lost while it lives, and silence where a real
// socket would be silent.

import { describe, expect, it } from "vitest";
import { ACCEPTOR, DIALER } from "../../../sim/net/connection.ts";
import { LATENCY_US, newKernel, newNetwork, Pair, Witness } from "./world.ts";

const SECOND = 1_000_000;

describe("opening", () => {
  it("takes one round trip; what the acceptor sends at once comes right after", async () => {
    const pair = new Pair();
    await pair.run(LATENCY_US);
    expect(pair.connection.send(ACCEPTOR, "hello", 100)).toBe(true);
    expect(pair.connection.send(DIALER, "too early", 100)).toBe(false);
    await pair.run(LATENCY_US);
    expect(pair.dialer.seen).toEqual(["2000:open", "2000:hello"]);
    expect(pair.connection.isOpen(DIALER)).toBe(true);
  });

  it("is refused where nobody listens or the acceptor refuses", async () => {
    const kernel = newKernel();
    const network = newNetwork(kernel);
    const nobody = new Witness(kernel);
    const refused = new Witness(kernel);
    network.listen<string>("node-2", { onConnect: (connection) => connection.refuse() });
    network.connect("users", "node-1", nobody);
    network.connect("users", "node-2", refused);
    await kernel.run(SECOND);
    expect(nobody.seen).toEqual(["2000:refused 0"]);
    expect(refused.seen).toEqual(["2000:refused 0"]);
  });

  it("times out where the acceptor's answer and then its reset are lost", async () => {
    const kernel = newKernel();
    const network = newNetwork(kernel);
    const dialer = new Witness(kernel);
    const acceptor = new Witness(kernel);
    network.listen<string>("node-1", {
      onConnect: (connection) => {
        connection.accept(acceptor);
        connection.reset(ACCEPTOR);
      },
    });
    network.cutOneWay("node-1", "users");
    network.connect("users", "node-1", dialer, 2 * SECOND);
    await kernel.run(5 * SECOND);
    expect(dialer.seen).toEqual(["2000000:timeout 0"]);
  });

  it("waits in the accept queue, then times out; a late answer finds nobody", async () => {
    const kernel = newKernel();
    const network = newNetwork(kernel);
    const dialer = new Witness(kernel);
    const acceptor = new Witness(kernel);
    let answer = (): void => {};
    network.listen<string>("node-1", {
      onConnect: (connection) => {
        answer = () => void connection.accept(acceptor);
      },
    });
    network.connect("users", "node-1", dialer, 5 * SECOND);
    await kernel.run(6 * SECOND);
    expect(dialer.seen).toEqual(["5000000:timeout 0"]);
    answer();
    await kernel.run(7 * SECOND);
    expect(dialer.seen).toHaveLength(1);
    expect(acceptor.seen).toEqual(["6002000:reset 0"]);
  });

  it("hears nothing from a host without power", async () => {
    const kernel = newKernel();
    const network = newNetwork(kernel);
    const dialer = new Witness(kernel);
    network.setPowered("node-1", false);
    network.connect("users", "node-1", dialer, SECOND);
    await kernel.run(2 * SECOND);
    expect(dialer.what).toEqual(["timeout 0"]);
  });
});

describe("a live connection", () => {
  it("keeps order under jitter and across both directions", async () => {
    const pair = new Pair({ jitter: { dist: "exponential", mean: 5_000 } });
    await pair.run(SECOND);
    const sent: string[] = [];
    for (let i = 0; i < 200; i++) {
      sent.push(`m${i}`);
      pair.connection.send(DIALER, `m${i}`, 50);
      pair.connection.send(ACCEPTOR, `m${i}`, 50);
      await pair.run(100);
    }
    await pair.run(SECOND);
    expect(pair.acceptor.what).toEqual(sent);
    expect(pair.dialer.what).toEqual(["open", ...sent]);
    expect(pair.connection.inFlightBytes(DIALER)).toBe(0);
  });

  it("pays for bandwidth, and leaves at the departure it is told", async () => {
    const pair = new Pair({ bytesPerSecond: 1_000_000 });
    await pair.run(10_000);
    pair.connection.send(DIALER, "a", 5_000);
    pair.connection.send(DIALER, "b", 1_000);
    pair.connection.send(DIALER, "later", 1_000, 30_000);
    await pair.run(SECOND);
    expect(pair.acceptor.seen).toEqual(["16000:a", "17000:b", "32000:later"]);
  });

  it("delivers what was sent before a close, then the close", async () => {
    const pair = new Pair();
    await pair.open();
    pair.connection.send(ACCEPTOR, "last", 10);
    pair.connection.close(ACCEPTOR, 4409);
    pair.connection.send(DIALER, "crosses the close", 10);
    expect(pair.connection.send(ACCEPTOR, "too late", 10)).toBe(false);
    await pair.run(SECOND);
    expect(pair.dialer.what).toEqual(["last", "closed 4409"]);
    expect(pair.acceptor.what).toEqual([]);
    expect(pair.connection.send(DIALER, "after", 10)).toBe(false);
  });
});

describe("a killed side", () => {
  it("lets what is under way arrive, then the reset", async () => {
    const pair = new Pair();
    await pair.open();
    pair.connection.send(ACCEPTOR, "under way", 10);
    pair.connection.reset(ACCEPTOR);
    await pair.run(SECOND);
    expect(pair.dialer.seen).toEqual(["3000:under way", "3000:reset 0"]);
    expect(pair.acceptor.what).toEqual([]);
  });

  it("under a cut leaves the peer half-open until it sends after the heal", async () => {
    const pair = new Pair();
    await pair.open();
    const heal = pair.network.cut("users", "node-1");
    pair.connection.send(ACCEPTOR, "lost with the process", 10);
    pair.connection.reset(ACCEPTOR);
    await pair.run(60 * SECOND);
    heal();
    await pair.run(60 * SECOND);
    expect(pair.dialer.what).toEqual([]);
    expect(pair.connection.isOpen(DIALER)).toBe(true);
    pair.connection.send(DIALER, "anybody?", 10);
    await pair.run(2 * LATENCY_US);
    expect(pair.dialer.what).toEqual(["reset 0"]);
  });

  it("that vanishes answers nothing, and the peer's bytes pile up", async () => {
    const pair = new Pair();
    await pair.open();
    pair.connection.vanish(DIALER);
    for (let i = 0; i < 5; i++) pair.connection.send(ACCEPTOR, "anybody?", 100);
    await pair.run(600 * SECOND);
    expect(pair.acceptor.what).toEqual([]);
    expect(pair.dialer.what).toEqual([]);
    expect(pair.connection.isOpen(ACCEPTOR)).toBe(true);
    expect(pair.connection.bufferedBytes(ACCEPTOR)).toBe(500);
  });
});

describe("a slow reader", () => {
  it("leaves the bytes buffered at the sender and gets them in order when it reads", async () => {
    const pair = new Pair();
    await pair.open();
    pair.connection.setReader(DIALER, 0);
    for (const message of ["a", "b", "c"]) pair.connection.send(ACCEPTOR, message, 1_000);
    await pair.run(SECOND);
    expect(pair.dialer.what).toEqual([]);
    expect(pair.connection.bufferedBytes(ACCEPTOR)).toBe(3_000);
    pair.connection.setReader(DIALER, 10_000);
    await pair.run(150_000);
    expect(pair.dialer.what).toEqual(["a"]);
    expect(pair.connection.bufferedBytes(ACCEPTOR)).toBe(2_000);
    pair.connection.close(ACCEPTOR, 4429);
    pair.connection.setReader(DIALER, Infinity);
    await pair.run(SECOND);
    expect(pair.dialer.what).toEqual(["a", "b", "c", "closed 4429"]);
    expect(pair.connection.bufferedBytes(ACCEPTOR)).toBe(0);
  });

  it("loses what it had not read when a reset arrives", async () => {
    const pair = new Pair();
    await pair.open();
    pair.connection.setReader(DIALER, 0);
    pair.connection.send(ACCEPTOR, "unread", 1_000);
    await pair.run(SECOND);
    pair.connection.reset(ACCEPTOR);
    await pair.run(SECOND);
    pair.connection.setReader(DIALER, Infinity);
    await pair.run(SECOND);
    expect(pair.dialer.what).toEqual(["reset 0"]);
  });
});
