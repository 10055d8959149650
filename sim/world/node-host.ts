// A node's host: starts lives of the node, kills, pauses, slows and drains them. What a life is made of is in
// node-life.ts.
import { LABELS } from "../kernel/labels.ts";
import { NodeLife } from "./node-life.ts";
import type { Skew } from "./node-clock.ts";
import type { NodeWorld } from "./node-world.ts";
import { Host } from "../net/host.ts";

/** A drain that has not ended by then is cut short. */
const DRAIN_DEADLINE_US = 30_000_000;
const HEALTH_CHECK_US = 1_000_000;

export class NodeHost {
  readonly world: NodeWorld;
  readonly index: number;
  readonly site: string;
  readonly skew: Skew = { offsetMs: 0, driftPpm: 0, sinceUs: 0 };
  readonly machine: Host;
  life: NodeLife | undefined;
  lives = 0;
  /** What the balancer's last health check saw. */
  listening = false;
  /** Connections that the balancer has sent here and not seen end. */
  connections = 0;
  draining = false;
  #speed = 1;
  #paused = false;
  /** CPU time and tasks of earlier lives. */
  busyUsBefore = 0;

  constructor(world: NodeWorld, index: number) {
    this.world = world;
    this.index = index;
    this.site = `node-${index + 1}`;
    this.machine = new Host(world.kernel, world.profile.cpu.cores);
  }

  /** A process needs a while to come up; at the beginning of a run it is there at once. */
  start(startUs: number = this.world.profile.nodeStartUs): void {
    if (this.life !== undefined) return;
    this.draining = false;
    const life = new NodeLife(this.world, this, this.lives++, this.machine);
    this.life = life;
    life.cpu.setSpeed(this.#speed);
    if (this.#paused) life.cpu.pause();
    this.world.kernel.after(startUs, LABELS.fault, begin, life);
  }

  /** SIGKILL: from now on this life is inert. */
  kill(planned = 0): void {
    const life = this.life;
    if (life === undefined) return;
    this.busyUsBefore += life.cpu.busyUs;
    this.life = undefined;
    life.kill();
    this.world.history.nodeDown(this.world.kernel.now, this.index, planned);
  }

  pause(): void {
    this.#paused = true;
    this.life?.cpu.pause();
  }

  resume(): void {
    this.#paused = false;
    this.life?.cpu.resume();
  }

  /** factor 10: everything costs ten times as much. */
  slow(factor: number): void {
    this.#speed = 1 / factor;
    this.life?.cpu.setSpeed(this.#speed);
  }

  drain(): void {
    const life = this.life;
    if (life === undefined || this.draining) return;
    this.draining = true;
    this.listening = false;
    const done = (): void => {
      if (this.life === life) this.kill(1);
    };
    this.world.kernel.spawn(life.node.drain().then(done));
    this.world.kernel.after(DRAIN_DEADLINE_US, LABELS.fault, done, undefined);
  }

  /** The balancer's health check, once a second. */
  armHealthCheck(): void {
    this.world.kernel.after(HEALTH_CHECK_US, LABELS.sample, checkHealth, this as NodeHost);
  }

  checkHealth(): void {
    this.listening = this.life !== undefined && this.life.ready && !this.draining && !this.#paused;
    this.armHealthCheck();
  }
}

function begin(life: NodeLife): void {
  if (life.incarnation.alive) life.begin();
}

function checkHealth(host: NodeHost): void {
  host.checkHealth();
}
