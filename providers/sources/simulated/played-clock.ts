/** A simulated machine's clock: it goes as fast as one says, from where one says. */

import type { Clock } from './simulation.ts';

/** No machine is looked at before its processes have begun; milliseconds since boot. */
const EARLIEST = 5000;

export class PlayedClock implements Clock {
  readonly #now: () => number;
  /** Milliseconds since boot at a moment of the real clock. */
  #position: number;
  #since: number;
  #speed: number;

  /** `at` is in milliseconds since boot, and `now` the real clock, likewise in milliseconds. */
  constructor(at: number, speed: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#position = Math.max(EARLIEST, at);
    this.#speed = speed;
    this.#since = now();
  }

  now(): number {
    return (this.#position + (this.#now() - this.#since) * this.#speed) / 1000;
  }

  /** Goes on from somewhere else, or at another speed. */
  play({ at = this.now() * 1000, speed = this.#speed }: { readonly at?: number; readonly speed?: number }): void {
    this.#position = Math.max(EARLIEST, at);
    this.#since = this.#now();
    this.#speed = speed;
  }
}
