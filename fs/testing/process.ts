/**
 * The system calls of one process, as the conformance suite makes them: implemented by our own path walk
 * (vfs-process.ts) and by a real process on a real kernel (kernel-process.ts), so that each expectation can be checked
 * against Linux itself. Everything returns its value or a negative errno. Paths, names and contents are byte strings.
 */

import type { Errno } from '../errno.ts';

/** What stat(2) tells; times are nanoseconds since the epoch. */
export interface ProcessStat {
  readonly device: number;
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdevMajor: number;
  readonly rdevMinor: number;
  readonly size: number;
  readonly blocks: number;
  readonly atime: bigint;
  readonly mtime: bigint;
  readonly ctime: bigint;
}

export interface ProcessStatFs {
  readonly type: number;
  readonly blockSize: number;
  readonly blocks: number;
  readonly blocksFree: number;
  readonly blocksAvailable: number;
  readonly files: number;
  readonly filesFree: number;
  readonly nameLength: number;
}

/** An entry that getdents(2) gave; `cookie` resumes behind it. */
export interface ProcessEntry {
  readonly name: string;
  readonly ino: number;
  /** DT_* */
  readonly type: number;
  readonly cookie: number;
}

export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups?: readonly number[];
}

/** A time for utimensat(2): nanoseconds since the epoch, the present, or as it is. */
export type SetTime = bigint | 'now' | 'omit';

/** The current directory in place of a directory descriptor. */
export const AT_FDCWD = -100;

/** What ioctl(2) gave; `output` is the memory behind it, empty where it failed or was given a number. */
export interface IoctlResult {
  readonly result: number;
  readonly output: Uint8Array;
}

export interface Process {
  /** Changes real and effective ids; a user without a name has no capability. */
  become(identity: Identity): void;
  umask(mask: number): void;
  /** Errors: as chdir(2). */
  chdir(path: string): Errno | 0;

  open(path: string, flags: number, mode?: number, directory?: number): number;
  openat2(path: string, flags: number, mode: number, resolve: number, directory?: number): number;
  close(fd: number): number;
  /** pread(2). */
  read(fd: number, length: number, at: number): string | Errno;
  /** pwrite(2). */
  write(fd: number, text: string, at: number): number;
  /** write(2) at the file's position. */
  append(fd: number, text: string): number;
  /** read(2) at the file's position, and without waiting. */
  readNext(fd: number, length: number): string | Errno;
  /** The poll(2) events that hold now. */
  poll(fd: number): number;
  /** `argument` is a number, or memory for the call to read and to write. */
  ioctl(fd: number, command: number, argument: number | Uint8Array): IoctlResult;
  seek(fd: number, offset: number, whence: number): number;
  allocate(fd: number, mode: number, offset: number, length: number): number;
  copyRange(from: number, fromAt: number, to: number, toAt: number, length: number): number;
  fsync(fd: number): number;
  /** The next entries of an open directory, at least one unless it is at its end. */
  entries(fd: number): readonly ProcessEntry[] | Errno;

  stat(path: string): ProcessStat | Errno;
  lstat(path: string): ProcessStat | Errno;
  fstat(fd: number): ProcessStat | Errno;
  statfs(path: string): ProcessStatFs | Errno;
  access(path: string, mask: number): number;
  readlink(path: string): string | Errno;

  mkdir(path: string, mode: number): number;
  mknod(path: string, mode: number, major?: number, minor?: number): number;
  symlink(target: string, path: string): number;
  link(path: string, newPath: string, flags?: number, directory?: number): number;
  unlink(path: string): number;
  rmdir(path: string): number;
  rename(path: string, newPath: string, flags?: number): number;

  chmod(path: string, mode: number): number;
  fchmod(fd: number, mode: number): number;
  chown(path: string, uid: number, gid: number): number;
  lchown(path: string, uid: number, gid: number): number;
  fchown(fd: number, uid: number, gid: number): number;
  utimens(path: string, atime: SetTime, mtime: SetTime): number;
  lutimens(path: string, atime: SetTime, mtime: SetTime): number;
  futimens(fd: number, atime: SetTime, mtime: SetTime): number;
  truncate(path: string, size: number): number;
  ftruncate(fd: number, size: number): number;

  getxattr(path: string, name: string): string | Errno;
  lgetxattr(path: string, name: string): string | Errno;
  listxattr(path: string): readonly string[] | Errno;
  setxattr(path: string, name: string, value: string, flags?: number): number;
  lsetxattr(path: string, name: string, value: string, flags?: number): number;
  removexattr(path: string, name: string): number;

  getcwd(): string | Errno;
  /** Ends the process; nothing may be called after that. */
  end(): void;
}
