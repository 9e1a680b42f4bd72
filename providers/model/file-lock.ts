/** A lock on a file, as /proc/locks and PID/fdinfo/N show it (fs/locks.c lock_get_status, proc_locks(5)). */

import type { U64 } from '../../fs/u64.ts';

export interface FileLock {
  /** The place in the list. */
  readonly number: U64;
  /** How many other locks it waits behind, one behind the other; 0 for a lock that is held. */
  readonly depth: number;
  /** Who made it: fcntl(2), an open file description, flock(2), a lease, a delegation. */
  readonly kind: FileLockKind;
  /** ADVISORY or *NOINODE* for POSIX locks, ADVISORY for flock, what a lease is about to become. */
  readonly state: FileLockState;
  readonly type: 'READ' | 'WRITE' | 'UNLCK';
  /** -1 for locks that belong to no process, 0 for a process that cannot be seen. */
  readonly pid: number;
  /** The file: its device and inode. Absent where there is none (any more). */
  readonly file: { readonly major: number; readonly minor: number; readonly inode: U64 } | undefined;
  /** The first byte, and the last; undefined for the end of the file. loff_t modulo 2^64. */
  readonly start: U64;
  readonly end: U64 | undefined;
}

export type FileLockKind = 'POSIX' | 'ACCESS' | 'OFDLCK' | 'FLOCK' | 'LEASE' | 'DELEG' | 'UNKNOWN';
export type FileLockState = 'ADVISORY' | 'MANDATORY' | '*NOINODE*' | 'ACTIVE' | 'BREAKING' | 'BREAKER' | 'UNKNOWN';
