// What a live connection promises under any mixture of link faults: nothing is lost, doubled or
// overtaken once the faults are lifted, nobody was told of an end, and no byte stays accounted for.
import { describe, expect, it } from "vitest";
import { Kernel } from "../../../sim/kernel/kernel.ts";
import { keyedUint32 } from "../../../sim/kernel/random.ts";
import { Network } from "../../../sim/net/network.ts";
import type { Connection, ConnectionHandler, Side } from "../../../sim/net/connection.ts";

type Numbered = Connection<number, number>;

class Trial {
  readonly kernel = new Kernel({ macrotask: (callback) => void setImmediate(callback) });
  readonly got: [number[], number[]] = [[], []];
  readonly sent: [number, number] = [0, 0];
  readonly ends: string[] = [];
  readonly connection: Numbered;
  private readonly network: Network;
  private readonly seed: number;
  private lifts: (() => void)[] = [];
  private draws = 0;

  constructor(seed: number) {
    this.seed = seed;
    const jitter = { dist: "exponential", mean: 3000 } as const;
    const limit = this.below(2) === 0 ? {} : { bytesPerSecond: 1_000_000 };
    this.network = new Network(this.kernel, {
      seed32: seed,
      profile: () => ({ baseUs: 500, jitter, ...limit }),
    });
    this.network.listen<number>("b", {
      onConnect: (connection) => connection.accept(this.handler(1)),
    });
    this.connection = this.network.connect<number, number>("a", "b", this.handler(0));
  }

  async play(): Promise<void> {
    await this.kernel.run(100_000);
    for (let step = 0; step < 120; step++) {
      this.send(this.below(2) === 0 ? 0 : 1);
      this.changeFaults();
      await this.kernel.run(this.kernel.now + this.below(400_000));
    }
    for (const lift of this.lifts) lift();
    this.connection.setReader(0, Infinity);
    this.connection.setReader(1, Infinity);
    await this.kernel.run(this.kernel.now + 600_000_000);
  }

  private send(side: Side): void {
    const departureUs = this.kernel.now + this.below(50);
    const bytes = 10 + this.below(2000);
    const taken =
      side === 0
        ? this.connection.send(0, this.sent[0], bytes, departureUs)
        : this.connection.send(1, this.sent[1], bytes, departureUs);
    if (taken) this.sent[side]++;
  }

  private changeFaults(): void {
    const { network, lifts } = this;
    const fault = this.below(14);
    if (fault === 0) lifts.push(network.cut("a", "b"));
    else if (fault === 1) lifts.push(network.cutOneWay("b", "a"));
    else if (fault === 2) lifts.push(network.stall("a", "b"));
    else if (fault === 3) lifts.push(network.delay("a", "b", (u) => u * 20_000));
    else if (fault === 4) lifts.push(network.throttle("a", "b", 20_000));
    else if (fault === 5)
      lifts.push(
        network.addRule({
          from: "a",
          to: "b",
          judge: (_bytes, u) => (u < 0.3 ? "drop" : undefined),
        }),
      );
    else if (fault === 6)
      this.connection.setReader(
        this.below(2) === 0 ? 0 : 1,
        [0, 1000, 100_000, Infinity][this.below(4)]!,
      );
    else if (fault < 11 && lifts.length > 0) lifts.splice(this.below(lifts.length), 1)[0]!();
  }

  private handler(side: Side): ConnectionHandler<number> {
    return {
      onOpen: () => undefined,
      onMessage: (_connection, message) => this.got[side].push(message),
      onClose: (_connection, cause, code) => this.ends.push(`${side} ${cause} ${code}`),
    };
  }

  private below(count: number): number {
    return keyedUint32(this.seed, 1, 1, this.draws++) % count;
  }
}

function firstNumbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

describe("a connection under 100 random mixtures of link faults", () => {
  it("delivers everything once and in order, tells no end, and closes in order afterwards", async () => {
    let messages = 0;
    for (let seed = 0; seed < 100; seed++) {
      const trial = new Trial(seed);
      await trial.play();
      const { connection, kernel } = trial;
      expect(trial.got[1], `seed ${seed}`).toEqual(firstNumbers(trial.sent[0]));
      expect(trial.got[0], `seed ${seed}`).toEqual(firstNumbers(trial.sent[1]));
      expect(trial.ends, `seed ${seed}`).toEqual([]);
      for (const side of [0, 1] as const) {
        expect(connection.inFlightBytes(side)).toBe(0);
        expect(connection.bufferedBytes(side)).toBe(0);
      }
      expect(kernel.pending).toBe(0);
      connection.close(0, 4409);
      await kernel.run(kernel.now + 10_000_000);
      expect(trial.ends).toEqual(["1 closed 4409"]);
      messages += trial.sent[0] + trial.sent[1];
    }
    expect(messages).toBeGreaterThan(10_000);
  });
});
