/** What all inodes of a tmpfs share: attributes, times, link count, and when their memory is given back. */

import { CAP_FSETID, type Caller } from '../caller.ts';
import { clock } from '../clock.ts';
import type { Errno } from '../errno.ts';
import { withoutSetId } from '../permission.ts';
import { S_IFMT, type FileType, type Stat, fileType } from '../stat.ts';
import type { AttributeChange, TimeChange, Vnode } from '../vnode.ts';
import { AttributeMap } from './attributes.ts';
import type { MemoryNode } from './storage.ts';
import type { Tmpfs } from './tmpfs.ts';

/** The room for inodes is counted in bytes, so that extended attributes share it. */
export const INODE_ROOM = 1024;

const DAY_SECONDS = 86_400;

export abstract class TmpfsNode implements Vnode {
  readonly fileSystem: Tmpfs;
  readonly type: FileType;
  readonly ino: number;
  /** The memfs inode that names refer to; for a regular file it has the first bytes too. */
  abstract readonly memory: MemoryNode;
  mode: number;
  uid: number;
  gid: number;
  nlink = 1;
  atime = 0;
  atimeNanoseconds = 0;
  mtime = 0;
  mtimeNanoseconds = 0;
  ctime = 0;
  ctimeNanoseconds = 0;
  #xattr: AttributeMap | undefined;
  /** Servers and open files that refer to it. */
  #holders = 0;
  #freed = false;

  constructor(fileSystem: Tmpfs, mode: number, uid: number, gid: number) {
    this.fileSystem = fileSystem;
    this.type = fileType(mode);
    this.ino = fileSystem.newInodeNumber();
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.changed();
    this.atime = this.mtime = this.ctime;
    this.atimeNanoseconds = this.mtimeNanoseconds = this.ctimeNanoseconds;
  }

  get xattr(): AttributeMap {
    this.#xattr ??= new AttributeMap(this.fileSystem.inodeRoom, () => this.changed());
    return this.#xattr;
  }

  stat(into: Stat): 0 {
    into.ino = this.ino;
    into.mode = this.mode;
    into.nlink = this.nlink;
    into.uid = this.uid;
    into.gid = this.gid;
    into.rdev = 0;
    into.size = 0;
    into.blksize = 4096;
    into.blocks = 0;
    into.atime = this.atime;
    into.atimeNanoseconds = this.atimeNanoseconds;
    into.mtime = this.mtime;
    into.mtimeNanoseconds = this.mtimeNanoseconds;
    into.ctime = this.ctime;
    into.ctimeNanoseconds = this.ctimeNanoseconds;
    return 0;
  }

  setattr(change: AttributeChange, _caller: Caller): Errno | 0 {
    if (change.mode !== undefined) this.mode = (this.mode & S_IFMT) | change.mode;
    if (change.uid !== undefined) this.uid = change.uid;
    if (change.gid !== undefined) this.gid = change.gid;
    this.changed();
    if (change.atime) [this.atime, this.atimeNanoseconds] = this.#moment(change.atime);
    if (change.mtime) [this.mtime, this.mtimeNanoseconds] = this.#moment(change.mtime);
    return 0;
  }

  #moment(time: TimeChange): [number, number] {
    return time === 'now' ? [this.ctime, this.ctimeNanoseconds] : [time.seconds, time.nanoseconds];
  }

  /** The inode has changed: its change time is now. */
  changed(): void {
    clock.read();
    this.ctime = clock.seconds;
    this.ctimeNanoseconds = clock.nanoseconds;
  }

  /** The content has changed: modification and change time are now. */
  modified(): void {
    this.changed();
    this.mtime = this.ctime;
    this.mtimeNanoseconds = this.ctimeNanoseconds;
  }

  /**
   * The content was read: moves the access time by the rule of `relatime`, which is only when it is not after the
   * other times or is older than a day.
   */
  accessed(): void {
    clock.read();
    const stale =
      !isAfter(this.atime, this.atimeNanoseconds, this.mtime, this.mtimeNanoseconds) ||
      !isAfter(this.atime, this.atimeNanoseconds, this.ctime, this.ctimeNanoseconds) ||
      clock.seconds - this.atime >= DAY_SECONDS;
    if (!stale) return;
    this.atime = clock.seconds;
    this.atimeNanoseconds = clock.nanoseconds;
  }

  /** Takes away what a change of the content takes away: set-id bits and file capabilities. */
  dropPrivileges(caller: Caller): void {
    this.#xattr?.dropCapabilities();
    const plain = withoutSetId(this.mode, this.gid, caller);
    if (plain !== this.mode && !caller.capable(CAP_FSETID)) this.mode = plain;
  }

  /** Takes one of the file's names away. */
  unlinked(): void {
    this.nlink--;
    this.changed();
    this.#freeUnused();
  }

  hold(): void {
    this.#holders++;
  }

  drop(): void {
    this.#holders--;
    this.#freeUnused();
  }

  /** Gives the memory back once the file has neither a name nor a user. */
  #freeUnused(): void {
    if (this.nlink > 0 || this.#holders > 0 || this.#freed) return;
    this.#freed = true;
    this.#xattr?.free();
    this.fileSystem.inodeRoom.give(INODE_ROOM);
    this.free();
  }

  /** Gives back what the kind of file has. */
  protected abstract free(): void;
}

function isAfter(seconds: number, nanoseconds: number, thanSeconds: number, thanNanoseconds: number): boolean {
  return seconds > thanSeconds || (seconds === thanSeconds && nanoseconds > thanNanoseconds);
}
