/**
 * Wakes a thread that is blocked in read(2) on /dev/fuse, and stops it. The ringing thread sets a flag in shared memory
 * and looks up a name in the mount, in the background; the request that this makes wakes the serving thread, which then
 * finds the flag. (FUSE_NOTIFY_RETRIEVE would reach it without a path, but newer kernels refuse it for directories, and
 * no other node is sure to be known to the kernel.)
 */

import { access } from 'node:fs';
import { join } from 'node:path';

/** The name that is looked up. It need not exist. */
export const DOORBELL_NAME = '.compatfs-doorbell';

/** Words of the shared memory. */
const RUNG = 0;
const STOP = 1;
const CLOSED = 2;
const BORROWED = 3;
const WORDS = 4;
/** How long whoever closes the descriptor waits for those who use it, in milliseconds. */
const BORROWED_MS = 200;

export class Doorbell {
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;
  #looking = false;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(WORDS * 4)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Rings at a mount. Must not be called by the thread that serves it. */
  ring(mountPoint: string): void {
    Atomics.store(this.#words, RUNG, 1);
    // A mount that does not answer holds one thread of the pool, not one for each ring.
    if (this.#looking) return;
    this.#looking = true;
    access(join(mountPoint, DOORBELL_NAME), () => {
      this.#looking = false;
      if (this.#words[RUNG] !== 0 && !this.closed) setImmediate(() => this.ring(mountPoint));
    });
  }

  /** Asks the serving thread to return; it does so when it is woken next. */
  stop(): void {
    Atomics.store(this.#words, STOP, 1);
    Atomics.notify(this.#words, STOP);
  }

  /** Whether it has been rung since the last call; for the serving thread, after each request. */
  rung(): boolean {
    return this.#words[RUNG] !== 0 && Atomics.exchange(this.#words, RUNG, 0) !== 0;
  }

  get stopped(): boolean {
    return this.#words[STOP] !== 0;
  }

  /** Sleeps at most so many milliseconds, less if somebody calls `stop`; for the serving thread. */
  sleep(milliseconds: number): void {
    Atomics.wait(this.#words, STOP, 0, milliseconds);
  }

  /** Whether the serving thread has closed its descriptor. */
  get closed(): boolean {
    return this.#words[CLOSED] !== 0;
  }

  /**
   * Says that the descriptor is about to be closed, and waits for those who use it just now. Returns whether it was open.
   * Somebody who does not come back waits in the kernel, for something that the closing ends.
   */
  close(): boolean {
    if (Atomics.exchange(this.#words, CLOSED, 1) !== 0) return false;
    const borrowed = Atomics.load(this.#words, BORROWED);
    if (borrowed !== 0) Atomics.wait(this.#words, BORROWED, borrowed, BORROWED_MS);
    return true;
  }

  /** Keeps the descriptor open until it is given back. Returns false where it is closed already. */
  borrow(): boolean {
    Atomics.add(this.#words, BORROWED, 1);
    if (!this.closed) return true;
    this.giveBack();
    return false;
  }

  giveBack(): void {
    Atomics.sub(this.#words, BORROWED, 1);
    Atomics.notify(this.#words, BORROWED);
  }
}
