/**
 * What a file system is made of. The shape follows Linux's: a `Vnode` is an inode with its operations, an `OpenFile`
 * is an open file description, a `FileSystem` is a superblock.
 *
 * Names, link targets and extended attribute names are byte strings: each char is one byte, 0..255 (Linux's names
 * are bytes, not text). `Buffer.from(text, 'utf8').toString('latin1')` makes one.
 *
 * Everything is synchronous and returns its value or an errno. An operation that a vnode lacks has one meaning,
 * stated at the operation, which `operations.ts` implements; so a vnode has only the operations that it means.
 *
 * A file system returns the same `Vnode` object for the same file for as long as somebody holds that object: servers
 * key their tables by identity.
 */

import type { Caller } from './caller.ts';
import type { Errno, WouldBlock } from './errno.ts';
import type { Place } from './place.ts';
import type { FileType, Stat, StatFs } from './stat.ts';
import type { WaitQueue } from './wait-queue.ts';
import type { U64 } from './u64.ts';

/** A mounted tree of files. */
export interface FileSystem {
  /** The type name that mount tables show: `proc`, `tmpfs`. */
  readonly type: string;
  readonly root: Vnode;
  readonly caching: Caching;
  /**
   * Woken when files that are polled may have changed. Whoever serves a file system whose files change by themselves
   * wakes it now and then too. Absent: nothing in it is waited for.
   */
  readonly changed?: WaitQueue | undefined;
  /** Fills in statfs(2)'s answer, which is about `at` where that makes a difference: in a tree of the host's there may be several file systems. */
  statfs(into: StatFs, caller: Caller, at?: Vnode): Errno | 0;
  /** Writes back what is only in memory. Absent: there is nothing to write back. */
  sync?(): Errno | 0;
  /** Gives up descriptors and memory; called once, after the last use. */
  dispose?(): void;
}

/** How long a server may remember what it was told, and how it transfers data. */
export interface Caching {
  /** How long a looked-up name stays valid, in milliseconds. A vnode's own `entryMilliseconds` comes first. */
  readonly entryMilliseconds: number;
  /** How long attributes stay valid, in milliseconds; likewise. */
  readonly attributeMilliseconds: number;
  /** How long it stays valid that a name does not exist, in milliseconds. Absent: it is asked for each time. */
  readonly missingMilliseconds?: number;
  /**
   * Whether file data may stay in a page cache: false for generated files, whose size is not known; `checked` where a
   * change of size or time shows that the data changed; `exclusive` where nothing changes but through the server.
   */
  readonly data: false | 'checked' | 'exclusive';
  /** Whether a listing may bring attributes along (READDIRPLUS): worth it where attributes are cheap. */
  readonly listAttributes: boolean;
}

/** A file of any type. */
export interface Vnode {
  readonly fileSystem: FileSystem;
  /** Never changes while the vnode lives. */
  readonly type: FileType;
  /** How long a name that led here stays valid, in milliseconds, where it differs from the file system's. */
  readonly entryMilliseconds?: number;
  /** How long what `stat` tells stays valid, in milliseconds, where it differs from the file system's. */
  readonly attributeMilliseconds?: number;
  /** Set on a directory in which no name can ever be made: trying to gives ENOENT, as procfs does. */
  readonly closed?: true;
  /** Set where nobody may write, nor change attributes but the size, whatever the mode bits say (FS_IMMUTABLE_FL). */
  readonly immutable?: true;

  /**
   * Whether what the name stood for is gone for good, so that a server may have its clients forget it. It may have to
   * look. Absent: it never is.
   */
  gone?(): boolean;

  /** Fills in every field of `into`. Errors: ENOENT, ESRCH when what the file speaks of is gone. */
  stat(into: Stat, caller: Caller): Errno | 0;

  /**
   * Decides a permission question that the mode bits do not; `mask` is of MAY_READ, MAY_WRITE, MAY_EXEC.
   * Absent: the mode bits decide (`modePermission`). Errors: EACCES, EPERM.
   */
  permission?(mask: number, caller: Caller): Errno | 0;

  /** Finds exactly one component; never `.`, `..` or the empty name. Absent: ENOTDIR. Errors: ENOENT, ESRCH. */
  lookup?(name: string, caller: Caller): Vnode | Errno;

  /**
   * Hands entries to `sink` in a stable order, beginning after the entry whose cookie is `after` (0 begins), until
   * the sink is full or nothing is left. `.` and `..` are not listed; the door adds them. Absent: ENOTDIR.
   *
   * A cookie stays good while entries come and go: it names a place in the order, never an array index.
   */
  list?(after: number, sink: DirectorySink, caller: Caller): Errno | 0;
  /** Its cookies are made of the names alone (name-cookie.ts), and so are the same for the same name elsewhere. */
  readonly listsByName?: true;

  /** A symbolic link's target. Absent: EINVAL. */
  readlink?(caller: Caller): string | Errno;

  /** Set where there is a text to be read though no path walk follows it: the file is of another type than a link. */
  readonly legible?: true;

  /** What a magic link jumps to; only the path walk follows it. Absent: the link is an ordinary one. */
  jump?(caller: Caller): Place | Errno;

  /**
   * Opens the file itself; permissions have been checked. Absent: ENXIO (a device, FIFO or socket that nothing serves).
   * A directory need not have it: it is listed without.
   */
  open?(flags: number, caller: Caller): OpenFile | Errno;

  /** Makes and opens a regular file. Absent: EACCES. `mode` has the type bits and umask applied, here and below. */
  create?(name: string, mode: number, flags: number, caller: Caller): Created | Errno;
  /** Makes and opens a regular file without a name (O_TMPFILE). Absent: EOPNOTSUPP. */
  temporary?(mode: number, flags: number, caller: Caller): Created | Errno;
  /** Makes a file of any type but directory and link. Absent: EPERM, as for all that follow. */
  mknod?(name: string, mode: number, rdev: number, caller: Caller): Vnode | Errno;
  mkdir?(name: string, mode: number, caller: Caller): Vnode | Errno;
  symlink?(name: string, target: string, caller: Caller): Vnode | Errno;
  /** Makes `name` another name of `existing`, which is of the same file system. */
  link?(name: string, existing: Vnode, caller: Caller): Errno | 0;
  unlink?(name: string, caller: Caller): Errno | 0;
  rmdir?(name: string, caller: Caller): Errno | 0;
  /** Moves a name; `newParent` is of the same file system, `flags` are RENAME_*. */
  rename?(name: string, newParent: Vnode, newName: string, flags: number, caller: Caller): Errno | 0;

  /** Changes attributes; whether the caller may has been checked by `changePermission`. Absent: EPERM. */
  setattr?(change: AttributeChange, caller: Caller): Errno | 0;

  /**
   * Counts a reference that outlasts an operation and does not come from an open file: a server's table of nodes, a
   * place that is held. Absent: the file system does not ask; one that frees files with their last use has both.
   */
  hold?(): void;
  drop?(): void;

  /** Extended attributes. Absent: EOPNOTSUPP. */
  readonly xattr?: ExtendedAttributes | undefined;
}

/** What `create` made. */
export interface Created {
  readonly vnode: Vnode;
  readonly file: OpenFile;
}

/** Receives directory entries. */
export interface DirectorySink {
  /**
   * Takes an entry; `cookie` is what resumes after it. Returns false when it had no room: the entry was not taken
   * and the listing stops.
   */
  add(name: string, ino: U64, type: FileType, cookie: number, vnode?: Vnode): boolean;
  /** It does not look at vnodes: they need not be found. */
  readonly namesOnly?: true;
}

/** What setattr changes; an absent field stays. */
export interface AttributeChange {
  /** Permission bits with set-id and sticky, without the type. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Bytes. */
  readonly size?: number;
  readonly atime?: TimeChange;
  readonly mtime?: TimeChange;
  /** The open file that the change came through (ftruncate), if any. */
  readonly through?: OpenFile;
}

/** A time to set: the server's present, or a moment. */
export type TimeChange = 'now' | { readonly seconds: number; readonly nanoseconds: number };

/** Extended attribute operations of one vnode (xattr(7)). */
export interface ExtendedAttributes {
  /** Errors: ENODATA. The returned bytes are borrowed. */
  get(name: string, caller: Caller): Uint8Array | Errno;
  /** `flags` are XATTR_*. Errors: EEXIST, ENODATA, ENOSPC. */
  set(name: string, value: Uint8Array, flags: number, caller: Caller): Errno | 0;
  list(caller: Caller): readonly string[] | Errno;
  /** Errors: ENODATA. */
  remove(name: string, caller: Caller): Errno | 0;
}

/**
 * An open file description. It is counted, so that descriptors can share it (dup, fork): `retain` and `release`
 * are the doors', `close` is called once, at the last release.
 */
export abstract class OpenFile {
  readonly vnode: Vnode;
  /** The O_* flags of open(2). */
  flags: number;
  /** Where it was opened, if by a path: the mount counts it as a user until it is closed. */
  place: Place | undefined = undefined;
  #references = 1;

  constructor(vnode: Vnode, flags: number) {
    this.vnode = vnode;
    this.flags = flags;
  }

  retain(): this {
    this.#references++;
    return this;
  }

  /** One that was released is opened again, by who kept it to spare the memory of another. */
  protected reopened(flags: number): this {
    this.flags = flags;
    this.place = undefined;
    this.#references = 1;
    return this;
  }

  release(): void {
    if (--this.#references > 0) return;
    this.close?.();
    this.place?.mount.leave();
  }

  /**
   * Reads up to `length` bytes at file offset `at` into `into` from index `start`; fills all of it unless the file ends.
   * Absent: EINVAL.
   */
  read?(into: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock;

  /** Writes; returns how many bytes were taken. Absent: EINVAL. */
  write?(from: Uint8Array, start: number, length: number, at: number, caller: Caller): number | Errno | WouldBlock;

  /** Set where offsets mean nothing, as in a pipe: reads and writes wait for each other. Absent: it is a file with places. */
  readonly stream?: true;

  /** Set where data is made as it is read and means something when it is written, so that no cache may keep it. */
  readonly uncached?: true;

  /** The poll(2) events that hold now. Absent: `DEFAULT_POLL_MASK`. */
  poll?(caller: Caller): number;

  /** Where to wait after `WOULD_BLOCK` or an unsatisfied poll. Absent: the file never blocks. */
  readonly waiters?: WaitQueue;

  /** Absent: ENOTTY. `input` is borrowed; the answer's bytes go to the caller's memory. */
  ioctl?(command: number, argument: U64, input: Uint8Array, caller: Caller): IoctlAnswer | Errno;

  /** SEEK_DATA and SEEK_HOLE. Absent: the file is all data. */
  seek?(offset: number, whence: number): number | Errno;

  /** lseek(2) of a file that has its own idea of it, devices: the new position. Absent: as for a regular file. */
  reposition?(offset: number, whence: number, position: number): number | Errno;

  /** fallocate(2). Absent: EOPNOTSUPP. */
  allocate?(mode: number, offset: number, length: number, caller: Caller): Errno | 0;

  /** Absent: there is nothing to write back. */
  fsync?(dataOnly: boolean): Errno | 0;

  /** Called at each close(2) of a descriptor. */
  flush?(caller: Caller): Errno | 0;

  protected close?(): void;
}

/** An ioctl's return value and output bytes. */
export interface IoctlAnswer {
  readonly result: number;
  readonly output?: Uint8Array;
  /** A file that the caller gets a descriptor of, whose number is then the result; a door that cannot do that gives ENOTTY. */
  readonly opened?: OpenFile;
}
