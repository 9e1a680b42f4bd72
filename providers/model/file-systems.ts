/** What file systems tell of themselves in /proc/fs. */

import type { U64 } from '../../fs/u64.ts';

export interface FileSystemView {
  /** The directories in /proc/fs, as `ext4`. */
  fileSystemDirectories(): readonly string[];
  /** The devices in /proc/fs/ext4, and what is told of one. */
  ext4Devices(): readonly string[];
  ext4(device: string): Ext4 | undefined;
  /** The journals in /proc/fs/jbd2, as `sda1-8`. */
  journals(): readonly string[];
  journal(name: string): JournalStatistics | undefined;
}

/** One ext4 file system; each accessor is a file. */
export interface Ext4 {
  /** Whether it has a file of this name. */
  has(file: string): boolean;
  /** The mount options that hold, one by one. */
  options(): readonly string[];
  extentStatus(): ExtentStatus;
  fastCommits(): FastCommits;
  blockGroups(): readonly BlockGroup[];
  /** Undefined while the statistics are switched off. */
  allocator(): readonly Statistic[] | undefined;
  allocatorLists(): readonly Statistic[];
}

/** A line of statistics: names without values are headings of what is deeper. */
export interface Statistic {
  readonly depth: number;
  readonly name: string;
  readonly values: readonly U64[];
}

export interface ExtentStatus {
  readonly objects: number | bigint;
  readonly reclaimable: number | bigint;
  readonly hits: number | bigint;
  readonly misses: number | bigint;
  /** Absent while no inode is on the list. */
  readonly inodes: number | undefined;
  /** Microseconds. */
  readonly scanTime: U64;
  readonly shrunk: U64;
  readonly largest: { readonly inode: U64; readonly objects: number; readonly reclaimable: number; readonly scanTime: U64 } | undefined;
}

export interface FastCommits {
  readonly commits: U64;
  readonly ineligible: U64;
  readonly blocks: U64;
  /** Microseconds. */
  readonly averageTime: U64;
  /** How often each reason made a commit a full one. */
  readonly reasons: ReadonlyMap<string, number>;
}

/** The free blocks of a group by their order, or why that is not known. */
export type BlockGroup =
  | { readonly number: number; readonly error: string }
  | {
      readonly number: number;
      readonly error: undefined;
      readonly free: number;
      readonly fragments: number;
      readonly first: number;
      readonly counts: readonly number[];
      readonly corrupt: boolean;
    };

export interface JournalStatistics {
  readonly transactions: U64;
  readonly requested: U64;
  /** Blocks. */
  readonly largest: number;
  /** Absent before the first transaction. Milliseconds, but for `commit`, which is microseconds. */
  readonly averages:
    | {
        readonly waiting: number;
        readonly requestDelay: number;
        readonly running: number;
        readonly locked: number;
        readonly flushing: number;
        readonly logging: number;
        readonly commit: U64;
        readonly handles: U64;
        readonly blocks: U64;
        readonly loggedBlocks: U64;
      }
    | undefined;
}
