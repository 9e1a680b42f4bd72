/** A file system in memory with the behaviour of Linux's tmpfs(5). */

import { S_IFDIR, type StatFs } from '../stat.ts';
import type { Caching, FileSystem } from '../vnode.ts';
import { TmpfsDirectory } from './directory.ts';
import { INODE_ROOM, type TmpfsNode } from './node.ts';
import type { TmpfsOptions } from './options.ts';
import { TmpfsSpecial } from './special.ts';
import { Budget, Storage } from './storage.ts';

/** statfs(2)'s magic number (linux/magic.h). */
const TMPFS_MAGIC = 0x0102_1994;

const HOUR_MS = 3_600_000;

export class Tmpfs implements FileSystem {
  readonly type: string = 'tmpfs';
  readonly root: TmpfsDirectory;
  /** Nothing changes but through the one server that has it, so that one may remember everything. */
  readonly caching: Caching = {
    entryMilliseconds: HOUR_MS,
    attributeMilliseconds: HOUR_MS,
    missingMilliseconds: HOUR_MS,
    data: 'exclusive',
    listAttributes: true,
  };
  readonly storage: Storage;
  /** Bytes for inodes and their extended attributes. */
  readonly inodeRoom: Budget;
  options: TmpfsOptions;
  #lastInode = 0;

  constructor(options: TmpfsOptions) {
    this.options = options;
    this.storage = new Storage(options.pages);
    this.inodeRoom = new Budget(options.inodes * INODE_ROOM);
    this.inodeRoom.take(INODE_ROOM);
    this.root = this.makeDirectory(S_IFDIR | options.mode, options.uid, options.gid);
  }

  /** The inode of a new directory; the root has no parent. */
  makeDirectory(mode: number, uid: number, gid: number, parent?: TmpfsDirectory): TmpfsDirectory {
    return new TmpfsDirectory(this, mode, uid, gid, parent);
  }

  /** The inode of a new FIFO, socket or device. */
  makeSpecial(mode: number, rdev: number, uid: number, gid: number): TmpfsNode {
    return new TmpfsSpecial(this, mode, rdev, uid, gid);
  }

  /**
   * Changes the limits, as mount(8) does with `remount`: not below what is used, and none where there was none. Returns
   * what is wrong in the kernel's words.
   */
  remount({ pages = this.options.pages, inodes = this.options.inodes }: Partial<TmpfsOptions>): string | undefined {
    const room = inodes * INODE_ROOM;
    const noSize = this.storage.pages.refuses(pages);
    if (noSize) return noSize === 'used' ? 'Too small a size for current use' : 'Cannot retroactively limit size';
    const noInodes = this.inodeRoom.refuses(room);
    if (noInodes) return noInodes === 'used' ? 'Too few inodes for current use' : 'Cannot retroactively limit inodes';
    this.storage.pages.change(pages);
    this.inodeRoom.change(room);
    this.options = { ...this.options, pages, inodes };
    return undefined;
  }

  /** Numbers are never used again while the file system lives. */
  newInodeNumber(): number {
    return ++this.#lastInode;
  }

  statfs(into: StatFs): 0 {
    const { pages } = this.storage;
    const limited = pages.limit !== Infinity;
    into.type = TMPFS_MAGIC;
    into.blockSize = into.fragmentSize = 4096;
    into.blocks = limited ? pages.limit : 0;
    into.blocksFree = into.blocksAvailable = limited ? pages.free : 0;
    into.files = this.inodeRoom.limit === Infinity ? 0 : this.inodeRoom.limit / INODE_ROOM;
    into.filesFree = this.inodeRoom.limit === Infinity ? 0 : Math.floor(this.inodeRoom.free / INODE_ROOM);
    into.nameLength = 255;
    return 0;
  }
}
