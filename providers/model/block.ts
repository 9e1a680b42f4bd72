/** Block devices and what is swapped to them. */

import type { U64 } from '../../fs/u64.ts';

export interface BlockView {
  /** /proc/partitions: disks and their partitions, without empty ones. */
  partitions(): readonly Partition[];
  /** /proc/diskstats */
  diskStatistics(): readonly DiskStatistics[];
  /** /proc/swaps */
  swapAreas(): readonly SwapArea[];
}

export interface Partition {
  readonly major: number;
  readonly minor: number;
  /** KiB */
  readonly size: U64;
  /** As `sda1`. */
  readonly name: string;
}

/** One kind of requests to a disk since boot. */
export interface DiskRequests {
  readonly completed: U64;
  /** Joined to a neighbouring request. */
  readonly merged: U64;
  /** 512-byte units. */
  readonly sectors: U64;
  /** Milliseconds that all of them took together. */
  readonly time: U64;
}

export interface DiskStatistics {
  readonly major: number;
  readonly minor: number;
  readonly name: string;
  readonly reads: DiskRequests;
  readonly writes: DiskRequests;
  /** Requests that are being served now. */
  readonly inFlight: U64;
  /** Milliseconds during which it was busy, and the same weighted with the number of requests. */
  readonly busyTime: U64;
  readonly weightedTime: U64;
  /** Absent before Linux 4.18. */
  readonly discards: DiskRequests | undefined;
  /** Absent before Linux 5.5. */
  readonly flushes: { readonly completed: U64; readonly time: U64 } | undefined;
}

export interface SwapArea {
  /** The path of the device or file. */
  readonly path: string;
  readonly type: 'partition' | 'file';
  /** KiB */
  readonly size: U64;
  readonly used: U64;
  readonly priority: number;
}
