/** What the scheduler counts. */

import type { U64 } from '../../fs/u64.ts';
import type { BitMask } from './bit-mask.ts';

/** What there can be too little of. */
export type PressureResource = 'cpu' | 'memory' | 'io' | 'irq';

export interface SchedulingView {
  /** /proc/pressure */
  pressure(resource: PressureResource): Pressure;
  /** /proc/schedstat */
  schedulerStatistics(): SchedulerStatistics;
  /** /proc/timer_list: a dump for kernel developers, taken as it is. */
  timerDump(): Uint8Array;
  /** /proc/latency_stats */
  latencies(): readonly Latency[];
}

export interface Pressure {
  /** Some tasks waited; absent for interrupts, which stop everything. */
  readonly some: PressureTimes | undefined;
  /** All tasks waited; absent for the CPU before Linux 5.13. */
  readonly full: PressureTimes | undefined;
}

export interface PressureTimes {
  /** Shares of the last 10, 60 and 300 seconds, in hundredths of a percent. */
  readonly averages: readonly [number, number, number];
  /** Microseconds since boot. */
  readonly total: U64;
}

export interface SchedulerStatistics {
  /** The version of the format: 15, 16 or 17. */
  readonly version: number;
  /** Jiffies. */
  readonly timestamp: U64;
  readonly cpus: readonly RunQueueStatistics[];
}

export interface RunQueueStatistics {
  readonly id: number;
  readonly yields: U64;
  readonly schedules: U64;
  readonly idles: U64;
  readonly wakeups: U64;
  readonly localWakeups: U64;
  /** Nanoseconds. */
  readonly runTime: U64;
  readonly waitTime: U64;
  readonly slices: U64;
  readonly domains: readonly SchedulingDomain[];
}

/** CPUs among which load is balanced. */
export interface SchedulingDomain {
  /** As `MC`; absent before version 17. */
  readonly name: string | undefined;
  readonly cpus: BitMask;
  /** By kind of idleness: idle, not idle, newly idle in version 15; not idle first from version 16. */
  readonly balancing: readonly LoadBalancing[];
  readonly active: { readonly tried: U64; readonly failed: U64; readonly pushed: U64 };
  readonly exec: { readonly tried: U64; readonly balanced: U64; readonly pushed: U64 };
  readonly fork: { readonly tried: U64; readonly balanced: U64; readonly pushed: U64 };
  readonly wakeups: { readonly remote: U64; readonly affine: U64; readonly balanced: U64 };
}

export interface LoadBalancing {
  readonly tried: U64;
  readonly balanced: U64;
  readonly failed: U64;
  /** One number; from version 17 those of load, utilisation, tasks and misfit tasks. */
  readonly imbalance: readonly U64[];
  readonly gained: U64;
  readonly gainedHot: U64;
  readonly noBusyQueue: U64;
  readonly noBusyGroup: U64;
}

/** Time that tasks lost at one place in the kernel. */
export interface Latency {
  readonly count: number;
  /** Microseconds. */
  readonly total: U64;
  readonly longest: U64;
  /** Function names, innermost first. */
  readonly backtrace: readonly string[];
}
