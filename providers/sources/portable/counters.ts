/** Counters that never go back, whatever is said of them. */

/** A counter, as it was told last and as it is shown. */
interface Kept {
  told: number;
  added: number;
}

/**
 * A counter that is told a little lower than before stays where it was until it is told higher: sums of several clocks do that. One
 * that falls below half began anew, as that of a device which was taken out and put in again, and goes on from where it was.
 */
export class Counters {
  readonly #kept = new Map<string, Kept>();

  /** What is shown of a counter that is told to be at a value. */
  at(name: string, value: number): number {
    const kept = this.#kept.get(name);
    if (!kept) {
      this.#kept.set(name, { told: value, added: 0 });
      return value;
    }
    if (value < kept.told / 2) {
      kept.added += kept.told;
      kept.told = value;
    } else {
      kept.told = Math.max(kept.told, value);
    }
    return kept.told + kept.added;
  }
}
