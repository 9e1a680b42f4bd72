/** How what a group used is divided among its members, so that it adds up again at every moment and nobody's part ever falls. */

import { STEEPEST, chance, wobble } from './chance.ts';

/** What is left of a member's own pace at the least. */
const LIVELIEST = 0.85;

/**
 * Members are paired: what one has more the other has less, lastingly and for a while. The exchange follows what was used
 * rather than the time, for it must rest when nothing is used.
 */
export class Shares {
  readonly #count: number;
  readonly #seed: number;
  /** How far members lie apart for good. */
  readonly #spread: number;
  /** How much a pair exchanges, and after how much use it exchanges another amount. */
  readonly #exchange: number;
  readonly #pace: number;

  /**
   * `room` is how much more than the average one member may have (0.5: half as much again); `usual` the use in a second of all of
   * them, of which there are so many; after some `seconds` they differ in another way.
   */
  constructor(count: number, seed: number, room: number, usual: number, seconds: number) {
    this.#count = count;
    this.#seed = seed;
    const spread = Math.min(0.6, Math.max(0, room) / 2);
    this.#spread = spread;
    this.#pace = usual * seconds;
    const lively = Math.min(LIVELIEST, Math.max(0, room - spread) / (1 - spread));
    this.#exchange = this.#pace > 0 ? (lively * (1 - spread) * this.#pace) / STEEPEST / count : 0;
  }

  /** A member's part in the long run. */
  weight(index: number): number {
    if ((index | 1) >= this.#count) return 1 / this.#count;
    const spread = this.#spread * chance(this.#seed, index >> 1, 1);
    return (index & 1 ? 1 - spread : 1 + spread) / this.#count;
  }

  /** A member's part of what all have used so far. */
  of(index: number, used: number): number {
    const part = this.weight(index) * used;
    if (this.#exchange === 0 || (index | 1) >= this.#count) return part;
    const seed = this.#seed ^ Math.imul((index >> 1) + 1, 0x27d4eb2f);
    const exchanged = this.#exchange * (wobble(seed, used / this.#pace) - wobble(seed, 0));
    return index & 1 ? part - exchanged : part + exchanged;
  }
}
