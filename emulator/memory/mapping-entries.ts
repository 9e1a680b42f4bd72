/** What /proc shows of mappings. */

import type { AddressSpace } from './address-space.ts';
import type { MappingEntry, MappingTotals } from './address-space-contract.ts';
import { PAGE_SIZE, STACK_TOP } from './layout.ts';
import * as vm from './mapping.ts';

/** Names of flags in smaps' VmFlags, in the order of their bits (fs/proc/task_mmu.c). */
const NAMES: readonly (readonly [number, string])[] = [
  [vm.VM_READ, 'rd'], [vm.VM_WRITE, 'wr'], [vm.VM_EXEC, 'ex'], [vm.VM_SHARED, 'sh'], [vm.VM_MAYREAD, 'mr'], [vm.VM_MAYWRITE, 'mw'],
  [vm.VM_MAYEXEC, 'me'], [vm.VM_MAYSHARE, 'ms'], [vm.VM_GROWSDOWN, 'gd'], [vm.VM_LOCKED, 'lo'], [vm.VM_SEQ_READ, 'sr'], [vm.VM_RAND_READ, 'rr'],
  [vm.VM_DONTCOPY, 'dc'], [vm.VM_DONTEXPAND, 'de'], [vm.VM_LOCKONFAULT, 'lf'], [vm.VM_ACCOUNT, 'ac'], [vm.VM_NORESERVE, 'nr'],
  [vm.VM_WIPEONFORK, 'wf'], [vm.VM_DONTDUMP, 'dd'], [vm.VM_HUGEPAGE, 'hg'], [vm.VM_NOHUGEPAGE, 'nh'],
];

function nameOf(space: AddressSpace, item: vm.Mapping): string {
  if (item.name) return item.name;
  if (item.file) return item.file.path();
  if (item.object) return item.object.label;
  if (item.start < space.programBreak && item.end > space.breakStart) return '[heap]';
  if (item.start <= STACK_TOP - 8 && item.end >= STACK_TOP) return '[stack]';
  return '';
}

/** What maps and smaps show of a mapping. */
export function mappingEntry(space: AddressSpace, item: vm.Mapping): MappingEntry {
  const { start, end, flags, file, object } = item;
  return {
    start,
    end,
    protection: flags & vm.VM_ACCESS,
    shared: (flags & vm.VM_MAYSHARE) !== 0,
    offset: file ?? object ? item.offset : 0,
    device: file?.device ?? (object ? 1 : 0),
    ino: file?.ino ?? object?.ino ?? 0,
    name: nameOf(space, item),
    locked: (flags & vm.VM_LOCKED) !== 0,
    growsDown: (flags & vm.VM_GROWSDOWN) !== 0,
    flags: NAMES.filter(([bit]) => flags & bit).map(([, name]) => name),
  };
}

/** The sums of an address space. */
export function mappingTotals(space: AddressSpace): MappingTotals {
  const pages = (wanted: (item: vm.Mapping) => boolean): number =>
    space.list.items.reduce((sum, item) => (wanted(item) ? sum + (item.end - item.start) / PAGE_SIZE : sum), 0);
  return {
    total: space.list.total / PAGE_SIZE,
    data: pages(({ flags }) => vm.isData(flags)),
    stack: pages(({ flags }) => (flags & vm.VM_GROWSDOWN) !== 0),
    executable: pages(({ flags }) => (flags & (vm.VM_EXEC | vm.VM_WRITE | vm.VM_GROWSDOWN)) === vm.VM_EXEC),
    locked: pages(({ flags }) => (flags & vm.VM_LOCKED) !== 0),
    shared: pages((item) => item.file !== undefined || item.object !== undefined),
    peak: space.list.peak / PAGE_SIZE,
  };
}
