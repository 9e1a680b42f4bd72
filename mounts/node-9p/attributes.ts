/** Attributes of files and file systems, as the server asks for them and the client tells them. */

import { GETATTR_BASIC } from './protocol.ts';
import type { Qid } from './qid.ts';
import type { U64 } from './u64.ts';

/** What stat(2) tells of a file. Times are seconds since the epoch and nanoseconds within the second. */
export class Attributes {
  /** Which fields are known (GETATTR_*). */
  valid: number = GETATTR_BASIC;
  /** Type and permission bits. */
  mode = 0;
  uid = 0;
  gid = 0;
  nlink: U64 = 1;
  /** A device's number in Linux's layout: minor bits 0-7, major bits 8-19, minor bits 20-31. */
  rdev = 0;
  /** Bytes. */
  size: U64 = 0;
  blksize = 4096;
  /** 512-byte units. */
  blocks: U64 = 0;
  atime = 0;
  atimeNanoseconds = 0;
  mtime = 0;
  mtimeNanoseconds = 0;
  ctime = 0;
  ctimeNanoseconds = 0;
  /** The time of birth. */
  btime = 0;
  btimeNanoseconds = 0;
  generation: U64 = 0;
  dataVersion: U64 = 0;
}

/** A device number of its two parts. */
export function makeDevice(major: number, minor: number): number {
  return ((minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

export function deviceMajor(device: number): number {
  return (device >>> 8) & 0xfff;
}

export function deviceMinor(device: number): number {
  return (device & 0xff) | ((device >>> 12) & 0xfff00);
}

/** A time to set: the server's present, or a moment. */
export type TimeChange = 'now' | { readonly seconds: number; readonly nanoseconds: number };

/** What is to change of a file; an absent field stays. */
export interface AttributeChange {
  /** Permission bits with set-id and sticky, without the type. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly atime?: TimeChange;
  readonly mtime?: TimeChange;
}

/** What statfs(2) tells of a file system. */
export class FileSystemAttributes {
  /** The magic number of its type (linux/magic.h). */
  type = 0;
  blockSize = 4096;
  blocks: U64 = 0;
  blocksFree: U64 = 0;
  blocksAvailable: U64 = 0;
  files: U64 = 0;
  filesFree: U64 = 0;
  id: U64 = 0;
  nameLength = 255;
}

/** A directory's entry. */
export interface DirectoryEntry {
  readonly name: string;
  readonly qid: Qid;
  /** Linux's d_type: the type bits of the mode shifted down by 12; 0 if not known. */
  readonly type: number;
}
