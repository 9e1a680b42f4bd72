/**
 * The time of day to the microsecond and better, for the times that files carry: `Date.now()` is too coarse for
 * programs that compare them (make, git).
 */

/** Milliseconds of a clock that only goes forward. */
export function steadyMilliseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** How far the steady clock may drift from the system's before it is set anew, in milliseconds. */
const TOLERANCE_MS = 20;

class Clock {
  /** What `read` found: seconds since the epoch, and nanoseconds within the second. */
  seconds = 0;
  nanoseconds = 0;
  /** When the steady clock began; not before somebody asks, for Node loads it then. */
  #origin: number | undefined;

  /** Reads the time into `seconds` and `nanoseconds`. */
  read(): this {
    this.#origin ??= performance.timeOrigin;
    const steady = performance.now();
    const system = Date.now();
    if (Math.abs(this.#origin + steady - system) > TOLERANCE_MS) this.#origin = system - steady;
    const whole = Math.floor(this.#origin / 1000);
    const milliseconds = this.#origin - whole * 1000 + steady;
    const seconds = Math.floor(milliseconds / 1000);
    this.seconds = whole + seconds;
    this.nanoseconds = Math.min(999_999_999, Math.floor((milliseconds - seconds * 1000) * 1e6));
    return this;
  }
}

/** The clock that file times are taken from. */
export const clock: Clock = new Clock();
export type { Clock };
