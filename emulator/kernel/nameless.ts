/** Files without a name in any tree: pipes, sockets, event descriptors, memory (pipefs, sockfs, anon_inodefs of Linux). */

import type { Caller } from '../../fs/caller.ts';
import { clock } from '../../fs/clock.ts';
import type { Errno } from '../../fs/errno.ts';
import { type FileType, type Stat, type StatFs, makeDevice } from '../../fs/stat.ts';
import type { Caching, FileSystem, Vnode } from '../../fs/vnode.ts';

const CACHING: Caching = { entryMilliseconds: 0, attributeMilliseconds: 0, data: false, listAttributes: false };

/** A file system whose files have no names. */
export class NamelessFileSystem implements FileSystem {
  readonly type: string;
  readonly caching: Caching = CACHING;
  readonly device: number;
  readonly #magic: number;
  #lastIno = 0;

  constructor(type: string, device: number, magic: number) {
    this.type = type;
    this.device = device;
    this.#magic = magic;
  }

  get root(): Vnode {
    throw new Error(`${this.type} has no root`);
  }

  statfs(into: StatFs): 0 {
    into.type = this.#magic;
    into.blockSize = 4096;
    into.fragmentSize = 4096;
    into.blocks = 0;
    into.blocksFree = 0;
    into.blocksAvailable = 0;
    into.files = 0;
    into.filesFree = 0;
    into.nameLength = 255;
    return 0;
  }

  nextIno(): number {
    return ++this.#lastIno;
  }
}

/** A file without a name. */
export class NamelessVnode implements Vnode {
  readonly fileSystem: NamelessFileSystem;
  readonly type: FileType;
  readonly ino: number;
  /** What readlink(2) of /proc/PID/fd/N tells. */
  readonly label: string;
  #mode: number;
  #uid: number;
  #gid: number;
  readonly #seconds: number;
  readonly #nanoseconds: number;

  constructor(fileSystem: NamelessFileSystem, type: FileType, mode: number, label: (ino: number) => string, owner: Caller) {
    this.fileSystem = fileSystem;
    this.type = type;
    this.ino = fileSystem.nextIno();
    this.label = label(this.ino);
    this.#mode = mode;
    this.#uid = owner.uid;
    this.#gid = owner.gid;
    const { seconds, nanoseconds } = clock.read();
    this.#seconds = seconds;
    this.#nanoseconds = nanoseconds;
  }

  stat(into: Stat): Errno | 0 {
    into.ino = this.ino;
    into.mode = this.type | this.#mode;
    into.nlink = 1;
    into.uid = this.#uid;
    into.gid = this.#gid;
    into.rdev = 0;
    into.size = 0;
    into.blksize = 4096;
    into.blocks = 0;
    into.setTimes(this.#seconds, this.#nanoseconds);
    return 0;
  }

  setattr(change: { readonly mode?: number; readonly uid?: number; readonly gid?: number }): Errno | 0 {
    this.#mode = change.mode ?? this.#mode;
    this.#uid = change.uid ?? this.#uid;
    this.#gid = change.gid ?? this.#gid;
    return 0;
  }
}

const PIPEFS_MAGIC = 0x50495045;
const SOCKFS_MAGIC = 0x534f434b;
const ANON_INODE_MAGIC = 0x09041934;

/** A machine's nameless file systems. Their device numbers come after those that mounts get. */
export class NamelessFiles {
  readonly pipes: NamelessFileSystem = new NamelessFileSystem('pipefs', makeDevice(0, 0xff001), PIPEFS_MAGIC);
  readonly sockets: NamelessFileSystem = new NamelessFileSystem('sockfs', makeDevice(0, 0xff002), SOCKFS_MAGIC);
  readonly anonymous: NamelessFileSystem = new NamelessFileSystem('anon_inodefs', makeDevice(0, 0xff003), ANON_INODE_MAGIC);
}
