/** The inodes of a tmpfs that have no content of their own: symbolic links, FIFOs, sockets and devices. */

import { S_IFLNK, type Stat } from '../stat.ts';
import { TmpfsNode } from './node.ts';
import type { MemoryNode } from './storage.ts';
import type { Tmpfs } from './tmpfs.ts';

/** Longer targets take a page, as in the kernel's tmpfs. */
const SHORT_TARGET = 128;
const BLOCKS_PER_PAGE = 8;

export class TmpfsLink extends TmpfsNode {
  readonly memory: MemoryNode;
  readonly #pages: number;

  /** The page of a long target has been taken already. */
  constructor(fileSystem: Tmpfs, target: string, uid: number, gid: number) {
    super(fileSystem, S_IFLNK | 0o777, uid, gid);
    this.memory = fileSystem.storage.file();
    this.memory.makeSymlink(target);
    this.#pages = pagesOfTarget(target);
  }

  override stat(into: Stat): 0 {
    super.stat(into);
    into.size = this.memory.symlink.length;
    into.blocks = this.#pages * BLOCKS_PER_PAGE;
    return 0;
  }

  readlink(): string {
    this.accessed();
    return this.memory.symlink;
  }

  protected free(): void {
    this.fileSystem.storage.pages.give(this.#pages);
    this.fileSystem.storage.free(this.memory);
  }
}

/** How many pages a link with this target is charged. */
export function pagesOfTarget(target: string): number {
  return target.length < SHORT_TARGET ? 0 : 1;
}

/** A FIFO, socket or device: a name and attributes, that others give a meaning to. */
export class TmpfsSpecial extends TmpfsNode {
  readonly memory: MemoryNode;
  readonly #rdev: number;

  constructor(fileSystem: Tmpfs, mode: number, rdev: number, uid: number, gid: number) {
    super(fileSystem, mode, uid, gid);
    this.memory = fileSystem.storage.file();
    this.#rdev = rdev;
  }

  override stat(into: Stat): 0 {
    super.stat(into);
    into.rdev = this.#rdev;
    return 0;
  }

  protected free(): void {
    this.fileSystem.storage.free(this.memory);
  }
}
