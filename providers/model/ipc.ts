/** System V objects and file locks. */

import type { U64 } from '../../fs/u64.ts';

export interface IpcView {
  /** /proc/sysvipc/msg */
  messageQueues(): readonly MessageQueue[];
  /** /proc/sysvipc/sem */
  semaphoreSets(): readonly SemaphoreSet[];
  /** /proc/sysvipc/shm */
  sharedMemory(): readonly SharedMemory[];
  /** /proc/locks */
  fileLocks(): readonly FileLock[];
}

/** What all objects have. Times are seconds since the epoch, 0 for never. */
export interface IpcObject {
  readonly key: number;
  readonly id: number;
  /** Permission bits and flags. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly creatorUid: number;
  readonly creatorGid: number;
  readonly changed: U64;
}

export interface MessageQueue extends IpcObject {
  readonly bytes: U64;
  readonly messages: U64;
  readonly lastSender: number;
  readonly lastReceiver: number;
  readonly sent: U64;
  readonly received: U64;
}

export interface SemaphoreSet extends IpcObject {
  readonly count: U64;
  readonly operated: U64;
}

export interface SharedMemory extends IpcObject {
  /** Bytes, as all that follow. */
  readonly size: U64;
  readonly resident: U64;
  readonly swapped: U64;
  readonly creator: number;
  readonly lastUser: number;
  readonly attachments: U64;
  readonly attached: U64;
  readonly detached: U64;
}

export interface FileLock {
  /** Counted from 1; locks that wait for it share its number. */
  readonly id: U64;
  /** 0 for a lock that is held, 1 for one that waits for it, 2 for one that waits for that. */
  readonly depth: number;
  readonly kind: 'POSIX' | 'OFDLCK' | 'ACCESS' | 'FLOCK' | 'LEASE' | 'DELEG' | 'UNKNOWN';
  /** ADVISORY, MANDATORY, *NOINODE*; of a lease ACTIVE, BREAKING, BREAKER. */
  readonly state: string;
  readonly mode: 'READ' | 'WRITE' | 'UNLCK';
  /** -1 for one that belongs to an open file description. */
  readonly processId: number;
  readonly file: { readonly major: number; readonly minor: number; readonly inode: U64 } | undefined;
  /** Bytes; the end is the last one, absent at the end of the file. */
  readonly start: U64;
  readonly end: U64 | undefined;
}
