/** /proc/PID/smaps and /proc/PID/smaps_rollup (fs/proc/task_mmu.c show_smap, show_smaps_rollup, proc_pid_smaps(5)). */

import type { Caller } from '../../../fs/caller.ts';
import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { MappingUsage, MemoryUsage } from '../../model/task-memory.ts';
import type { TaskView } from '../../model/task.ts';
import { mappingLine } from './maps.ts';
import { type SeenPath, pathsSeenBy } from './seen-paths.ts';

/** What is shown of the mappings together. */
const ROLLUP = {
  readable: false,
  writable: false,
  executable: false,
  shared: false,
  offset: 0,
  major: 0,
  minor: 0,
  inode: 0,
  name: '[rollup]',
} as const;

const HUGE_PAGES = 'THPeligible:    ';

export function smaps(out: TextWriter, task: TaskView, caller: Caller): Errno | 0 {
  const seen = pathsSeenBy(caller, task);
  const usages = task.addressSpace.mappingUsages();
  if (isErrno(usages)) return usages;
  for (const usage of usages) record(out, usage, seen);
  return 0;
}

export function smapsRollup(out: TextWriter, task: TaskView): Errno | 0 {
  const total = task.addressSpace.totalUsage();
  if (isErrno(total)) return total;
  const { start, end } = total;
  mappingLine(out, { ...ROLLUP, start, end }, (name) => name);
  amounts(out, total.usage);
  return 0;
}

function record(out: TextWriter, usage: MappingUsage, seen: SeenPath): void {
  mappingLine(out, usage.mapping, seen);
  kilobytes(out, 'Size:           ', usage.size);
  kilobytes(out, 'KernelPageSize: ', usage.kernelPageSize);
  kilobytes(out, 'MMUPageSize:    ', usage.mmuPageSize);
  amounts(out, usage.usage);
  const { hugePages } = usage;
  if (hugePages) out.text(HUGE_PAGES).decimalPadded(hugePages.eligible ? 1 : 0, hugePages.width).newline();
  if (usage.protectionKey !== undefined) out.text('ProtectionKey:  ').decimalPadded(usage.protectionKey, 8).newline();
  if (usage.flags) {
    out.text('VmFlags: ');
    for (const flag of usage.flags) out.text(flag).space();
    out.newline();
  }
}

function amounts(out: TextWriter, usage: MemoryUsage): void {
  kilobytes(out, 'Rss:            ', usage.resident);
  kilobytes(out, 'Pss:            ', usage.proportional);
  optional(out, 'Pss_Dirty:      ', usage.proportionalDirty);
  optional(out, 'Pss_Anon:       ', usage.proportionalAnonymous);
  optional(out, 'Pss_File:       ', usage.proportionalFile);
  optional(out, 'Pss_Shmem:      ', usage.proportionalShared);
  kilobytes(out, 'Shared_Clean:   ', usage.sharedClean);
  kilobytes(out, 'Shared_Dirty:   ', usage.sharedDirty);
  kilobytes(out, 'Private_Clean:  ', usage.privateClean);
  kilobytes(out, 'Private_Dirty:  ', usage.privateDirty);
  kilobytes(out, 'Referenced:     ', usage.referenced);
  kilobytes(out, 'Anonymous:      ', usage.anonymous);
  optional(out, 'KSM:            ', usage.sameMerged);
  optional(out, 'LazyFree:       ', usage.lazyFree);
  optional(out, 'AnonHugePages:  ', usage.anonymousHugePages);
  optional(out, 'ShmemPmdMapped: ', usage.sharedHugePages);
  optional(out, 'FilePmdMapped:  ', usage.fileHugePages);
  optional(out, 'Shared_Hugetlb: ', usage.hugeTlbShared);
  // A label that is one longer than the others takes the column from its number.
  if (usage.hugeTlbPrivate !== undefined) out.text('Private_Hugetlb: ').decimalPadded(usage.hugeTlbPrivate, 7).text(' kB\n');
  kilobytes(out, 'Swap:           ', usage.swapped);
  optional(out, 'SwapPss:        ', usage.swappedProportional);
  kilobytes(out, 'Locked:         ', usage.locked);
}

function kilobytes(out: TextWriter, label: string, value: U64): void {
  out.text(label).decimalPadded(value, 8).text(' kB\n');
}

function optional(out: TextWriter, label: string, value: U64 | undefined): void {
  if (value !== undefined) kilobytes(out, label, value);
}
