/** A described machine at the moment that is looked at: its clock, and what all parts of its view ask. */

import { Activity, KINDS } from './activity.ts';
import { type Machine } from './machine.ts';
import { type MemoryState, memoryAt } from './memory-state.ts';
import { Population } from './population.ts';

/** Seconds since boot, from a clock that may run at any pace. */
export interface Clock {
  now(): number;
}

/** Per CPU: the kinds of use, time idle while tasks waited for a disk, and all of them. */
const COLUMNS = KINDS.length + 2;
const WAITED = KINDS.length;
const BUSY = KINDS.length + 1;

export class Simulation {
  readonly machine: Machine;
  readonly population: Population;
  readonly activity: Activity;
  readonly #clock: Clock;
  #time = 0;
  readonly #perCpu: Float64Array;
  #perCpuAt = -1;
  #memory: MemoryState | undefined;
  #memorySecond = -1;
  #running = { slice: -1, running: 0, blocked: 0 };

  constructor(machine: Machine, clock: Clock) {
    this.machine = machine;
    this.population = new Population(machine);
    this.activity = new Activity(machine, this.population);
    this.#clock = clock;
    this.#perCpu = new Float64Array(machine.topology.cpus * COLUMNS);
    this.tick();
  }

  /** Looks at the clock: until the next time it stands still. Milliseconds are the finest that is told apart. */
  tick(): void {
    this.#time = Math.floor(this.#clock.now() * 1000) / 1000;
  }

  /** Seconds since boot. */
  get time(): number {
    return this.#time;
  }

  /** Seconds of a kind of use that a CPU has had; `iowait`: that it was idle while tasks waited for a disk; `busy`: all but that. */
  cpu(cpu: number, kind: (typeof KINDS)[number] | 'iowait' | 'busy'): number {
    if (this.#perCpuAt !== this.#time) this.#countCpus();
    const column = kind === 'iowait' ? WAITED : kind === 'busy' ? BUSY : KINDS.indexOf(kind);
    return this.#perCpu[cpu * COLUMNS + column] as number;
  }

  #countCpus(): void {
    this.#perCpuAt = this.#time;
    const { cpus } = this.machine.topology;
    for (let cpu = 0; cpu < cpus; cpu++) {
      const used = this.activity.usedOn(cpu, this.#time);
      let busy = 0;
      for (let column = 0; column < KINDS.length; column++) {
        const seconds = used[KINDS[column] as (typeof KINDS)[number]];
        this.#perCpu[cpu * COLUMNS + column] = seconds;
        busy += seconds;
      }
      this.#perCpu[cpu * COLUMNS + WAITED] = used.iowait;
      this.#perCpu[cpu * COLUMNS + BUSY] = busy;
    }
  }

  /** How memory is used, which changes with each second. */
  memory(): MemoryState {
    const second = Math.floor(this.#time);
    if (!this.#memory || this.#memorySecond !== second) {
      this.#memory = memoryAt(this, second);
      this.#memorySecond = second;
    }
    return this.#memory;
  }

  /** How many threads run or wait for a CPU, and wait for a disk. Who looks is one of the first. */
  runnable(): { readonly running: number; readonly blocked: number } {
    const slice = Math.floor(this.#time * 4);
    if (this.#running.slice !== slice) {
      let running = 1;
      let blocked = 0;
      for (const { template, first } of this.population.groups) {
        const fixed = template.text.state;
        if (fixed === 'D') blocked += template.count;
        if ((template.cpu.isZero && template.blocked.isZero) || fixed === 'T' || fixed === 'Z' || fixed === 'D') continue;
        for (let slot = first; slot < first + template.count; slot++) {
          const life = this.population.lifeIn(slot, this.#time);
          if (!life || this.#time >= life.end) continue;
          const state = this.activity.state(life, this.#time);
          running += state.running;
          if (state.blocked) blocked++;
        }
      }
      running += Math.round(this.machine.load.waiting.at(this.#time));
      this.#running = { slice, running, blocked };
    }
    return this.#running;
  }

  /** Threads that there are. */
  taskCount(): number {
    const { population } = this;
    let count = population.tasks;
    for (const slot of population.comingSlots()) count -= population.template(slot).threads;
    for (const life of population.coming(this.#time)) count += population.template(life.slot).threads;
    return count;
  }
}
