/** Who has used how much of the processors so far: of each process, of each CPU and of all, and all of it adds up. */

import { chance } from './chance.ts';
import { type Machine, type Template, churnPeak, peakUse } from './machine.ts';
import type { Life, Population } from './population.ts';
import { Shares } from './shares.ts';

/** How long a thread is seen in one state; seconds. */
export const SLICE = 0.25;
/** How long a CPU and a process are busier than their like; seconds. */
const MOOD_SECONDS = 4;

/** Kinds of time that /proc/stat tells and that are used: user, nice, system, irq, softirq, steal. */
export const KINDS = ['user', 'nice', 'system', 'irq', 'softirq', 'steal'] as const;
export type Kind = (typeof KINDS)[number];

/** Seconds that were used, by kind. */
export type Used = Readonly<Record<Kind, number>>;

export class Activity {
  readonly machine: Machine;
  readonly population: Population;
  readonly #members: readonly (Shares | undefined)[];
  readonly #cpus: Readonly<Record<Kind | 'iowait', Shares>>;
  /** How much of the time that tasks wait for disks a CPU is idle for it. */
  readonly #waits: number;
  #usedAt = -1;
  #used: Used | undefined;
  #waited = 0;

  constructor(machine: Machine, population: Population) {
    this.machine = machine;
    this.population = population;
    const { cpus } = machine.topology;
    this.#members = machine.templates.map((template): Shares | undefined => {
      const { count, threads, cpu, index } = template;
      if (cpu.isZero || count === 0) return undefined;
      const room = (count * threads) / (cpu.maximum * churnPeak(template)) - 1;
      // What comes and goes differs by itself.
      return new Shares(count, machine.seed ^ Math.imul(index + 1, 0x165667b1), template.churn ? Math.min(0.5, room) : room, template.churn ? 0 : cpu.mean, MOOD_SECONDS);
    });
    const blocked = machine.templates.reduce((sum, template) => sum + template.blocked.maximum, 0);
    const peak = peakUse(machine);
    this.#waits = blocked === 0 ? 0 : Math.min(1, (cpus - peak) / blocked);
    const room = cpus / (peak + blocked * this.#waits) - 1;
    const usual = machine.templates.reduce((sum, template) => sum + template.cpu.mean, 0);
    const shares = (seed: number, mean: number): Shares => new Shares(cpus, machine.seed ^ seed, room, mean, MOOD_SECONDS);
    this.#cpus = {
      user: shares(1, usual * 0.75),
      nice: shares(2, 0),
      system: shares(3, usual * 0.25),
      irq: shares(4, machine.load.irq.mean),
      softirq: shares(5, machine.load.softirq.mean),
      steal: shares(6, machine.load.steal.mean),
      iowait: shares(7, blocked / 2),
    };
  }

  /** The time of a process's template that counts for one place: it stands still while nobody is there. */
  #activeTime(life: Life | undefined, time: number): number {
    if (!life) return 0;
    if (life.next === Number.POSITIVE_INFINITY) return time;
    if (time >= life.end) return life.next;
    return life.start + ((life.next - life.start) * (time - life.start)) / (life.end - life.start);
  }

  /** Seconds that all processes of a place have used, those before the one that is there included. */
  #usedIn(slot: number, life: Life | undefined, time: number): number {
    const { template, first } = this.population.group(slot);
    const shares = this.#members[template.index];
    return shares ? shares.of(slot - first, template.cpu.until(this.#activeTime(life, time))) : 0;
  }

  /** Seconds of a CPU that a process has used. */
  usedBy(life: Life, time: number): number {
    const { template } = this.population.group(life.slot);
    if (!this.#members[template.index]) return 0;
    const used = this.#usedIn(life.slot, life, time);
    return template.churn ? used - this.#usedBefore(life) : used;
  }

  /** What others used in its place before it. */
  #usedBefore(life: Life): number {
    const { template, first } = this.population.group(life.slot);
    return this.#members[template.index]?.of(life.slot - first, template.cpu.until(life.start)) ?? 0;
  }

  /** What those used that were in a place, since the first of them began, and have been reaped. */
  usedByReaped(slot: number, time: number): number {
    const { template, first } = this.population.group(slot);
    const shares = this.#members[template.index];
    const life = this.population.lifeIn(slot, time);
    if (!shares || !life) return 0;
    const start = shares.of(slot - first, template.cpu.until(this.#firstStart(slot)));
    return (time >= life.gone ? this.#usedIn(slot, life, time) : this.#usedBefore(life)) - start;
  }

  readonly #firstStarts = new Map<number, number>();

  #firstStart(slot: number): number {
    let start = this.#firstStarts.get(slot);
    if (start === undefined) this.#firstStarts.set(slot, (start = this.population.firstStart(slot)));
    return start;
  }

  /** Seconds that all members of a template have used. */
  usedByAll(template: Template, time: number): number {
    const shares = this.#members[template.index];
    if (!shares) return 0;
    if (!template.churn) return template.cpu.until(time);
    const { first } = this.population.groups[template.index] as { first: number };
    let sum = 0;
    for (let slot = first; slot < first + template.count; slot++) {
      const life = this.population.lifeIn(slot, time);
      if (life) sum += this.#usedIn(slot, life, time) - shares.of(slot - first, template.cpu.until(this.#firstStart(slot)));
    }
    return sum;
  }

  /** Seconds that all CPUs were used. */
  used(time: number): Used {
    if (time === this.#usedAt && this.#used) return this.#used;
    let user = 0;
    let nice = 0;
    let system = 0;
    let waited = 0;
    for (const template of this.machine.templates) {
      const used = this.usedByAll(template, time);
      const ofPrograms = used * template.userShare;
      if ((template.text.nice ?? 0) > 0) nice += ofPrograms;
      else user += ofPrograms;
      system += used - ofPrograms;
      if (!template.blocked.isZero) waited += template.blocked.until(time);
    }
    const { irq, softirq, steal } = this.machine.load;
    this.#used = { user, nice, system, irq: irq.until(time), softirq: softirq.until(time), steal: steal.until(time) };
    this.#waited = waited * this.#waits;
    this.#usedAt = time;
    return this.#used;
  }

  /** Seconds that one CPU was used, and idle while tasks waited for a disk. */
  usedOn(cpu: number, time: number): Used & { readonly iowait: number } {
    const used = this.used(time);
    const shares = this.#cpus;
    return {
      user: shares.user.of(cpu, used.user),
      nice: shares.nice.of(cpu, used.nice),
      system: shares.system.of(cpu, used.system),
      irq: shares.irq.of(cpu, used.irq),
      softirq: shares.softirq.of(cpu, used.softirq),
      steal: shares.steal.of(cpu, used.steal),
      iowait: shares.iowait.of(cpu, this.#waited),
    };
  }

  /** How many CPUs are in use. */
  load(time: number): number {
    const { irq, softirq, steal } = this.machine.load;
    return this.machine.templates.reduce((sum, { cpu }) => sum + cpu.at(time), irq.at(time) + softirq.at(time) + steal.at(time));
  }

  /** Seconds that tasks ran, waited for a CPU or for a disk, since boot. */
  demanded(time: number): number {
    let sum = this.machine.load.waiting.until(time);
    for (const { cpu, blocked } of this.machine.templates) {
      if (!cpu.isZero) sum += cpu.until(time);
      if (!blocked.isZero) sum += blocked.until(time);
    }
    return sum;
  }

  /** How many of a process's threads run in the slice of time that a moment is in, and whether it waits for a disk in it. */
  state(life: Life, time: number): { readonly running: number; readonly blocked: boolean } {
    const { template, first } = this.population.group(life.slot);
    const { cpu, blocked, churn, count, threads } = template;
    const slice = Math.floor(time / SLICE);
    const luck = chance(this.machine.seed ^ 0x2545f491, life.slot, slice);
    if (churn && time >= life.end) return { running: 0, blocked: false };
    const shares = this.#members[template.index];
    const faster = churn ? (life.next - life.start) / (life.end - life.start) : 1;
    const rate = shares ? Math.min(threads, shares.weight(life.slot - first) * cpu.at(slice * SLICE) * faster) : 0;
    const running = Math.floor(rate + luck);
    if (blocked.isZero || running > 0) return { running, blocked: false };
    // It can only wait while it does not run.
    const resting = Math.max(0.1, 1 - Math.min(1, rate));
    return { running, blocked: chance(this.machine.seed ^ 0x61c88647, life.slot, slice) < blocked.at(slice * SLICE) / count / resting };
  }
}
