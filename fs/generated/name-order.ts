/** Cookies for listings that are sorted by name, whatever comes and goes. */

/** How procfs sorts the entries of a directory: shorter names first, equally long ones by their bytes (proc_match). */
export function shorterFirst(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

/** The distance between the cookies of names that were neighbours when they were first seen. */
const GAP = 2 ** 32;

/**
 * Remembers where each name stands: a name keeps its cookie for as long as the order lives, and the cookies sort as the
 * names do.
 */
export class NameOrder {
  readonly #compare: (a: string, b: string) => number;
  readonly #names: string[] = [];
  readonly #cookies: number[] = [];

  constructor(compare: (a: string, b: string) => number) {
    this.#compare = compare;
  }

  /** The cookie of a name, positive. */
  cookie(name: string): number {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(this.#names[middle] as string, name) < 0) low = middle + 1;
      else high = middle;
    }
    if (this.#names[low] === name) return this.#cookies[low] as number;
    const before = low === 0 ? 0 : (this.#cookies[low - 1] as number);
    const after = this.#cookies[low] ?? before + 2 * GAP;
    this.#names.splice(low, 0, name);
    this.#cookies.splice(low, 0, before + Math.floor((after - before) / 2));
    // Thirty names that came one between the other use up a gap; who lists right now may then miss one.
    if (after - before < 2) this.#names.forEach((_name, index) => (this.#cookies[index] = (index + 1) * GAP));
    return this.#cookies[low] as number;
  }
}
