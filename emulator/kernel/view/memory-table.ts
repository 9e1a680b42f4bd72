/** /proc/meminfo of a guest. */

import type { U64 } from '../../../fs/u64.ts';

/** How a machine's memory is used, in bytes. */
export interface MemoryUse {
  readonly free: number;
  /** Of programs, and of no file. */
  readonly anonymous: number;
  /** Of files that programs map. */
  readonly files: number;
  /** Of file systems in memory. */
  readonly shared: number;
  /** What programs have mapped and may still write to. */
  readonly committed: number;
}

const HUGE_PAGE = 2048;

/** The table, in the kernel's order. Nothing is cached and nothing is swapped. */
export function memoryTable(total: number, use: MemoryUse): ReadonlyMap<string, U64> {
  const kib = (bytes: number): number => Math.floor(bytes / 1024);
  const cached = kib(use.files + use.shared);
  return new Map<string, U64>([
    ['MemTotal', kib(total)],
    ['MemFree', kib(use.free)],
    ['MemAvailable', kib(use.free + use.files)],
    ['Buffers', 0],
    ['Cached', cached],
    ['SwapCached', 0],
    ['Active', kib(use.anonymous)],
    ['Inactive', cached],
    ['Active(anon)', kib(use.anonymous)],
    ['Inactive(anon)', kib(use.shared)],
    ['Active(file)', 0],
    ['Inactive(file)', kib(use.files)],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', kib(use.anonymous)],
    ['Mapped', kib(use.files)],
    ['Shmem', kib(use.shared)],
    ['KReclaimable', 0],
    ['Slab', 0],
    ['SReclaimable', 0],
    ['SUnreclaim', 0],
    ['KernelStack', 0],
    ['PageTables', 0],
    ['NFS_Unstable', 0],
    ['Bounce', 0],
    ['WritebackTmp', 0],
    ['CommitLimit', kib(total / 2)],
    ['Committed_AS', kib(use.committed)],
    ['VmallocTotal', 34359738367],
    ['VmallocUsed', 0],
    ['VmallocChunk', 0],
    ['Percpu', 0],
    ['HardwareCorrupted', 0],
    ['AnonHugePages', 0],
    ['ShmemHugePages', 0],
    ['ShmemPmdMapped', 0],
    ['FileHugePages', 0],
    ['FilePmdMapped', 0],
    ['HugePages_Total', 0],
    ['HugePages_Free', 0],
    ['HugePages_Rsvd', 0],
    ['HugePages_Surp', 0],
    ['Hugepagesize', HUGE_PAGE],
    ['Hugetlb', 0],
  ]);
}
