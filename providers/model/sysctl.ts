/** The tree of kernel parameters, /proc/sys: its names and values. What they mean is in sysctl/schema.ts. */

import type { Caller } from '../../fs/caller.ts';
import type { Errno } from '../../fs/errno.ts';
import type { BitMask } from './bit-mask.ts';

/**
 * The parameters as seen at one moment. Paths are relative to /proc/sys and have no slash at either end: `kernel/pid_max`,
 * and '' for the root. What a caller sees may depend on its namespaces, so every question names the caller.
 */
export interface SysctlView {
  /** What a directory holds, in ascending order of the names' bytes. Errors: ENOENT, ENOTDIR. */
  list(directory: string, caller: Caller): readonly SysctlName[] | Errno;
  /** What a path leads to; undefined when there is nothing. */
  entry(path: string, caller: Caller): SysctlEntry | undefined;
  /** A parameter's value, of the type that its row of the schema says. Errors: ENOENT, EIO where it has none yet. */
  read(path: string, caller: Caller): SysctlValue | Errno;
  /**
   * Sets a parameter; who may has been checked. Numbers may be fewer than the parameter has: the rest stay as they are.
   * Errors: EINVAL for a value out of range, and whatever the kernel makes of it.
   */
  write(path: string, value: SysctlValue, caller: Caller): Errno | 0;
}

/** An entry of a directory. */
export interface SysctlName {
  readonly name: string;
  readonly directory: boolean;
}

/** A directory or parameter. */
export interface SysctlEntry {
  readonly directory: boolean;
  /** Permission bits, as they are shown; who may is in providers/linprocfs/sys/access.ts. */
  readonly mode: number;
  /** The owner: root, or the root user of the namespace that it belongs to. */
  readonly uid: number;
  readonly gid: number;
}

/**
 * A value by the kind of its row: `numbers` and `hex` an array, of one number for most; `text` a byte string, or the
 * lines of a parameter that no table has; `words` an
 * array; `uuid`, `bytes` and `address` their bytes; `keys` 16 bytes each; `nothing` null; the rest the types below. Any
 * may be null: some handlers have nothing to say where the machine lacks what the parameter is about.
 */
export type SysctlValue =
  | readonly SysctlNumber[]
  | string
  | readonly string[]
  | readonly SysctlRange[]
  | BitMask
  | Uint8Array
  | readonly Uint8Array[]
  | SysctlTransports
  | SysctlDrives
  | null;

/**
 * A bigint beyond the safe integers. -0 is a value of its own: the kernel shows `-0` for a negative time of less than
 * a unit.
 */
export type SysctlNumber = number | bigint;

/** Bits `first` to `last` of a large bitmap (kind `ranges`): ports, message types, CPUs. Ascending and apart. */
export interface SysctlRange {
  readonly first: number;
  readonly last: number;
}

/** Kind `transports`: the server transports of sunrpc and the most bytes that each carries at once. */
export interface SysctlTransports {
  readonly transports: readonly { readonly name: string; readonly maximum: number }[];
}

/** Kind `drives`: what the CD-ROM driver tells of its drives. */
export interface SysctlDrives {
  /** The driver's version: `cdrom.c 3.20 2003/12/17`. */
  readonly driver: string;
  readonly drives: readonly {
    readonly name: string;
    /** Multiples of 150 KiB a second. */
    readonly speed: number;
    readonly slots: number;
    /** 0 or 1 for each ability, in the order of DRIVE_ABILITIES. */
    readonly abilities: readonly number[];
  }[];
}
