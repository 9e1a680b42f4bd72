/** /proc/meminfo of a machine whose use of memory is known (Documentation/filesystems/proc.rst). */

import type { U64 } from '../../../fs/u64.ts';

/** How a machine's memory is used, in bytes. What is left out is nothing. */
export interface MemoryUse {
  readonly free: number;
  /** Of programs, and of no file; and how much of it was not used lately. */
  readonly anonymous: number;
  readonly inactiveAnonymous?: number;
  /** Of files that programs map. */
  readonly files: number;
  /** Of file systems in memory. */
  readonly shared: number;
  /** What programs have mapped and may still write to. */
  readonly committed: number;
  /** Of files, read or written and mapped by nobody; and how much of all that belongs to files was not used lately. */
  readonly cache?: number;
  readonly inactiveFiles?: number;
  /** Of block devices. */
  readonly buffers?: number;
  /** Not written to its file yet, and being written just now. */
  readonly dirty?: number;
  readonly writeback?: number;
  /** Of the kernel. */
  readonly reclaimableSlab?: number;
  readonly slab?: number;
  readonly kernelStacks?: number;
  readonly pageTables?: number;
  readonly perCpu?: number;
  readonly vmalloc?: number;
  readonly swap?: number;
  readonly swapFree?: number;
  readonly swapCached?: number;
  /** Of programs, in huge pages. */
  readonly hugeAnonymous?: number;
  /** How much of what the machine has may be allocated at all: vm.overcommit_ratio of it. */
  readonly commitLimit?: number;
  readonly available?: number;
}

const HUGE_PAGE = 2048;

/** The table, in the kernel's order. */
export function memoryTable(total: number, use: MemoryUse): ReadonlyMap<string, U64> {
  const kib = (bytes: number | undefined = 0): number => Math.floor(bytes / 1024);
  const { anonymous, files, shared, cache = 0, inactiveAnonymous = 0, reclaimableSlab = 0, slab = 0 } = use;
  const cached = files + cache + shared;
  const ofFiles = files + cache + (use.buffers ?? 0);
  const inactiveFiles = use.inactiveFiles ?? ofFiles;
  const active = anonymous - inactiveAnonymous;
  const inactive = inactiveAnonymous + shared;
  return new Map<string, U64>([
    ['MemTotal', kib(total)],
    ['MemFree', kib(use.free)],
    ['MemAvailable', kib(use.available ?? use.free + files)],
    ['Buffers', kib(use.buffers)],
    ['Cached', kib(cached)],
    ['SwapCached', kib(use.swapCached)],
    ['Active', kib(active + ofFiles - inactiveFiles)],
    ['Inactive', kib(inactive + inactiveFiles)],
    ['Active(anon)', kib(active)],
    ['Inactive(anon)', kib(inactive)],
    ['Active(file)', kib(ofFiles - inactiveFiles)],
    ['Inactive(file)', kib(inactiveFiles)],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['SwapTotal', kib(use.swap)],
    ['SwapFree', kib(use.swapFree)],
    ['Dirty', kib(use.dirty)],
    ['Writeback', kib(use.writeback)],
    ['AnonPages', kib(anonymous)],
    ['Mapped', kib(files)],
    ['Shmem', kib(shared)],
    ['KReclaimable', kib(reclaimableSlab)],
    ['Slab', kib(reclaimableSlab + slab)],
    ['SReclaimable', kib(reclaimableSlab)],
    ['SUnreclaim', kib(slab)],
    ['KernelStack', kib(use.kernelStacks)],
    ['PageTables', kib(use.pageTables)],
    ['NFS_Unstable', 0],
    ['Bounce', 0],
    ['WritebackTmp', 0],
    ['CommitLimit', kib(use.commitLimit ?? total / 2)],
    ['Committed_AS', kib(use.committed)],
    ['VmallocTotal', 34359738367],
    ['VmallocUsed', kib(use.vmalloc)],
    ['VmallocChunk', 0],
    ['Percpu', kib(use.perCpu)],
    ['HardwareCorrupted', 0],
    ['AnonHugePages', kib(use.hugeAnonymous)],
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
