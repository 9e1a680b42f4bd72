/** A line at the foot of the terminal that tells how the mounts are doing. */

import { isatty } from 'node:tty';
import { printRaw } from './output.ts';

const PERIOD_MS = 1000;
const CLEAR = '\r\x1b[K';

/** Something that is served, with its counts. */
export interface Counted {
  readonly counters: { read(): Omit<Reading, 'at'> };
}

/** What the line is made of. */
interface Reading {
  readonly at: number;
  readonly requests: number;
  readonly timed: number;
  readonly milliseconds: number;
  readonly openFiles: number;
}

export class StatusLine {
  readonly #timer: NodeJS.Timeout;
  readonly #mounts: readonly Counted[];
  #last: Reading;
  #shown = '';

  private constructor(mounts: readonly Counted[]) {
    this.#mounts = mounts;
    this.#last = this.#read();
    this.#timer = setInterval(() => this.#update(), PERIOD_MS);
    this.#timer.unref();
  }

  /** Begins to show it, if standard output is a terminal that can go back to the beginning of a line. */
  static show(mounts: readonly Counted[]): StatusLine | undefined {
    return isatty(1) && process.env['TERM'] !== 'dumb' ? new StatusLine(mounts) : undefined;
  }

  /** Leaves the terminal as it was. */
  hide(): void {
    clearInterval(this.#timer);
    // Also of the ^C with which the terminal echoed the key.
    printRaw(CLEAR);
  }

  #read(): Reading {
    const sum = { requests: 0, timed: 0, milliseconds: 0, openFiles: 0 };
    for (const { counters } of this.#mounts) {
      const counts = counters.read();
      sum.requests += counts.requests;
      sum.timed += counts.timed;
      sum.milliseconds += counts.milliseconds;
      sum.openFiles += counts.openFiles;
    }
    return { ...sum, at: performance.now() };
  }

  #update(): void {
    const now = this.#read();
    // A terminal whose size nobody has set says 0.
    const line = statusText(this.#last, now).slice(0, (process.stdout.columns || 80) - 1);
    this.#last = now;
    // A terminal on which nothing happens is left alone.
    if (line === this.#shown) return;
    printRaw(CLEAR + line);
    this.#shown = line;
  }
}

/** The line for what happened between two readings. */
export function statusText(before: Reading, now: Reading): string {
  const seconds = (now.at - before.at) / 1000;
  const rate = Math.round((now.requests - before.requests) / seconds);
  const timed = now.timed - before.timed;
  const latency = timed === 0 ? '-' : `${(((now.milliseconds - before.milliseconds) / timed) * 1000).toFixed(0)} µs`;
  return `${rate} requests/s   latency ${latency}   ${now.openFiles} open files`;
}
