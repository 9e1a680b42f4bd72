/** The clocks of a machine, and what is to happen at a time (clock_gettime(2)). Moments are nanoseconds, as numbers: exact to a fraction of a microsecond. */

import { clock, steadyMilliseconds } from '../../fs/clock.ts';

export const CLOCK_REALTIME = 0;
export const CLOCK_MONOTONIC = 1;
export const CLOCK_PROCESS_CPUTIME_ID = 2;
export const CLOCK_THREAD_CPUTIME_ID = 3;
export const CLOCK_MONOTONIC_RAW = 4;
export const CLOCK_REALTIME_COARSE = 5;
export const CLOCK_MONOTONIC_COARSE = 6;
export const CLOCK_BOOTTIME = 7;
export const CLOCK_REALTIME_ALARM = 8;
export const CLOCK_BOOTTIME_ALARM = 9;
export const CLOCK_TAI = 11;

export const NS_PER_SECOND = 1e9;
export const NS_PER_MS = 1e6;
/** How often a clock tick is, as programs are told (sysconf(_SC_CLK_TCK)). */
export const USER_HZ = 100;

/** Something that is to happen at a moment of the steady clock. */
export interface Timer {
  /** Nanoseconds since the machine started. */
  at: number;
  readonly fire: () => void;
}

export class Clocks {
  /** What the steady clock said when the machine started. */
  readonly #start: number = steadyMilliseconds();
  /** Seconds since the epoch when the machine started. */
  readonly bootSeconds: number = Math.floor(Date.now() / 1000);
  readonly #timers: Timer[] = [];

  /** Nanoseconds since the machine started: CLOCK_MONOTONIC. */
  now(): number {
    return Math.floor((steadyMilliseconds() - this.#start) * NS_PER_MS);
  }

  /** The moment of the steady clock at which the time of day is so many nanoseconds since the epoch. */
  fromRealTime(seconds: number, nanoseconds: number): number {
    const now = clock.read();
    return this.now() + (seconds - now.seconds) * NS_PER_SECOND + (nanoseconds - now.nanoseconds);
  }

  /** Has something happen; the returned function takes it back. */
  add(at: number, fire: () => void): () => void {
    const timer: Timer = { at, fire };
    let index = this.#timers.length;
    while (index > 0 && this.#timers[index - 1]!.at > at) index--;
    this.#timers.splice(index, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  }

  /** When the next timer is due; Infinity where there is none. */
  get next(): number {
    return this.#timers[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Has everything happen that is due. */
  fireDue(): void {
    if (this.#timers.length === 0) return;
    const now = this.now();
    while (this.#timers.length > 0 && this.#timers[0]!.at <= now) this.#timers.shift()!.fire();
  }
}
