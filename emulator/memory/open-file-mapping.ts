/** An open file of our trees as something that can be mapped. */

import type { Caller } from '../../fs/caller.ts';
import { EACCES, isErrno, type Errno } from '../../fs/errno.ts';
import { O_ACCMODE, O_RDONLY, O_RDWR, O_WRONLY } from '../../fs/flags.ts';
import { S_IFREG, Stat } from '../../fs/stat.ts';
import type { U64 } from '../../fs/u64.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import type { MappableFile } from './mappable-file.ts';

const stat = new Stat();

/** What is not in the open file itself. */
export interface OpenFileMappingOptions {
  readonly device: number;
  readonly path: () => string;
  /** Whether it lies on a noexec mount. */
  readonly noexec?: boolean;
}

export class OpenFileMapping implements MappableFile {
  readonly file: OpenFile;
  readonly device: number;
  readonly path: () => string;
  readonly mayExecute: boolean;
  readonly #caller: Caller;

  /** Retains nothing by itself; `caller` is kept, and is whom reads and writes are made for. */
  constructor(file: OpenFile, caller: Caller, { device, path, noexec = false }: OpenFileMappingOptions) {
    this.file = file;
    this.device = device;
    this.path = path;
    this.mayExecute = !noexec;
    this.#caller = caller;
  }

  get identity(): object {
    return this.file.vnode;
  }

  get ino(): U64 {
    return this.file.vnode.stat(stat, this.#caller) === 0 ? stat.ino : 0;
  }

  get mappable(): boolean {
    const { file } = this;
    return file.vnode.type === S_IFREG && file.read !== undefined && !file.stream && !file.uncached;
  }

  get mayRead(): boolean {
    const mode = this.file.flags & O_ACCMODE;
    return mode === O_RDONLY || mode === O_RDWR;
  }

  get mayWrite(): boolean {
    const mode = this.file.flags & O_ACCMODE;
    return mode === O_WRONLY || mode === O_RDWR;
  }

  size(): number {
    return this.file.vnode.stat(stat, this.#caller) === 0 ? stat.size : 0;
  }

  read(into: Uint8Array, at: number): number | Errno {
    let done = 0;
    while (done < into.length) {
      const count = this.file.read?.(into, done, into.length - done, at + done, this.#caller) ?? EACCES;
      if (count === 0) break;
      if (count < 0) return isErrno(count) && done === 0 ? count : done;
      done += count;
    }
    return done;
  }

  write(from: Uint8Array, at: number): number | Errno {
    let done = 0;
    while (done < from.length) {
      const count = this.file.write?.(from, done, from.length - done, at + done, this.#caller) ?? EACCES;
      if (count <= 0) return isErrno(count) && done === 0 ? count : done;
      done += count;
    }
    return done;
  }

  retain(): void {
    this.file.retain();
  }

  release(): void {
    this.file.release();
  }
}
