/**
 * What a tmpfs keeps in memfs: the bytes of its files and the names of its directories. The rest of a file system
 * (types, link counts, permissions, limits, rename rules, attributes) is in the classes beside this one.
 *
 * The layout in memfs is flat: every directory of ours is a memfs directory below the volume's root, named by its
 * inode number, whose children are names only. So moving a directory moves one name, however much is below it.
 */

import { createRequire } from 'node:module';
import type { Volume } from 'memfs';
import type { TmpfsNode } from './node.ts';

/** memfs's superblock, directory entry and inode. */
type Superblock = Volume['_core'];
export type MemoryLink = Superblock['root'];
export type MemoryNode = ReturnType<MemoryLink['getNode']>;

/** A memfs entry that carries what our directories know of it. */
export type DirectoryLink = MemoryLink & {
  readonly file: TmpfsNode;
  /** The entry's place in the listing. */
  cookie: number;
};

const FILE_MODE = 0o100666;
const DIRECTORY_MODE = 0o40777;

/** A count that must not pass a limit. */
export class Budget {
  #limit: number;
  used = 0;

  /** A limit of 0 means none. */
  constructor(limit: number) {
    this.#limit = limit === 0 ? Infinity : limit;
  }

  /** Infinity where there is no limit. */
  get limit(): number {
    return this.#limit;
  }

  /** Why the limit cannot become this one: undefined where it can. */
  refuses(limit: number): 'unlimited' | 'used' | undefined {
    if (limit === 0) return undefined;
    return this.#limit === Infinity ? 'unlimited' : limit < this.used ? 'used' : undefined;
  }

  change(limit: number): void {
    this.#limit = limit === 0 ? Infinity : limit;
  }

  get free(): number {
    return this.limit - this.used;
  }

  /** Takes `count` if that many are free. */
  take(count: number): boolean {
    if (this.used + count > this.limit) return false;
    this.used += count;
    return true;
  }

  give(count: number): void {
    this.used -= count;
  }
}

export class Storage {
  readonly #superblock: Superblock;
  /** Pages of 4096 bytes. */
  readonly pages: Budget;

  constructor(pageLimit: number) {
    // memfs takes a fifth of a second to load: only those who use it shall wait.
    const memfs = createRequire(import.meta.url)('memfs') as typeof import('memfs');
    this.#superblock = new memfs.Volume()._core;
    this.pages = new Budget(pageLimit);
  }

  /** A memfs inode for the bytes of a file. */
  file(): MemoryNode {
    return this.#superblock.createNode(FILE_MODE);
  }

  /** A memfs directory for the names in the directory with this inode number. */
  directory(ino: number): MemoryLink {
    return this.#superblock.root.createChild(String(ino), this.#superblock.createNode(DIRECTORY_MODE));
  }

  free(node: MemoryNode): void {
    node.truncate(0);
    this.#superblock.deleteNode(node);
  }

  freeDirectory(directory: MemoryLink): void {
    this.#superblock.root.deleteChild(directory);
    this.#superblock.deleteNode(directory.getNode());
  }
}
