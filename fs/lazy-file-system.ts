/** A file system that is made when somebody first goes there. */

import type { Caller } from './caller.ts';
import type { Errno } from './errno.ts';
import type { StatFs } from './stat.ts';
import type { Caching, FileSystem, Vnode } from './vnode.ts';
import type { WaitQueue } from './wait-queue.ts';

/** Its root is a directory. What its files say that they belong to is what `make` made. */
export class LazyFileSystem implements FileSystem {
  readonly type: string;
  /** Called when somebody is about to go there for the first time: whatever is to be mounted in it can be. */
  readonly entered: (() => void) | undefined;
  readonly #make: () => FileSystem;
  #made: FileSystem | undefined;

  constructor(type: string, make: () => FileSystem, entered?: () => void) {
    this.type = type;
    this.#make = make;
    this.entered = entered;
  }

  /** Makes it, unless it has been. */
  get made(): FileSystem {
    return (this.#made ??= this.#make());
  }

  get root(): Vnode {
    return this.made.root;
  }

  get caching(): Caching {
    return this.made.caching;
  }

  get changed(): WaitQueue | undefined {
    return this.made.changed;
  }

  statfs(into: StatFs, caller: Caller, at?: Vnode): Errno | 0 {
    return this.made.statfs(into, caller, at);
  }

  sync(): Errno | 0 {
    return this.#made?.sync?.() ?? 0;
  }

  dispose(): void {
    this.#made?.dispose?.();
  }
}
