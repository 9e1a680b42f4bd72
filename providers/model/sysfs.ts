/** The tree of kernel objects, /sys: its names, links and values. What the values mean is in sysfs/schema.ts. */

import type { Errno } from '../../fs/errno.ts';
import type { S_IFDIR, S_IFLNK, S_IFREG } from '../../fs/stat.ts';
import type { BitMask } from './bit-mask.ts';
import type { SysfsRow } from './sysfs/row.ts';

/**
 * The objects as they are at one moment. Paths are relative to /sys and have no slash at either end:
 * `devices/system/cpu/online`, and '' for the root. Every caller sees the same: a /sys belongs to the network namespace
 * of whoever mounted it.
 */
export interface SysfsView {
  /** What a directory holds, in any order; attributes that no table describes are left out. Errors: ENOENT, ENOTDIR. */
  list(directory: string): readonly SysfsName[] | Errno;
  /** What a path leads to, which may be a link itself; undefined when there is nothing. */
  entry(path: string): SysfsEntry | undefined;
  /** The path below /sys of what a link leads to. Errors: ENOENT. */
  link(path: string): string | Errno;
  /**
   * An attribute's value, of the type that its row says; not asked of binary attributes. Errors: ENOENT and whatever
   * else the attribute itself gives: EINVAL and EIO are what many have no value with.
   */
  read(path: string): SysfsReading | Errno;
  /** Reads a part of a binary attribute. Returns the bytes read. */
  readAt(path: string, into: Uint8Array, start: number, length: number, at: number): number | Errno;
  /**
   * Has an attribute take what was written to it, as it came: each one reads its own language. Who may has been checked.
   * Returns how much was taken. Errors: EINVAL, EIO for an attribute that nothing can be written to, and its own.
   */
  write(path: string, bytes: Uint8Array, at: number): number | Errno;
}

/** A name in a directory. */
export interface SysfsName {
  readonly name: string;
  readonly type: SysfsEntry['type'];
}

/** A directory, attribute or link. */
export interface SysfsEntry {
  readonly type: typeof S_IFDIR | typeof S_IFREG | typeof S_IFLNK;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a directory: two more than it has directories. */
  readonly links: number;
  /** Bytes: a page for an attribute, its own for a binary one, where it has one that is known. */
  readonly size: number;
  /** What an attribute is. */
  readonly row?: SysfsRow;
}

/** What reading an attribute gave. It is an object for values may be negative numbers, as errnos are. */
export interface SysfsReading {
  readonly value: SysfsValue;
}

/** A number; signed, and a bigint beyond the safe integers. */
export type SysfsNumber = number | bigint;

/**
 * A value by the kind of its row: `decimal` and `hex` a number; `flag` a boolean; `line` a byte string; `words` an array;
 * `bits` one 0 or 1 for each bit; `bytes` bytes; `pairs` and `rows` arrays of arrays, `fields` an array; `parameter` a
 * boolean, number, byte string or array of numbers; the rest the types below. Null is an attribute without text.
 */
export type SysfsValue =
  | null
  | boolean
  | SysfsNumber
  | string
  | readonly SysfsCell[]
  | readonly (readonly SysfsCell[])[]
  | SysfsChoice
  | readonly SysfsRange[]
  | BitMask
  | Uint8Array
  | SysfsCounts
  | readonly SysfsKeyed[]
  | SysfsNodeMemory;

/** What a template has in one place. */
export type SysfsCell = SysfsNumber | string;

/** Kind `choice`: words of which one is chosen, or none. */
export interface SysfsChoice {
  readonly options: readonly string[];
  /** Its index, or -1. */
  readonly selected: number;
}

/** Kind `ranges`: numbers `first` to `last`. Ascending and apart. */
export interface SysfsRange {
  readonly first: number;
  readonly last: number;
}

/** Kind `counts`: a count, and its parts on nodes or CPUs (mm/slub.c). */
export interface SysfsCounts {
  readonly total: SysfsNumber;
  /** The slabs that the objects are in, where the attribute tells them. */
  readonly slabs?: number;
  readonly parts: readonly {
    /** `N` for a node, `C` for a CPU, `T` for what is freed there. */
    readonly sort: string;
    readonly id: number;
    readonly count: SysfsNumber;
    readonly slabs?: number;
  }[];
}

/** Kind `keyed`: a name and what is told of it. */
export interface SysfsKeyed {
  readonly name: string;
  readonly values: readonly (readonly [key: string, value: string])[];
}

/** Kind `memory`: what a node has of each sort of memory (drivers/base/node.c). */
export interface SysfsNodeMemory {
  readonly node: number;
  readonly rows: readonly {
    readonly name: string;
    readonly value: SysfsNumber;
    /** False for a count of pages. */
    readonly kilobytes: boolean;
  }[];
}
