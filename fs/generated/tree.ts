/** The file system that serves a declared tree (`spec.ts`). */

import type { StatFs } from '../stat.ts';
import type { Caching, FileSystem, Vnode } from '../vnode.ts';
import { WaitQueue } from '../wait-queue.ts';
import { GeneratedDirectory } from './directory.ts';
import type { Origin } from './node.ts';
import type { ChangePolicy, DirectorySpec, Subject } from './spec.ts';
import { TextWriter } from './text-writer.ts';

/** What distinguishes one generated file system from another. */
export interface TreeOptions<C> {
  /** The name in mount tables, as `proc`. */
  readonly type: string;
  /** statfs(2)'s magic number. */
  readonly magic: number;
  readonly root: DirectorySpec<C>;
  readonly subject: Subject<C>;
  /** st_size and st_blksize of regular files: 0 and 1024 in procfs, 4096 and 4096 in sysfs. */
  readonly fileSize: number;
  readonly blockSize: number;
  /** How attribute changes are taken where no directory says otherwise. */
  readonly changes: ChangePolicy;
  /** Making a name is refused with the errno of a missing operation, as in sysfs, and not with ENOENT, as in procfs. */
  readonly refusesNames?: true;
  /** Names that are declared never change their meaning; a door may remember them so long, in milliseconds. */
  readonly declaredMilliseconds: number;
  /** Likewise for attributes that may change, where no node says another time. Absent: a millisecond. */
  readonly attributeMilliseconds?: number;
}

/** Makes the file system of a declaration. */
export function generatedTree<C>(options: TreeOptions<C>): GeneratedTree {
  // The one place where the context type is erased: from here on, specs and subjects match by construction.
  return new GeneratedTree(options as unknown as TreeOptions<unknown>);
}

/** A generated file system; `generatedTree` makes one. */
export class GeneratedTree implements FileSystem {
  readonly type: string;
  readonly root: Vnode;
  readonly caching: Caching;
  readonly options: TreeOptions<unknown>;
  /** Shared by all fills: one runs at a time. */
  readonly writer: TextWriter = new TextWriter(65536);
  /** Woken when files that are polled may have changed. */
  readonly changed: WaitQueue = new WaitQueue();
  /** The time of mounting: seconds and nanoseconds. */
  readonly mountedAt: number;
  readonly mountedAtNanoseconds: number;

  constructor(options: TreeOptions<unknown>) {
    this.type = options.type;
    this.options = options;
    const { attributeMilliseconds = 1 } = options;
    this.caching = { entryMilliseconds: 0, attributeMilliseconds, data: false, listAttributes: false };
    const now = Date.now();
    this.mountedAt = Math.floor(now / 1000);
    this.mountedAtNanoseconds = (now % 1000) * 1e6;
    const origin: Origin = { subject: options.subject, changes: options.changes, declared: true };
    this.root = new GeneratedDirectory(this, options.root, origin, 1);
  }

  statfs(into: StatFs): 0 {
    into.type = this.options.magic;
    into.blockSize = 4096;
    into.fragmentSize = 4096;
    into.blocks = into.blocksFree = into.blocksAvailable = into.files = into.filesFree = 0;
    into.nameLength = 255;
    return 0;
  }
}
