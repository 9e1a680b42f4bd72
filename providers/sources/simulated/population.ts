/**
 * Which processes there are at a moment, under which ids, and since when. A place (slot) is one instance of a template. Most are
 * taken by one process for good; in the others, processes follow one another, and the number of the one in it, its beginning and
 * its end follow from the time alone.
 *
 *   ids   1 ..             processes that stay, each with its threads behind it, in the order of the description
 *         base + w*m + o   those that come and go: w threads fit a round, o is the place's own offset in it, and m is the
 *                          process's number in its place, which begins anew where ids end
 */

import { chance } from './chance.ts';
import type { Machine, Template } from './machine.ts';

/** How far the beginnings of processes in a place stray from their rhythm, of a period. */
const STRAY = 0.2;
/** How long a process that has ended waits for its parent at most; seconds. */
const ZOMBIE_SECONDS = 0.2;
/** Ids that are left free behind those that stay. */
const GAP = 500;

/** The places of one template: those from `first` on. */
export interface Group {
  readonly template: Template;
  readonly first: number;
}

/** One process in its place; the same object as long as it lives. */
export interface Life {
  readonly slot: number;
  /** Which one it is in its place. */
  readonly number: number;
  readonly pid: number;
  /** Seconds since boot. */
  readonly start: number;
  /** When it ends, and is a zombie. */
  readonly end: number;
  /** When it is reaped. */
  readonly gone: number;
  /** When the next one begins. */
  readonly next: number;
}

export class Population {
  readonly groups: readonly Group[];
  readonly slots: number;
  /** How many threads those that stay have, and those that come and go at most. */
  readonly tasks: number;
  /** Group by slot. */
  readonly #groupOf: Int32Array;
  /** The first id of those that stay, the offset of others, by slot. */
  readonly #ids: Int32Array;
  readonly #seed: number;
  /** The slot of each id of those that stay. */
  readonly #slotOfId: Int32Array;
  readonly #staying: readonly number[];
  readonly #coming: readonly number[];
  /** The slot of each offset. */
  readonly #slotOfOffset: Int32Array;
  readonly #base: number;
  readonly #rounds: number;
  readonly #passing: ReadonlySet<number>;
  readonly #lives: (Life | undefined)[];
  #listed: readonly number[] = [];
  #alive: readonly Life[] = [];
  #validFrom = 1;
  #validTo = 0;

  constructor(machine: Machine) {
    this.#seed = machine.seed;
    const groups: Group[] = [];
    let slots = 0;
    for (const template of machine.templates) {
      groups.push({ template, first: slots });
      slots += template.count;
    }
    this.groups = groups;
    this.slots = slots;
    this.#passing = new Set(machine.templates.filter(({ churn }) => churn).map(({ parent }) => parent?.index ?? 0));
    this.#groupOf = new Int32Array(slots);
    this.#ids = new Int32Array(slots);
    this.#lives = new Array<Life | undefined>(slots);
    const staying: number[] = [];
    const coming: number[] = [];
    let id = 1;
    let offset = 0;
    let tasks = 0;
    for (const [index, { template, first }] of groups.entries()) {
      for (let slot = first; slot < first + template.count; slot++) {
        this.#groupOf[slot] = index;
        tasks += template.threads;
        if (template.churn) {
          this.#ids[slot] = offset;
          offset += template.threads;
          coming.push(slot);
        } else {
          this.#ids[slot] = id;
          id += template.threads;
          staying.push(slot);
        }
      }
    }
    this.tasks = tasks;
    this.#staying = staying.map((slot) => this.#ids[slot] as number);
    this.#coming = coming;
    this.#slotOfId = new Int32Array(id);
    for (const slot of staying) this.#slotOfId.fill(slot, this.#ids[slot], (this.#ids[slot] as number) + this.template(slot).threads);
    this.#slotOfOffset = new Int32Array(offset);
    for (const slot of coming) this.#slotOfOffset.fill(slot, this.#ids[slot], (this.#ids[slot] as number) + this.template(slot).threads);
    this.#base = id + GAP;
    this.#rounds = offset === 0 ? 1 : Math.max(2, Math.floor((machine.pidMax - this.#base) / offset));
    for (const slot of staying) {
      const start = Math.floor((200 * slot) / slots) / 100;
      const never = Number.POSITIVE_INFINITY;
      this.#lives[slot] = { slot, number: 0, pid: this.#ids[slot] as number, start, end: never, gone: never, next: never };
    }
  }

  template(slot: number): Template {
    return this.group(slot).template;
  }

  group(slot: number): Group {
    return this.groups[this.#groupOf[slot] as number] as Group;
  }

  /** The number of a place among those of its template. */
  indexOf(slot: number): number {
    return slot - this.group(slot).first;
  }

  /** Whether some of those that come and go are started by a template's. */
  hasPassingChildren({ index }: Template): boolean {
    return this.#passing.has(index);
  }

  /** The place of what started those in a place; undefined for init. */
  parentOf(slot: number): number | undefined {
    const { template, first } = this.group(slot);
    const parent = template.parent && this.groups[template.parent.index];
    return parent && parent.first + ((slot - first) % parent.template.count);
  }

  /** The process that a place had last, at a time; undefined before the first one. */
  lifeIn(slot: number, time: number): Life | undefined {
    const known = this.#lives[slot];
    if (known && time >= known.start && time < known.next) return known;
    if (known && known.next === Number.POSITIVE_INFINITY) return known;
    const life = this.#lifeAt(slot, time);
    if (life) this.#lives[slot] = life;
    return life;
  }

  /** The period of a place, seconds. */
  #period({ churn }: Template): number {
    return churn ? (churn.every ?? churn.lifetime) : Number.POSITIVE_INFINITY;
  }

  #startOf(slot: number, period: number, number: number): number {
    const phase = chance(this.#seed, slot, -1);
    return (number + STRAY + phase + STRAY * (2 * chance(this.#seed, slot, number) - 1)) * period;
  }

  /** When the first process in a place begins. */
  firstStart(slot: number): number {
    return this.#startOf(slot, this.#period(this.template(slot)), 0);
  }

  #lifeAt(slot: number, time: number): Life | undefined {
    const template = this.template(slot);
    const period = this.#period(template);
    let number = Math.max(0, Math.floor(time / period) - 2);
    if (this.#startOf(slot, period, number) > time) return undefined;
    let start = this.#startOf(slot, period, number);
    let next = this.#startOf(slot, period, number + 1);
    while (next <= time) {
      number++;
      start = next;
      next = this.#startOf(slot, period, number + 1);
    }
    const { lifetime = period, every } = template.churn ?? {};
    const vary = chance(this.#seed ^ 0x5bd1e995, slot, number);
    const end = every === undefined ? start + (next - start) * (1 - 0.04 * vary) : start + lifetime * (0.8 + 0.4 * vary);
    const gone = Math.min(end + ZOMBIE_SECONDS * chance(this.#seed ^ 0x1b873593, slot, number), end + (next - end) / 2);
    const pid = this.#base + this.#slotOfOffset.length * (number % this.#rounds) + (this.#ids[slot] as number);
    return { slot, number, pid, start, end, gone, next };
  }

  /** The process that a thread id belongs to, if it lives. */
  find(id: number, time: number): Life | undefined {
    if (id < this.#slotOfId.length) return id > 0 ? this.#lives[this.#slotOfId[id] as number] : undefined;
    const width = this.#slotOfOffset.length;
    const at = id - this.#base;
    if (at < 0 || at >= width * this.#rounds) return undefined;
    const life = this.lifeIn(this.#slotOfOffset[at % width] as number, time);
    return life && time < life.gone && life.number % this.#rounds === Math.floor(at / width) ? life : undefined;
  }

  /** Finds who lives, unless that is known still. */
  #list(time: number): void {
    if (time >= this.#validFrom && time < this.#validTo) return;
    let until = Number.POSITIVE_INFINITY;
    const alive: Life[] = [];
    for (const slot of this.#coming) {
      const life = this.lifeIn(slot, time);
      if (!life) {
        until = Math.min(until, this.firstStart(slot));
        continue;
      }
      if (time < life.gone) {
        alive.push(life);
        until = Math.min(until, time < life.end ? life.end : life.gone);
      } else {
        until = Math.min(until, life.next);
      }
    }
    alive.sort((a, b) => a.pid - b.pid);
    this.#alive = alive;
    this.#listed = alive.length === 0 ? this.#staying : [...this.#staying, ...alive.map(({ pid }) => pid)];
    this.#validFrom = time;
    this.#validTo = until;
  }

  /** Process ids in ascending order, those behind `after`. */
  ids(time: number, after: number): readonly number[] {
    this.#list(time);
    if (after <= 0) return this.#listed;
    let low = 0;
    let high = this.#listed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#listed[middle] as number) <= after) low = middle + 1;
      else high = middle;
    }
    return this.#listed.slice(low);
  }

  count(time: number): number {
    this.#list(time);
    return this.#listed.length;
  }

  /** Those that live among those that come and go. */
  coming(time: number): readonly Life[] {
    this.#list(time);
    return this.#alive;
  }

  /** All places in which processes follow one another. */
  comingSlots(): readonly number[] {
    return this.#coming;
  }

  /** Every process that lives. */
  *living(time: number): Generator<Life> {
    for (const pid of this.#staying) yield this.#lives[this.#slotOfId[pid] as number] as Life;
    yield* this.coming(time);
  }

  /** How many processes and threads have been started. */
  started(time: number): number {
    let count = this.tasks;
    for (const slot of this.#coming) {
      const { threads } = this.template(slot);
      count += ((this.lifeIn(slot, time)?.number ?? -1) + 1) * threads - threads;
    }
    return count;
  }

  /** The thread id that was given out last. */
  lastId(time: number): number {
    let last: Life | undefined;
    for (const slot of this.#coming) {
      const life = this.lifeIn(slot, time);
      if (life && (!last || life.start > last.start)) last = life;
    }
    return last ? last.pid + this.template(last.slot).threads - 1 : this.#slotOfId.length - 1;
  }
}
