/** A machine with less memory than it has: what a kernel would tell that had been given no more of it. */

import type { U64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';
import type { SwapArea } from '../model/block.ts';
import { type Answers, once } from './layer.ts';
import { resourcesLeft, slabsLeft } from './memory-resources.ts';
import { memoryOfSysfs } from './memory-sysfs.ts';
import { type MemoryChange, areasLeft, countersLeft, pageSize, pageTypesLeft, zonesLeft } from './memory-zones.ts';

/** What there is at most; KiB. Absent: as much as there is. */
export interface MemoryLimits {
  readonly memory?: number | undefined;
  /** Memory's limit does not concern swap. */
  readonly swap?: number | undefined;
}

/** Amounts by name, as in /proc/meminfo; KiB. */
export type Amounts = Map<string, U64>;

/** What no part of the memory is: sizes of address ranges and pages, limits, and counts. */
const NO_PART =
  /^(MemTotal|MemFree|MemAvailable|Swap(Total|Free)|CommitLimit|Committed_AS|Vmalloc\w*|HugePages_\w+|Hugepagesize|Hugetlb|DirectMap\w+|Hardware\w+)$/;

/** What is given up first when memory becomes less, in this order: what is free, and then what can be read again. */
const CACHES = ['Inactive(file)', 'Active(file)'] as const;

/** Shows no more than the limits. */
export function memoryAnswers(view: KernelView, limits: MemoryLimits): Answers {
  const memory = once(() => limitMemory(view.memory(), limits));
  return {
    memory,
    swapAreas: once(() => limitSwap(view.swapAreas(), limits.swap)),
    ...(limits.memory !== undefined && partsLeft(view, memory)),
  };
}

/** What else tells of memory than /proc/meminfo and /proc/swaps, fitting what that tells; undefined where it tells what it did. */
export function partsLeft(view: KernelView, memory: () => ReadonlyMap<string, U64> | undefined): Answers {
  const change = once((): MemoryChange | undefined => {
    const after = memory();
    const before = view.memory();
    return after && { before, after, page: pageSize(before, view.memoryEvents()) };
  });
  const changed = <T>(value: () => T, left: (whole: T, how: MemoryChange) => T): (() => T) =>
    once(() => {
      const how = change();
      return how ? left(value(), how) : value();
    });
  return {
    memoryEvents: changed(() => view.memoryEvents(), countersLeft),
    memoryZones: changed(() => view.memoryZones(), zonesLeft),
    freeAreas: changed(() => view.freeAreas(), (areas, how) => areasLeft(areas, view.memoryZones(), how)),
    pageTypes: changed(() => view.pageTypes(), (types, how) => pageTypesLeft(types, view.memoryZones(), how)),
    memoryResources: changed(() => view.memoryResources(), resourcesLeft),
    slabCaches: changed(() => view.slabCaches(), slabsLeft),
    sysfs: changed(() => view.sysfs(), (tree, how) => memoryOfSysfs(tree, view, how)),
  };
}

function amount(amounts: ReadonlyMap<string, U64>, name: string): number {
  return Number(amounts.get(name) ?? 0);
}

/** Sets an amount, if the kernel has it. */
export function setAmount(amounts: Amounts, name: string, value: number): void {
  if (amounts.has(name)) amounts.set(name, Math.max(0, Math.floor(value)));
}

/** The lines of /proc/meminfo within the limits. */
export function limitMemory(whole: ReadonlyMap<string, U64>, { memory, swap }: MemoryLimits): ReadonlyMap<string, U64> {
  const amounts: Amounts = new Map(whole);
  const total = amount(whole, 'MemTotal');
  if (memory !== undefined && memory < total) takeAway(amounts, memory);
  const swapTotal = amount(whole, 'SwapTotal');
  if (swap !== undefined && swap < swapTotal) {
    const used = Math.min(swap, swapTotal - amount(whole, 'SwapFree'));
    setAmount(amounts, 'SwapTotal', swap);
    setAmount(amounts, 'SwapFree', swap - used);
    setAmount(amounts, 'SwapCached', Math.min(amount(amounts, 'SwapCached'), used));
  }
  commitLimit(whole, amounts);
  return amounts;
}

/** The share of memory that may be promised, and all of swap (vm_commit_limit). */
export function commitLimit(whole: ReadonlyMap<string, U64>, amounts: Amounts): void {
  const total = amount(whole, 'MemTotal');
  const share = total === 0 ? 0 : Math.max(0, amount(whole, 'CommitLimit') - amount(whole, 'SwapTotal')) / total;
  setAmount(amounts, 'CommitLimit', share * amount(amounts, 'MemTotal') + amount(amounts, 'SwapTotal'));
}

/** What is free, or would be. */
function reclaimable(amounts: ReadonlyMap<string, U64>): number {
  return ['MemFree', 'Active(file)', 'Inactive(file)', 'SReclaimable'].reduce((sum, name) => sum + amount(amounts, name), 0);
}

/**
 * Takes memory away, as if it were unplugged: first what is free, then what is cached, and of what is in use nothing is
 * more than there is.
 */
function takeAway(amounts: Amounts, limit: number): void {
  const total = amount(amounts, 'MemTotal');
  let rest = total - limit;
  const take = (name: string): number => {
    const taken = Math.min(rest, amount(amounts, name));
    setAmount(amounts, name, amount(amounts, name) - taken);
    return taken;
  };
  // What is kept back of it is in proportion to the memory (si_mem_available).
  const kept = (reclaimable(amounts) - amount(amounts, 'MemAvailable')) * (limit / total);
  rest -= take('MemFree');
  for (const cache of CACHES) {
    const taken = take(cache);
    rest -= taken;
    const sum = cache.startsWith('Active') ? 'Active' : 'Inactive';
    setAmount(amounts, sum, amount(amounts, sum) - taken);
    const fromBuffers = Math.min(taken, amount(amounts, 'Buffers'));
    setAmount(amounts, 'Buffers', amount(amounts, 'Buffers') - fromBuffers);
    setAmount(amounts, 'Cached', amount(amounts, 'Cached') - (taken - fromBuffers));
  }
  const slab = take('SReclaimable');
  rest -= slab;
  for (const name of ['KReclaimable', 'Slab']) setAmount(amounts, name, amount(amounts, name) - slab);
  setAmount(amounts, 'MemTotal', limit);
  fitCaches(amounts, limit);
  setAmount(amounts, 'MemAvailable', Math.min(limit, reclaimable(amounts) - kept));
  for (const [name, value] of amounts) if (!NO_PART.test(name) && value > limit) amounts.set(name, limit);
  for (const list of ['Active', 'Inactive']) {
    if (!amounts.has(`${list}(anon)`)) continue;
    setAmount(amounts, `${list}(anon)`, Math.min(amount(amounts, `${list}(anon)`), limit - amount(amounts, `${list}(file)`)));
    setAmount(amounts, list, amount(amounts, `${list}(anon)`) + amount(amounts, `${list}(file)`));
  }
}

/** What is cached has the room that programs leave: with files go what is shared and mapped of them. */
function fitCaches(amounts: Amounts, limit: number): void {
  let room = Math.max(0, limit - amount(amounts, 'MemFree') - amount(amounts, 'AnonPages'));
  const fit = (name: string, most: number): number => {
    setAmount(amounts, name, Math.min(amount(amounts, name), most));
    return amount(amounts, name);
  };
  const before = room;
  for (const name of ['Buffers', 'Cached']) room -= fit(name, room);
  const files = before - room;
  fit('Shmem', files);
  fit('Mapped', files + amount(amounts, 'AnonPages'));
  const slab = amount(amounts, 'SReclaimable');
  const less = slab - fit('SReclaimable', room);
  for (const name of ['KReclaimable', 'Slab']) setAmount(amounts, name, amount(amounts, name) - less);
}

/** Areas in their order, up to the limit: the last one that there is room for may be smaller than it is. */
export function limitSwap(areas: readonly SwapArea[], limit: number | undefined): readonly SwapArea[] {
  if (limit === undefined) return areas;
  let rest = limit;
  let used = Math.min(limit, areas.reduce((sum, area) => sum + Number(area.used), 0));
  const shown: SwapArea[] = [];
  for (const area of areas) {
    const size = Math.min(rest, Number(area.size));
    if (size <= 0) break;
    rest -= size;
    const usedHere = Math.min(used, size);
    used -= usedHere;
    shown.push({ ...area, size, used: usedHere });
  }
  return shown;
}
