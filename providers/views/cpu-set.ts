/** A set of CPUs, and what is left of the kernel's lists and masks in it. */

import type { BitMask } from '../model/bit-mask.ts';

/** One more than the highest number that a CPU of Linux can have (NR_CPUS of the largest configuration). */
export const MOST_CPUS = 8192;

/** Numbers `first` to `last`. */
interface Range {
  readonly first: number;
  readonly last: number;
}

export class CpuSet {
  /** Ascending. */
  readonly ids: readonly number[];
  readonly #words: readonly number[];

  constructor(ids: Iterable<number>) {
    this.ids = [...new Set(ids)].sort((a, b) => a - b);
    const words: number[] = new Array<number>(((this.ids.at(-1) ?? 0) >> 5) + 1).fill(0);
    for (const id of this.ids) words[id >> 5] = ((words[id >> 5] as number) | (1 << (id & 31))) >>> 0;
    this.#words = words;
  }

  get size(): number {
    return this.ids.length;
  }

  has(id: number): boolean {
    return (((this.#words[id >> 5] ?? 0) >>> (id & 31)) & 1) === 1;
  }

  /** Those that are in another list too. */
  within(ids: Iterable<number>): CpuSet {
    return new CpuSet([...ids].filter((id) => this.has(id)));
  }

  /** The bits of a mask that are in the set. */
  mask({ bits, words }: BitMask): BitMask {
    return { bits, words: words.map((word, index) => (word & (this.#words[index] ?? 0)) >>> 0) };
  }

  /** The parts of ranges that are in the set. */
  ranges(ranges: readonly Range[]): Range[] {
    const found: { first: number; last: number }[] = [];
    for (const id of this.ids) {
      if (!ranges.some(({ first, last }) => id >= first && id <= last)) continue;
      const end = found.at(-1);
      if (end && end.last === id - 1) end.last = id;
      else found.push({ first: id, last: id });
    }
    return found;
  }

  /** A CPU of the set for a task that is somewhere else: the same one each time. */
  instead(id: number): number {
    return this.has(id) || this.size === 0 ? id : (this.ids[id % this.size] as number);
  }

  /** As cpuset(7) writes lists: `0-3,8`. */
  toString(): string {
    return this.ranges([{ first: 0, last: MOST_CPUS }])
      .map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
      .join(',');
  }
}

/** Reads a list as in cpuset(7): `0-3,8`. Undefined for what is none. */
export function parseCpuList(text: string): CpuSet | undefined {
  const ids = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (first === undefined || Number(last) < Number(first) || Number(last) >= MOST_CPUS) return undefined;
    for (let id = Number(first); id <= Number(last); id++) ids.add(id);
  }
  return new CpuSet(ids);
}
