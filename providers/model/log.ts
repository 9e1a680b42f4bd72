/** The kernel's log. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

export interface LogView {
  /** Begins to read the log at its oldest record. */
  openLog(): KernelLog | Errno;
  /**
   * Adds a record, as it is written to /dev/kmsg: a priority in angle brackets, if any, and the text. Absent: nobody can.
   * Errors: EINVAL where it is too long.
   */
  writeLog?(record: Uint8Array): number | Errno;
  /** Whether readers are told the times of records (the printk.time parameter). */
  logsTimes(): boolean;
}

/** A reader of the log with a position of its own. */
export interface KernelLog {
  /** The next record; undefined while there is none. Records that were overwritten meanwhile are passed over. */
  next(): LogRecord | Errno | undefined;
  close(): void;
}

export interface LogRecord {
  /** Facility times eight, plus level. */
  readonly priority: number;
  readonly sequence: U64;
  /** Microseconds after boot. */
  readonly time: U64;
  /** The thread (`T1`) or CPU (`C0`) that logged it; only where the kernel is built to tell. */
  readonly caller: string | undefined;
  readonly lines: readonly string[];
}

/** A log in which nothing was ever written. */
export const EMPTY_LOG: KernelLog = { next: () => undefined, close: () => undefined };
