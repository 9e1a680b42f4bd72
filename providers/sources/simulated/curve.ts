/**
 * Curves over the time since boot: how much of something there is at a moment, and how much there was of it so far, both in
 * closed form. Nothing is ever added up step by step, so any moment can be asked for.
 */

import type { CurveText } from './description.ts';

interface Wave {
  readonly amplitude: number;
  /** Radians a second, and at time 0. */
  readonly speed: number;
  readonly phase: number;
}

export class Curve {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly #waves: readonly Wave[];
  readonly #times: readonly number[];
  readonly #values: readonly number[];
  /** What has been there at each of the times. */
  readonly #sums: readonly number[];
  readonly #period: number;

  constructor(text: CurveText) {
    const { base = 0, waves = [], points, period } = typeof text === 'number' ? { base: text } : text;
    const line = points ?? [[0, base]];
    const first = line[0] as readonly [number, number];
    const last = line.at(-1) as readonly [number, number];
    // A line that repeats leads back to where it began; one that does not goes on as it ended.
    const closed = period === undefined ? line : [...(first[0] > 0 ? [[0, first[1]] as const] : []), ...line, [period, first[1]] as const];
    const open = first[0] > 0 && period === undefined ? [[0, first[1]] as const, ...line] : closed;
    this.#times = open.map(([time]) => time);
    this.#values = open.map(([, value]) => value);
    const sums = [0];
    for (let index = 1; index < open.length; index++) {
      const [fromTime, from] = open[index - 1] as readonly [number, number];
      const [toTime, to] = open[index] as readonly [number, number];
      sums.push((sums[index - 1] as number) + ((toTime - fromTime) * (from + to)) / 2);
    }
    this.#sums = sums;
    this.#period = period ?? Number.POSITIVE_INFINITY;
    this.#waves = waves.map(({ amplitude, period: length, phase = 0 }) => ({
      amplitude,
      speed: (2 * Math.PI) / length,
      phase: (2 * Math.PI * phase) / length,
    }));
    const swing = waves.reduce((sum, { amplitude }) => sum + Math.abs(amplitude), 0);
    this.minimum = Math.min(...this.#values) - swing;
    this.maximum = Math.max(...this.#values) + swing;
    this.mean = period === undefined ? last[1] : (sums.at(-1) as number) / period;
  }

  get isZero(): boolean {
    return this.maximum === 0 && this.minimum === 0;
  }

  /** How much there is. */
  at(time: number): number {
    const within = this.#period === Number.POSITIVE_INFINITY ? time : time - Math.floor(time / this.#period) * this.#period;
    const index = this.#before(within);
    const value = this.#values[index] as number;
    const next = this.#values[index + 1];
    let sum = value;
    if (next !== undefined) {
      const from = this.#times[index] as number;
      sum += ((next - value) * (within - from)) / ((this.#times[index + 1] as number) - from);
    }
    for (const { amplitude, speed, phase } of this.#waves) sum += amplitude * Math.sin(speed * time + phase);
    return sum;
  }

  /** How much there has been since boot: its integral. Never falls. */
  until(time: number): number {
    if (time <= 0) return 0;
    let sum = 0;
    let within = time;
    if (this.#period !== Number.POSITIVE_INFINITY) {
      const rounds = Math.floor(time / this.#period);
      within = time - rounds * this.#period;
      sum = rounds * (this.#sums.at(-1) as number);
    }
    const index = this.#before(within);
    const value = this.#values[index] as number;
    const next = this.#values[index + 1];
    const past = within - (this.#times[index] as number);
    sum += (this.#sums[index] as number) + value * past;
    if (next !== undefined) sum += ((next - value) * past * past) / 2 / ((this.#times[index + 1] as number) - (this.#times[index] as number));
    for (const { amplitude, speed, phase } of this.#waves) sum += (amplitude / speed) * (Math.cos(phase) - Math.cos(speed * time + phase));
    return sum;
  }

  /** The last point that is not behind a time. */
  #before(time: number): number {
    let low = 0;
    let high = this.#times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#times[middle] as number) <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
