/**
 * Wakes a thread that is blocked in read(2) on /dev/fuse. The ringing thread sets a flag in shared memory and looks up
 * a name in the mount, in the background; the request that this makes wakes the serving thread, which then finds the
 * flag. (FUSE_NOTIFY_RETRIEVE would reach it without a path, but newer kernels refuse it for directories, and no other
 * node is sure to be known to the kernel.)
 */

import { access } from 'node:fs';
import { join } from 'node:path';

/** The name that is looked up. It need not exist. */
const NAME = '.compatfs-doorbell';

export class Doorbell {
  readonly memory: SharedArrayBuffer;
  readonly #flag: Int32Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.memory = memory;
    this.#flag = new Int32Array(memory);
  }

  /** Rings at a mount. Must not be called by the thread that serves it. */
  ring(mountPoint: string): void {
    Atomics.store(this.#flag, 0, 1);
    access(join(mountPoint, NAME), () => {});
  }

  /** Whether it has been rung since the last call; for the serving thread, after each request. */
  rung(): boolean {
    return this.#flag[0] !== 0 && Atomics.exchange(this.#flag, 0, 0) !== 0;
  }
}
