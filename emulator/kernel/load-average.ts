/** How many tasks could run, on average over 1, 5 and 15 minutes (kernel/sched/loadavg.c). */

import type { Clocks } from './clocks.ts';

const PERIODS = [60, 300, 900] as const;
/** How often Linux looks, in seconds. */
const STEP = 5;

export class LoadAverage {
  readonly #clocks: Clocks;
  readonly #runnable: () => number;
  readonly #values = [0, 0, 0];
  #at = 0;

  constructor(clocks: Clocks, runnable: () => number) {
    this.#clocks = clocks;
    this.#runnable = runnable;
  }

  /** Brings the averages up to now, as if the number of tasks had been what it is since the last look. */
  averages(): readonly number[] {
    const now = this.#clocks.now() / 1e9;
    const steps = Math.floor((now - this.#at) / STEP);
    if (steps > 0) {
      this.#at += steps * STEP;
      const active = this.#runnable();
      PERIODS.forEach((period, index) => {
        const kept = Math.exp((-STEP * steps) / period);
        this.#values[index] = this.#values[index]! * kept + active * (1 - kept);
      });
    }
    return this.#values;
  }
}
