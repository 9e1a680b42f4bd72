/** Triggers of pressure stall information: events when stalls take more than so much of a window (kernel/sched/psi.c). */

import { EINVAL, type Errno } from '../../fs/errno.ts';

/** Microseconds, both. */
export interface TriggerSettings {
  readonly kind: 'some' | 'full';
  readonly threshold: number;
  readonly window: number;
}

const LONGEST_WINDOW = 10_000_000;
/** Who has no CAP_SYS_RESOURCE watches windows of so many times, which the kernel's own averaging covers. */
const PLAIN_WINDOW = 2_000_000;

/** `some 150000 1000000`: a threshold and a window. Errors: EINVAL. */
export function parseTrigger(text: string, privileged: boolean): TriggerSettings | Errno {
  const match = /^(some|full)\s*(\d+)\s+(\d+)/.exec(text.split('\0', 1)[0] as string);
  if (!match) return EINVAL;
  const [threshold, window] = [match[2], match[3]].map((digits) => Number(BigInt.asUintN(32, BigInt(digits ?? 0)))) as [number, number];
  if (window === 0 || window > LONGEST_WINDOW) return EINVAL;
  if (!privileged && window % PLAIN_WINDOW !== 0) return EINVAL;
  if (threshold === 0 || threshold > window) return EINVAL;
  return { kind: match[1] as 'some' | 'full', threshold, window };
}

/**
 * Watches a sum of stall times: an event is told once, and at most one for each window. What of the last window would still
 * be in a sliding one is estimated from how much of it is left (psi_window, window_update).
 *
 * Differs: it looks at the sum when it is asked and not all the time, so an event is told later, and a short one among
 * quiet times may be missed.
 */
export class PressureTrigger {
  readonly kind: 'some' | 'full';
  readonly #threshold: number;
  readonly #window: number;
  #startedAt: number;
  #startValue: bigint;
  #lastGrowth = 0;
  #firedAt = -Infinity;

  /** Begins with a sum in microseconds at a time in milliseconds. */
  constructor({ kind, threshold, window }: TriggerSettings, total: bigint, now: number) {
    this.kind = kind;
    this.#threshold = threshold;
    this.#window = window;
    this.#startedAt = now;
    this.#startValue = total;
  }

  /** Whether there is an event now. */
  fired(total: bigint, now: number): boolean {
    const elapsed = (now - this.#startedAt) * 1000;
    let growth = Number(total - this.#startValue);
    if (elapsed > this.#window) {
      this.#startedAt = now;
      this.#startValue = total;
      this.#lastGrowth = growth;
    } else {
      growth += (this.#lastGrowth * (this.#window - elapsed)) / this.#window;
    }
    if (growth < this.#threshold || (now - this.#firedAt) * 1000 < this.#window) return false;
    this.#firedAt = now;
    return true;
  }
}
