/** File types and modes (stat(2), inode(7)) and the record that `Vnode.stat` fills. */

import type { U64 } from './u64.ts';

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;

export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;
export const S_IXGRP = 0o010;

/** A file type as `S_IF..` bits. */
export type FileType =
  | typeof S_IFSOCK
  | typeof S_IFLNK
  | typeof S_IFREG
  | typeof S_IFBLK
  | typeof S_IFDIR
  | typeof S_IFCHR
  | typeof S_IFIFO;

/** The type bits of a mode. */
export function fileType(mode: number): FileType {
  return (mode & S_IFMT) as FileType;
}

/** The d_type byte of a directory entry: the type bits shifted down (DT_DIR is 4, DT_REG 8, DT_LNK 10). */
export function direntType(type: FileType): number {
  return type >> 12;
}

/** A device number in Linux's internal layout for stat(2): 12 bits of major and 20 of minor, as new_encode_dev packs them. */
export function makeDevice(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** The major number of a packed device number. */
export function deviceMajor(device: number): number {
  return (device >>> 8) & 0xfff;
}

/** The minor number of a packed device number. */
export function deviceMinor(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00);
}

/**
 * What stat(2) tells of a file. One instance is reused by each caller of `Vnode.stat`, which sets every field.
 * Times are seconds since the epoch and nanoseconds within the second.
 */
export class Stat {
  ino: U64 = 0;
  mode = 0;
  nlink = 1;
  uid = 0;
  gid = 0;
  /** Packed by `makeDevice`; 0 unless a device. */
  rdev = 0;
  /** Bytes. */
  size = 0;
  /** Preferred transfer size in bytes. */
  blksize = 4096;
  /** 512-byte units. */
  blocks = 0;
  atime = 0;
  atimeNanoseconds = 0;
  mtime = 0;
  mtimeNanoseconds = 0;
  ctime = 0;
  ctimeNanoseconds = 0;

  /** Sets the three times to one moment. */
  setTimes(seconds: number, nanoseconds: number): void {
    this.atime = seconds;
    this.mtime = seconds;
    this.ctime = seconds;
    this.atimeNanoseconds = nanoseconds;
    this.mtimeNanoseconds = nanoseconds;
    this.ctimeNanoseconds = nanoseconds;
  }
}

/** What statfs(2) tells of a file system; `type` is its magic number (linux/magic.h). */
export class StatFs {
  type = 0;
  blockSize = 4096;
  fragmentSize = 4096;
  blocks = 0;
  blocksFree = 0;
  blocksAvailable = 0;
  files = 0;
  filesFree = 0;
  nameLength = 255;
  /** ST_* bits of the mount, which a path walk knows and a file system does not. */
  flags = 0;
}
