/** What a task may use, what it has used, and on whose account. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';

export interface TaskAccounting {
  /** PID/limits, in the order of the RLIMIT_* numbers; empty for a task that is being reaped. */
  limits(): readonly ResourceLimit[] | Errno;
  /** PID/io: of the thread, or of all of the process. */
  io(whole: boolean): IoCounters | Errno;
  /** PID/cgroup */
  controlGroups(): readonly ControlGroup[] | Errno;
  /** PID/cpuset: its path in the cpuset hierarchy. */
  cpuset(): string | Errno;
  /** PID/cpu_resctrl_groups; a path is empty where there is no group. */
  resourceControlGroups(): { readonly control: string; readonly monitoring: string } | Errno;
  /** PID/oom_score */
  killScore(): U64 | Errno;
  /** PID/oom_score_adj and PID/oom_adj: -1000 to 1000. */
  killAdjustment(): { readonly adjustment: number } | Errno;
  setKillAdjustment(adjustment: number): Errno | 0;
  /** Likewise, on the scale of oom_adj, which changes the least permitted value never. */
  setLegacyKillAdjustment(adjustment: number): Errno | 0;
  /** task/TID/children: the ids of the processes that it started and that live. */
  children(): readonly number[] | Errno;
}

/** Bytes, seconds or counts, as the limit is; 2^64-1 stands for no limit. */
export interface ResourceLimit {
  readonly soft: U64;
  readonly hard: U64;
}

/** PID/io; bytes and calls. */
export interface IoCounters {
  readonly charactersRead: U64;
  readonly charactersWritten: U64;
  readonly readCalls: U64;
  readonly writeCalls: U64;
  readonly bytesRead: U64;
  readonly bytesWritten: U64;
  readonly bytesCancelled: U64;
}

/** A task's place in one hierarchy of control groups. */
export interface ControlGroup {
  /** 0 for version 2. */
  readonly hierarchy: number;
  /** And `name=..` of a named hierarchy; none for version 2. */
  readonly controllers: readonly string[];
  readonly path: string;
}
