/** What the control groups of a task grant it and have counted, whichever hierarchy holds a controller (cgroups(7)). */

import type { Pressure, PressureResource } from './scheduling.ts';
import type { SysfsRange } from './sysfs.ts';

/**
 * The groups that a task is in, one in each hierarchy, taken together. Accessors are lazy and say what is now; undefined is
 * what no controller tells, or what only the groups at the root would.
 */
export interface GroupView {
  /** The same object for the same groups, as long as they exist: a key for what others keep about them. */
  readonly identity: object;
  /** Whether the task is in no group but those at the roots, which limit and count nothing. */
  readonly isRoot: boolean;
  /** The CPUs that its tasks may run on: cpuset.cpus.effective. */
  cpus(): readonly SysfsRange[] | undefined;
  /** How much CPU time they may use in a unit of time, the least that is said here and above: cpu.max, cpu.cfs_quota_us. */
  cpuLimit(): number | undefined;
  /** CPU time that they have used. */
  cpuTimes(): GroupCpuTimes | undefined;
  memory(): GroupMemory | undefined;
  /** What they have asked of disks, by `MAJOR:MINOR`. */
  disks(): ReadonlyMap<string, GroupDisk> | undefined;
  /** Version 2 only. */
  pressure(resource: PressureResource): Pressure | undefined;
  /** The processes in the groups and in those below. */
  processIds(): readonly number[];
  /** How many threads there are, and how many of them run or wait for a disk. */
  threads(): GroupThreads;
}

/** Microseconds. */
export interface GroupCpuTimes {
  readonly user: number;
  /** Part of `user`. */
  readonly nice: number;
  readonly system: number;
  /** By CPU number, where the kernel counts so: version 1. */
  readonly perCpu: { readonly user: readonly number[]; readonly system: readonly number[] } | undefined;
}

/** Bytes. */
export interface GroupMemory {
  /** The least limit here and above; undefined for none. */
  readonly limit: number | undefined;
  readonly usage: number;
  /** How much is left until a limit, here or above, is reached. */
  readonly headroom: number;
  /** What it is used for, by the names of version 2's memory.stat. */
  readonly parts: ReadonlyMap<string, number>;
  readonly swapLimit: number | undefined;
  readonly swapUsage: number;
}

/** Bytes and requests. */
export interface GroupDisk {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly reads: number;
  readonly writes: number;
  readonly bytesDiscarded: number;
  readonly discards: number;
}

export interface GroupThreads {
  readonly total: number;
  readonly running: number;
  readonly blocked: number;
}
