/**
 * fdescfs: the descriptors of whoever asks, by number, as FreeBSD has them in /dev/fd (fdescfs(5), sys/fs/fdescfs).
 *
 * What a name is depends on the form:
 *
 *     form       lstat        readlink  open in our own VFS               open through a client's kernel
 *     default    char device  EINVAL    the descriptor itself, again      its file, through the client's /proc
 *     linrdlnk   link         its text  the descriptor itself, again      its file, through the client's /proc
 *     rdlnk      link         its text  the path that the text is         likewise
 *     nodup      the file     EINVAL    its file anew; if it has none,    its file, through the client's /proc
 *                                       the descriptor itself, again
 *
 * A client's kernel lets nobody hand it descriptors, so that there every form is a link with a text, which leads who follows
 * it, and does not read it, to the same descriptor in /proc/self.
 *
 * Differs: the text is Linux's, `pipe:[INODE]` and the like, where FreeBSD has `anon_inode:[unknown]` for all that has no path.
 */

import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { EACCES, EBADF, EINVAL, ENOENT, EROFS, type Errno, isErrno } from '../../fs/errno.ts';
import { O_ACCMODE, canRead, canWrite } from '../../fs/flags.ts';
import { setattr } from '../../fs/operations.ts';
import type { Place } from '../../fs/place.ts';
import { type FileType, S_IFCHR, S_IFDIR, S_IFLNK, type Stat, type StatFs, makeDevice } from '../../fs/stat.ts';
import type { AttributeChange, Caching, DirectorySink, FileSystem, OpenFile, Vnode } from '../../fs/vnode.ts';
import type { KernelSource } from '../kernel-view.ts';

export const FDESCFS_FORMS = ['default', 'linrdlnk', 'rdlnk', 'nodup'] as const;
export type FdescfsForm = (typeof FDESCFS_FORMS)[number];

export interface FdescfsOptions {
  /** Who the callers are and what they have open. */
  readonly source: KernelSource;
  readonly form: FdescfsForm;
  /** The caller's open file of a number, for those whose processes are our own. Absent: a client's kernel has them. */
  readonly fileOf?: (caller: Caller, number: number) => OpenFile | undefined;
  /** Where a client's own kernel may have its procfs, if another machine's may be at /proc: the first that the caller reaches counts. */
  readonly procfs?: readonly string[];
}

const ROOT_INODE = 1;
/** The inode number of descriptor 0. */
const FIRST_INODE = 3;
const MODE = 0o555;
const NUMBER = /^(0|[1-9]\d{0,9})$/;
/** How many names' vnodes are remembered; of numbers beyond, they are made for each look-up. */
const REMEMBERED = 4096;

/** The file system. */
export class Fdescfs implements FileSystem {
  readonly type = 'fdescfs';
  readonly root: FdescfsRoot;
  readonly caching: Caching = { entryMilliseconds: 0, attributeMilliseconds: 0, data: false, listAttributes: false };
  readonly options: FdescfsOptions;
  #bootTime: number | undefined;

  constructor(options: FdescfsOptions) {
    this.options = options;
    this.root = new FdescfsRoot(this);
  }

  /** Where a caller's kernel finds the caller's descriptors. */
  procfsOf(caller: Caller): string {
    const { procfs = [], source } = this.options;
    if (procfs.length === 0) return '/proc';
    const view = source.view(caller);
    return procfs.find((path) => view.isReachedBy?.(caller, path)) ?? '/proc';
  }

  /** Seconds since the epoch. */
  get bootTime(): number {
    return (this.#bootTime ??= Number(this.options.source.view(SUPERUSER).statistics().bootTime));
  }

  /** What the caller has open, ascending from a number on. */
  descriptors(caller: Caller, from = 0): readonly number[] | Errno {
    const id = caller.threadId;
    const task = id === undefined ? undefined : this.options.source.view(caller).task(id);
    return task ? task.files.descriptors(from) : [];
  }

  isOpen(caller: Caller, number: number): boolean {
    const found = this.descriptors(caller, number);
    return !isErrno(found) && found[0] === number;
  }

  /** The name that the kernel gives to what a descriptor is. Errors: EBADF. */
  text(caller: Caller, number: number): string | Errno {
    const id = caller.threadId;
    const task = id === undefined ? undefined : this.options.source.view(caller).task(id);
    const text = task ? task.files.descriptorLink(number) : EBADF;
    return text === ENOENT ? EBADF : text;
  }

  fileOf(caller: Caller, number: number): OpenFile | undefined {
    return this.options.fileOf?.(caller, number);
  }

  statfs(into: StatFs): 0 {
    // Linux has no such file system, and so no number for it.
    into.type = 0;
    into.blockSize = into.fragmentSize = 4096;
    into.nameLength = 255;
    return 0;
  }
}

/** Sets what all nodes have in common. */
function fill(into: Stat, fdescfs: Fdescfs, ino: number, type: FileType): void {
  into.ino = ino;
  into.mode = type | MODE;
  into.uid = 0;
  into.gid = 0;
  into.size = 0;
  into.blocks = 0;
  into.blksize = 4096;
  into.setTimes(fdescfs.bootTime, 0);
}

/** The directory of the caller's descriptors. */
export class FdescfsRoot implements Vnode {
  readonly fileSystem: Fdescfs;
  readonly type: typeof S_IFDIR = S_IFDIR;
  /** No name can be made. */
  readonly closed: true = true;
  readonly #nodes = new Map<number, Descriptor>();

  constructor(fdescfs: Fdescfs) {
    this.fileSystem = fdescfs;
  }

  stat(into: Stat): 0 {
    fill(into, this.fileSystem, ROOT_INODE, S_IFDIR);
    into.nlink = 2;
    into.rdev = 0;
    return 0;
  }

  /** Errors: ENOENT for what is no number, EBADF for one that is not open. */
  lookup(name: string, caller: Caller): Vnode | Errno {
    if (!NUMBER.test(name)) return ENOENT;
    const number = Number(name);
    const { fileSystem } = this;
    const file = fileSystem.fileOf(caller, number);
    if (!file && !fileSystem.isOpen(caller, number)) return EBADF;
    // A file that has a place is found as itself; a directory has one name only, to which its number leads.
    if (fileSystem.options.form === 'nodup' && file?.place) {
      return file.vnode.type === S_IFDIR ? new DirectoryLink(fileSystem, number, file.place) : file.vnode;
    }
    let node = this.#nodes.get(number);
    if (!node) {
      node = new Descriptor(fileSystem, number);
      if (this.#nodes.size < REMEMBERED) this.#nodes.set(number, node);
    }
    return node;
  }

  /** The caller's own descriptors; a cookie is the number and one. */
  list(after: number, sink: DirectorySink, caller: Caller): Errno | 0 {
    const numbers = this.fileSystem.descriptors(caller, after);
    if (isErrno(numbers)) return 0;
    const type = shownType(this.fileSystem);
    for (const number of numbers) if (!sink.add(String(number), FIRST_INODE + number, type, number + 1)) break;
    return 0;
  }

  unlink(): Errno {
    return EROFS;
  }

  rmdir(): Errno {
    return EROFS;
  }

  rename(): Errno {
    return EROFS;
  }

  setattr(): Errno {
    return EACCES;
  }
}

/** What lstat(2) says that a descriptor is. */
function shownType({ options: { form, fileOf } }: Fdescfs): typeof S_IFLNK | typeof S_IFCHR {
  return !fileOf || form === 'linrdlnk' || form === 'rdlnk' ? S_IFLNK : S_IFCHR;
}

/** A directory that is open, which a path walk goes on from where it is. */
class DirectoryLink implements Vnode {
  readonly fileSystem: Fdescfs;
  readonly type = S_IFLNK;
  readonly #number: number;
  readonly #place: Place;

  constructor(fdescfs: Fdescfs, number: number, place: Place) {
    this.fileSystem = fdescfs;
    this.#number = number;
    this.#place = place;
  }

  stat(into: Stat): 0 {
    fill(into, this.fileSystem, FIRST_INODE + this.#number, S_IFLNK);
    into.nlink = 1;
    into.rdev = 0;
    return 0;
  }

  jump(): Place {
    return this.#place;
  }
}

class Descriptor implements Vnode {
  readonly fileSystem: Fdescfs;
  /** A path walk goes on from a link only; `linrdlnk` has links in which it ends. */
  readonly type: typeof S_IFLNK | typeof S_IFCHR;
  declare readonly legible?: true;
  readonly #number: number;

  constructor(fdescfs: Fdescfs, number: number) {
    this.fileSystem = fdescfs;
    this.#number = number;
    const { form, fileOf } = fdescfs.options;
    if (form === 'linrdlnk') this.legible = true;
    this.type = !fileOf || form === 'rdlnk' ? S_IFLNK : S_IFCHR;
  }

  stat(into: Stat): 0 {
    const ino = FIRST_INODE + this.#number;
    const type = shownType(this.fileSystem);
    fill(into, this.fileSystem, ino, type);
    into.nlink = 1;
    into.rdev = type === S_IFCHR ? makeDevice(0, ino) : 0;
    return 0;
  }

  readlink(caller: Caller): string | Errno {
    const { form, fileOf } = this.fileSystem.options;
    if (!fileOf && form !== 'rdlnk' && caller.follows?.()) return `${this.fileSystem.procfsOf(caller)}/self/fd/${this.#number}`;
    return !fileOf || form === 'linrdlnk' || form === 'rdlnk' ? this.fileSystem.text(caller, this.#number) : EINVAL;
  }

  /** The very file that is open already, offset and all. Errors: EBADF, EACCES for more rights than it was opened with. */
  open(flags: number, caller: Caller): OpenFile | Errno {
    const file = this.fileSystem.fileOf(caller, this.#number);
    if (!file) return EBADF;
    const asked = flags & O_ACCMODE;
    if ((canRead(asked) && !canRead(file.flags)) || (canWrite(asked) && !canWrite(file.flags))) return EACCES;
    return file.retain();
  }

  /** Changes the file that is open, if it is one. */
  setattr(change: AttributeChange, caller: Caller): Errno | 0 {
    const file = this.fileSystem.fileOf(caller, this.#number);
    return file?.place ? setattr(file.vnode, change, caller) : 0;
  }
}
