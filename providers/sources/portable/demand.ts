/**
 * What readers and the keeper of a snapshot tell each other without messages, in shared memory of 32-bit words: neither ever waits
 * for the other.
 *
 *     0        which parts were filled since the reader looked last: bit n for part n of PARTS
 *     1        1 while the keeper sleeps, and has to be woken by a message
 *     2        the process that collects, 0 for none: who ends it all may find the keeper's thread gone, and the process hanging
 *     3        1 when nobody will read any more
 *     4 + n    when part n of PARTS was read last: seconds of the clock that never steps, 0 for never
 *
 * Behind them are the words of the parts themselves (shared-parts.ts).
 */

import { PARTS, type Part } from './parts.ts';
import { SHARED_WORDS } from './shared-parts.ts';

const POSTED = 0;
const ASLEEP = 1;
const COLLECTOR = 2;
const OVER = 3;
const FIRST_PART = 4;

export class Demand {
  readonly words: Int32Array<SharedArrayBuffer>;

  constructor(words: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4 * (FIRST_PART + PARTS.length + SHARED_WORDS)))) {
    this.words = words;
  }

  /** The words of the parts. */
  get parts(): Int32Array<SharedArrayBuffer> {
    return this.words.subarray(FIRST_PART + PARTS.length);
  }

  /** Whether a part was filled since the reader took any over. */
  isPosted(): boolean {
    return Atomics.load(this.words, POSTED) !== 0;
  }

  /** Which parts were, a bit each; from now on none was. */
  takePosted(): number {
    return Atomics.exchange(this.words, POSTED, 0);
  }

  /** A part was filled. */
  post(part: Part): void {
    Atomics.or(this.words, POSTED, 1 << PARTS.indexOf(part));
  }

  /** A part is read now. Returns whether the keeper has to be woken. */
  want(part: Part, seconds: number): boolean {
    const place = FIRST_PART + PARTS.indexOf(part);
    if (Atomics.load(this.words, place) !== seconds) Atomics.store(this.words, place, seconds);
    return Atomics.load(this.words, ASLEEP) === 1 && Atomics.exchange(this.words, ASLEEP, 0) === 1;
  }

  /** When a part was read last, in seconds. */
  readAt(part: Part): number {
    const seconds = Atomics.load(this.words, FIRST_PART + PARTS.indexOf(part));
    return seconds === 0 ? Number.NEGATIVE_INFINITY : seconds;
  }

  /** The process that collects; undefined while there is none. */
  get collector(): number | undefined {
    return Atomics.load(this.words, COLLECTOR) || undefined;
  }

  set collector(id: number | undefined) {
    Atomics.store(this.words, COLLECTOR, id ?? 0);
  }

  /** Whether nobody will read any more. */
  get isOver(): boolean {
    return Atomics.load(this.words, OVER) === 1;
  }

  end(): void {
    Atomics.store(this.words, OVER, 1);
  }

  sleep(): void {
    Atomics.store(this.words, ASLEEP, 1);
  }

  wake(): void {
    Atomics.store(this.words, ASLEEP, 0);
  }
}
