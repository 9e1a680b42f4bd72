/** /proc/meminfo as a control group has it. */

import type { U64 } from '../../fs/u64.ts';
import type { GroupMemory } from '../model/control-groups.ts';
import type { SwapArea } from '../model/block.ts';
import { type Amounts, commitLimit, limitSwap, setAmount } from './memory.ts';

const KIB = 1024;

/** Lines of meminfo by the names of memory.stat; several are summed. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  SwapCached: ['swapcached'],
  Active: ['active_anon', 'active_file'],
  Inactive: ['inactive_anon', 'inactive_file'],
  'Active(anon)': ['active_anon'],
  'Inactive(anon)': ['inactive_anon'],
  'Active(file)': ['active_file'],
  'Inactive(file)': ['inactive_file'],
  Unevictable: ['unevictable'],
  Dirty: ['file_dirty'],
  Writeback: ['file_writeback'],
  AnonPages: ['anon'],
  Mapped: ['file_mapped'],
  Shmem: ['shmem'],
  KReclaimable: ['slab_reclaimable'],
  Slab: ['slab'],
  SReclaimable: ['slab_reclaimable'],
  SUnreclaim: ['slab_unreclaimable'],
  KernelStack: ['kernel_stack'],
  PageTables: ['pagetables'],
  SecPageTables: ['sec_pagetables'],
  Percpu: ['percpu'],
  Zswap: ['zswap'],
  Zswapped: ['zswapped'],
  AnonHugePages: ['anon_thp'],
  ShmemHugePages: ['shmem_thp'],
  FileHugePages: ['file_thp'],
};

/** What nobody counts by group. */
const NOTHING = ['Buffers', 'NFS_Unstable', 'Bounce', 'WritebackTmp', 'ShmemPmdMapped', 'FilePmdMapped'];

/** The group's limit in KiB, where it is less than the machine has. */
export function memoryLimit(whole: ReadonlyMap<string, U64>, group: GroupMemory): number | undefined {
  if (group.limit === undefined) return undefined;
  const limit = Math.floor(group.limit / KIB);
  return limit < Number(whole.get('MemTotal') ?? 0) ? limit : undefined;
}

/** What the group may have of swap, in KiB. */
export function swapTotal(whole: ReadonlyMap<string, U64>, group: GroupMemory): number {
  const there = Number(whole.get('SwapTotal') ?? 0);
  return group.swapLimit === undefined ? there : Math.min(there, Math.floor(group.swapLimit / KIB));
}

/**
 * The lines for a group with a limit. Without one, memory is the machine's, as the group may have all of it; swap may be
 * limited all the same.
 */
export function groupMemory(whole: ReadonlyMap<string, U64>, group: GroupMemory): ReadonlyMap<string, U64> {
  const amounts: Amounts = new Map(whole);
  const total = memoryLimit(whole, group);
  if (total !== undefined) fill(amounts, whole, group, total);
  const swap = swapTotal(whole, group);
  if (total !== undefined || group.swapLimit !== undefined) {
    const used = Math.min(swap, Math.ceil(group.swapUsage / KIB));
    setAmount(amounts, 'SwapTotal', swap);
    setAmount(amounts, 'SwapFree', Math.min(swap - used, Number(whole.get('SwapFree') ?? 0)));
    commitLimit(whole, amounts);
  }
  return amounts;
}

function fill(amounts: Amounts, whole: ReadonlyMap<string, U64>, { usage, headroom, parts }: GroupMemory, total: number): void {
  const part = (name: string): number => Math.floor((parts.get(name) ?? 0) / KIB);
  // What the machine has not got left, the group cannot have either.
  const machine = Number(whole.get('MemAvailable') ?? whole.get('MemFree') ?? 0);
  const free = Math.max(0, Math.min(total - Math.ceil(usage / KIB), Math.floor(headroom / KIB), machine));
  const reclaimable = part('inactive_file') + part('active_file') + part('slab_reclaimable');
  setAmount(amounts, 'MemTotal', total);
  setAmount(amounts, 'MemFree', free);
  setAmount(amounts, 'MemAvailable', Math.min(total, machine, free + reclaimable));
  setAmount(amounts, 'Cached', Math.min(total, Math.max(0, part('file') - part('swapcached'))));
  for (const [name, names] of Object.entries(PARTS)) setAmount(amounts, name, names.reduce((sum, key) => sum + part(key), 0));
  for (const name of NOTHING) setAmount(amounts, name, 0);
  setAmount(amounts, 'Mlocked', Math.min(Number(whole.get('Mlocked') ?? 0), part('unevictable')));
}

/** The areas, as far as the group may use them, and what it uses of them. */
export function groupSwap(areas: readonly SwapArea[], whole: ReadonlyMap<string, U64>, group: GroupMemory): readonly SwapArea[] {
  if (group.limit === undefined && group.swapLimit === undefined) return areas;
  let used = Math.ceil(group.swapUsage / KIB);
  return limitSwap(areas, swapTotal(whole, group)).map((area) => {
    const here = Math.min(used, Number(area.size));
    used -= here;
    return { ...area, used: here };
  });
}
