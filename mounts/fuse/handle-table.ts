/** Open files by the handle numbers that the kernel sends back with each request. */

import type { OpenFile } from '../../fs/vnode.ts';

export class HandleTable {
  readonly #files: (OpenFile | undefined)[] = [undefined];
  readonly #free: number[] = [];

  /** How many files are open. */
  get size(): number {
    return this.#files.length - 1 - this.#free.length;
  }

  get(handle: number): OpenFile | undefined {
    return this.#files[handle];
  }

  add(file: OpenFile): number {
    const handle = this.#free.pop() ?? this.#files.length;
    this.#files[handle] = file;
    return handle;
  }

  /** Forgets a handle and releases its file. Returns whether there was one. */
  release(handle: number): boolean {
    const file = this.#files[handle];
    if (!file) return false;
    this.#files[handle] = undefined;
    this.#free.push(handle);
    file.release();
    return true;
  }

  /** Releases every file: the connection has ended. */
  releaseAll(): void {
    for (let handle = 1; handle < this.#files.length; handle++) this.release(handle);
  }
}
