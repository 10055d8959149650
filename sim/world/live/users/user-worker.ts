// One worker's people: builds their world and population, follows orders, ships what they tell. The thread around
// it is worker.ts; tests run several in one thread on a clock of their own.
import type { DevicePorts } from "../../../device/ports.ts";
import { Streams } from "../../../kernel/random.ts";
import { createPopulation, type Population } from "../../../users/population.ts";
import type { Chunk } from "./event-lane.ts";
import { IdentityProvider } from "./identity-provider.ts";
import { LiveCipher } from "./live-cipher.ts";
import { LiveTransport } from "./live-transport.ts";
import { LiveUploads } from "./live-uploads.ts";
import type { Order, Report, TimedOrder, WorkerSetup, WorkerStatus } from "./messages.ts";
import { Recorder } from "./recorder.ts";
import { Schedule, type MakeWaker } from "./schedule.ts";
import { SharedNodes } from "./shared-nodes.ts";
import { UserFaults } from "./user-faults.ts";
import { LiveUserWorld } from "./user-world.ts";
import { LoopWaker } from "./waker.ts";
import { WorkerClock, type UserClock } from "./worker-clock.ts";
import { WorkerProbe } from "./worker-probe.ts";

/** What plaintexts are a function of, beside their place: whoever opens one needs it. */
export function plaintextSeed(streams: Streams): number {
  return streams.seed32("plaintext");
}

export interface WorkerTime {
  readonly clock: UserClock;
  readonly makeWaker: MakeWaker;
}

function realTime({ startedNs, epochMs }: WorkerSetup): WorkerTime {
  return {
    clock: new WorkerClock(startedNs, epochMs),
    makeWaker: (clock, wake) => new LoopWaker(clock, wake),
  };
}

export class UserWorker {
  readonly #report: (report: Report) => void;
  readonly #probe = new WorkerProbe();
  readonly #clock: UserClock;
  readonly #schedule: Schedule;
  readonly #transport: LiveTransport;
  readonly #uploads: LiveUploads;
  readonly #world: LiveUserWorld;
  readonly #recorder: Recorder;
  readonly #population: Population;
  readonly #faults: UserFaults;
  readonly #onOrder = (order: TimedOrder): void => this.#carryOut(order);
  #quietStep = 0;

  constructor(setup: WorkerSetup, report: (report: Report) => void, time = realTime(setup)) {
    const { scenario, worker, workers, nodes } = setup;
    this.#report = report;
    this.#clock = time.clock;
    this.#schedule = new Schedule(time.clock, time.makeWaker, this.#probe.slipped);
    const streams = new Streams(scenario.seed, undefined, scenario.choices ?? {});
    const cipher = new LiveCipher(plaintextSeed(streams));
    this.#transport = new LiveTransport({
      nodes,
      shared: new SharedNodes(nodes.length, setup.sharedNodes),
      balancer: scenario.cluster.balancer,
      random: streams.stream(`balancer/${worker}`),
      firstSession: worker + 1,
      sessionStep: workers,
      later: (ms, run) => void this.#schedule.after(ms, run, undefined),
    });
    this.#uploads = new LiveUploads({ nodes, cipher, choose: () => this.#transport.choose() });
    const ports: Pick<DevicePorts, "transport" | "uploads" | "cipher"> = {
      transport: this.#transport,
      uploads: this.#uploads,
      cipher,
    };
    const identity = new IdentityProvider(setup.tokenKey, streams.seed32("device-ids"), () =>
      this.#clock.wallMs(),
    );
    const world = new LiveUserWorld({
      schedule: this.#schedule,
      streams,
      identity,
      ports,
      worker,
      workers,
    });
    this.#world = world;
    this.#recorder = new Recorder({
      clock: this.#clock,
      isMine: (user) => world.isMine(user),
      tellsPhases: worker === 0,
      ship: (lane, chunk) => this.#ship(lane, chunk),
    });
    this.#population = createPopulation(scenario, streams, world, this.#recorder.history);
    this.#faults = new UserFaults({
      population: this.#population,
      transport: this.#transport,
      history: this.#recorder.history,
      users: scenario.population.users,
      seed32: streams.seed32("user-faults"),
      nowUs: () => this.#clock.nowUs(),
    });
  }

  obey(order: Order): void {
    if (order.type === "begin") this.#begin();
    else if (order.type === "stop") this.#stop();
    else {
      // What lies behind is done already by others: this worker's plan is another one from here on.
      if (order.atUs < this.#schedule.doneUs) this.#probe.orderWasLate();
      this.#schedule.atUs(order.atUs, this.#onOrder, order);
    }
  }

  /** Everything recorded so far, and how things stand. */
  tell(): void {
    const intendedUntilUs = this.#schedule.settledUntilUs();
    const seenUntilUs = this.#clock.nowUs();
    this.#recorder.flush();
    this.#report(this.#status(intendedUntilUs, seenUntilUs));
  }

  #begin(): void {
    this.#probe.begin();
    this.#population.start();
  }

  #carryOut(order: TimedOrder): void {
    if (order.type === "quiet") this.#quietStep = order.step;
    this.#faults.carryOut(order);
  }

  #stop(): void {
    this.#schedule.stop();
    this.#recorder.flush();
    this.#report(this.#status(Infinity, Infinity));
    this.#probe.close();
    this.#uploads.close();
    this.#transport.close();
    this.#report({ type: "stopped" });
  }

  #status(intendedUntilUs: number, seenUntilUs: number): WorkerStatus {
    const population = this.#population;
    return {
      type: "status",
      intendedUntilUs,
      seenUntilUs,
      settled: population.settled(),
      quietStep: this.#quietStep,
      online: population.onlineCount(),
      synced: population.tally.synced - this.#world.absent.online,
      figures: this.#probe.figures(
        this.#transport.held.size + this.#uploads.sockets,
        this.#schedule.nappedUs,
      ),
    };
  }

  #ship(lane: number, chunk: Chunk): void {
    this.#report({ type: "chunk", lane, chunk });
  }
}
