/** A tree that is served, and what its nodes have in common. */

import type { Caller } from '../../fs/caller.ts';
import { type Stat, S_IFDIR, S_IFLNK } from '../../fs/stat.ts';
import { type U64, u64High, u64Low } from '../../fs/u64.ts';
import type { FileSystem, Vnode } from '../../fs/vnode.ts';
import { FileLocks } from '../node-9p/file-locks.ts';
import { QTDIR, QTFILE, QTSYMLINK } from '../node-9p/protocol.ts';
import { Qid } from '../node-9p/qid.ts';

/** A tree under the name that clients ask for it by. */
export interface Export {
  readonly name: string;
  readonly fileSystem: FileSystem;
  /** Refuses every change, whatever the file system would do. */
  readonly readOnly: boolean;
}

/** The bit of a path's high half from which on a tree's number is mixed in. */
const TREE_SHIFT = 24;

export class ServedTree {
  readonly name: string;
  readonly fileSystem: FileSystem;
  readonly readOnly: boolean;
  /** Counts from 0 up in a server. */
  readonly number: number;
  /** Requests that wait for their files, in all trees of the server. */
  readonly parking: Parking;
  /** Record locks, for the files that have any. */
  readonly #locks = new WeakMap<Vnode, FileLocks>();

  constructor({ name, fileSystem, readOnly }: Export, number: number, parking: Parking) {
    this.name = name;
    this.fileSystem = fileSystem;
    this.readOnly = readOnly;
    this.number = number;
    this.parking = parking;
  }

  locks(vnode: Vnode): FileLocks {
    let locks = this.#locks.get(vnode);
    if (!locks) this.#locks.set(vnode, (locks = new FileLocks()));
    return locks;
  }

  /**
   * The qid of a file. Its path is the inode number, with the tree's number mixed in, so that files of different trees
   * below one root differ. Version 0 tells clients not to keep what a generated file says.
   */
  qid(type: number, ino: U64, version: number): Qid {
    const kind = type === S_IFDIR ? QTDIR : type === S_IFLNK ? QTSYMLINK : QTFILE;
    return new Qid(kind, version, (u64High(ino) ^ (this.number << TREE_SHIFT)) >>> 0, u64Low(ino));
  }

  /** What a file's qid says of its content: another number after each change, and 0 where nobody may go by that. */
  version({ ctime, ctimeNanoseconds, mtime, mtimeNanoseconds, size }: Stat): number {
    if (!this.fileSystem.caching.data) return 0;
    // The number of changes in a second is far below the primes' products, so that changes hardly ever look alike.
    const mixed =
      Math.imul(ctime, 0x9e37_79b1) ^ Math.imul(ctimeNanoseconds, 0x85eb_ca77) ^
      Math.imul(mtime, 0xc2b2_ae3d) ^ Math.imul(mtimeNanoseconds, 0x27d4_eb2f) ^ Math.imul(size, 0x1656_67b1);
    return mixed >>> 0 || 1;
  }
}

/** How many requests wait for their files. */
export interface Parking {
  count: number;
}

/** What the nodes below one attach share. */
export interface Attachment {
  readonly tree: ServedTree;
  readonly caller: Caller;
}
