/** The timers of setitimer(2), one of each clock for a process. */

import type { Clocks } from './clocks.ts';
import { SIGALRM, SIGPROF, SIGVTALRM } from './signals.ts';

export const ITIMER_REAL = 0;
export const ITIMER_VIRTUAL = 1;
export const ITIMER_PROF = 2;

const SIGNALS = [SIGALRM, SIGVTALRM, SIGPROF] as const;

/** A timer's setting, in nanoseconds; a `value` of 0 is switched off. */
export interface TimerSetting {
  readonly value: number;
  readonly interval: number;
}

export class IntervalTimers {
  readonly #clocks: Clocks;
  readonly #send: (signal: number) => void;
  /** When each is due: on the steady clock, or in processor time. */
  readonly #at = [0, 0, 0];
  readonly #interval = [0, 0, 0];
  #cancel: (() => void) | undefined;

  constructor(clocks: Clocks, send: (signal: number) => void) {
    this.#clocks = clocks;
    this.#send = send;
  }

  /** What is left. `spent` is the process's time on the processor. */
  get(which: number, spent: number): TimerSetting {
    const at = this.#at[which]!;
    const now = which === ITIMER_REAL ? this.#clocks.now() : spent;
    return { value: at === 0 ? 0 : Math.max(1000, at - now), interval: this.#interval[which]! };
  }

  set(which: number, { value, interval }: TimerSetting, spent: number): void {
    this.#interval[which] = interval;
    if (which !== ITIMER_REAL) {
      this.#at[which] = value === 0 ? 0 : spent + value;
      return;
    }
    this.#cancel?.();
    this.#cancel = undefined;
    this.#at[which] = value === 0 ? 0 : this.#clocks.now() + value;
    this.#arm();
  }

  #arm(): void {
    if (this.#at[ITIMER_REAL] === 0) return;
    this.#cancel = this.#clocks.add(this.#at[ITIMER_REAL]!, () => {
      this.#advance(ITIMER_REAL, this.#clocks.now());
      this.#send(SIGALRM);
      this.#arm();
    });
  }

  #advance(which: number, now: number): void {
    const interval = this.#interval[which]!;
    if (interval === 0) this.#at[which] = 0;
    else this.#at[which] = this.#at[which]! + interval * Math.max(1, Math.floor((now - this.#at[which]!) / interval) + 1);
  }

  /** Looks whether one of processor time is due. */
  check(spent: number): void {
    for (const which of [ITIMER_VIRTUAL, ITIMER_PROF]) {
      const at = this.#at[which]!;
      if (at === 0 || spent < at) continue;
      this.#advance(which, spent);
      this.#send(SIGNALS[which]!);
    }
  }

  /** Switches all off: the process has ended. */
  stop(): void {
    this.#cancel?.();
    this.#at.fill(0);
  }
}
