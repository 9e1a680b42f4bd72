/** Zones of memory, free blocks and counters of pages on a machine with less memory than it has: what fits its /proc/meminfo. */

import type { U64 } from '../../fs/u64.ts';
import type { FreeAreas, MemoryZone, PageSet, PageTypes, ZoneName } from '../model/memory.ts';

/** /proc/meminfo as it is and as it is shown. */
export interface MemoryChange {
  readonly before: ReadonlyMap<string, U64>;
  readonly after: ReadonlyMap<string, U64>;
  /** KiB in a page. */
  readonly page: number;
}

/** KiB in a page, from what is told in both units. */
export function pageSize(memory: ReadonlyMap<string, U64>, counters: ReadonlyMap<string, U64>): number {
  for (const [counter, line] of [['nr_anon_pages', 'AnonPages'], ['nr_mapped', 'Mapped']] as const) {
    const size = Number(memory.get(line) ?? 0) / Number(counters.get(counter) ?? 0);
    if (size > 2 && size < 128) return 2 ** Math.round(Math.log2(size));
  }
  return 4;
}

/** Counters of pages (mm/vmstat.c vmstat_text) and the lines of meminfo that say the same. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  managed: ['MemTotal'],
  nr_free_pages: ['MemFree'],
  nr_unevictable: ['Unevictable'],
  nr_mlock: ['Mlocked'],
  nr_slab_reclaimable: ['SReclaimable'],
  nr_slab_unreclaimable: ['SUnreclaim'],
  nr_anon_pages: ['AnonPages'],
  nr_mapped: ['Mapped'],
  nr_file_pages: ['Cached', 'Buffers', 'SwapCached'],
  nr_dirty: ['Dirty'],
  nr_writeback: ['Writeback'],
  nr_write_pending: ['Dirty', 'Writeback'],
  nr_shmem: ['Shmem'],
  nr_page_table_pages: ['PageTables'],
  nr_sec_page_table_pages: ['SecPageTables'],
  nr_swapcached: ['SwapCached'],
};

/** Likewise those that are no counts of pages: of huge ones, of KiB, and limits. */
const PROPORTIONAL: Readonly<Record<string, readonly string[]>> = {
  nr_free_pages_blocks: ['MemFree'],
  nr_kernel_stack: ['KernelStack'],
  nr_anon_transparent_hugepages: ['AnonHugePages'],
  nr_shmem_hugepages: ['ShmemHugePages'],
  nr_file_hugepages: ['FileHugePages'],
  // What may be dirty is a part of what is free or cached (page-writeback.c global_dirtyable_memory).
  nr_dirty_threshold: ['MemFree', 'Active(file)', 'Inactive(file)'],
  nr_dirty_background_threshold: ['MemFree', 'Active(file)', 'Inactive(file)'],
  nr_memmap_pages: ['MemTotal'],
  nr_memmap_boot_pages: ['MemTotal'],
  FilePages: ['Cached', 'Buffers', 'SwapCached'],
};

/** Lists of pages, of a zone (`nr_zone_inactive_anon`) and of all. */
const LIST = /^nr_(?:zone_)?(active|inactive)_(anon|file)$/;

function sumOfLines(lines: readonly string[], amounts: ReadonlyMap<string, U64>): number {
  return lines.reduce((total, line) => total + Number(amounts.get(line) ?? 0), 0);
}

/** How much of a line of meminfo is left, the machine's or a node's; 1 for what is no amount of memory. */
export function shareLeft(name: string, { before, after }: MemoryChange): number {
  const lines = PROPORTIONAL[name] ?? [name];
  const whole = sumOfLines(lines, before);
  return whole === 0 ? 1 : sumOfLines(lines, after) / whole;
}

/** What is left of a counter of the machine. */
function counterLeft(name: string, value: U64, change: MemoryChange): U64 {
  const [, activity, kind] = LIST.exec(name) ?? [];
  const lines = activity === undefined ? PAGES[name.replace(/^nr_zone_/, 'nr_')] : [`${activity === 'active' ? 'Active' : 'Inactive'}(${kind})`];
  if (!lines) return PROPORTIONAL[name] ? scaled(value, shareLeft(name, change)) : value;
  const pages = sumOfLines(lines, change.after);
  return pages === sumOfLines(lines, change.before) ? value : Math.min(Number(value), Math.round(pages / change.page));
}

function scaled(value: U64, share: number): U64 {
  return share === 1 ? value : Math.round(Number(value) * share);
}

/** Counters of the machine or of a node. */
export function countersLeft(counters: ReadonlyMap<string, U64>, change: MemoryChange): ReadonlyMap<string, U64> {
  return mapped(counters, (name, value) => counterLeft(name, value, change));
}

/** The lists of pages that lie in a zone, which has room for so many; what is free has what they leave. */
const IN_ZONES = ['nr_zone_unevictable', 'nr_zone_inactive_anon', 'nr_zone_active_anon', 'nr_zone_inactive_file', 'nr_zone_active_file'] as const;

/** A sum that is shared out by weight, whole numbers, none more than there is room for while another one has some. */
function shareOut(sum: number, weights: readonly number[], room: number[]): number[] {
  const parts = weights.map(() => 0);
  let rest = sum;
  // A weight with no room left leaves its part to the others, and then to whoever has room.
  for (const by of [weights, weights, room.slice()]) {
    const open = by.map((weight, index) => ((room[index] as number) > 0 ? weight : 0));
    const all = open.reduce((total, weight) => total + weight, 0);
    if (all === 0) continue;
    const whole = rest;
    let [exact, given] = [0, 0];
    open.forEach((weight, index) => {
      exact += (whole * weight) / all;
      const part = Math.min(Math.round(exact) - given, room[index] as number);
      given = Math.round(exact);
      parts[index] = (parts[index] as number) + part;
      room[index] = (room[index] as number) - part;
      rest -= part;
    });
    if (rest <= 0) break;
  }
  if (rest > 0 && parts.length > 0) parts[parts.length - 1] = (parts.at(-1) as number) + rest;
  return parts;
}

/** Zones that have lost some of their pages, each its share. */
export function zonesLeft(zones: readonly MemoryZone[], change: MemoryChange): readonly MemoryZone[] {
  const managed = zones.map(({ pages }) => Number(pages.get('managed') ?? 0));
  const total = sumOf(managed);
  const target = Number(counterLeft('managed', total, change));
  if (total === 0) return zones;
  const left = target / total;
  const room = shareOut(target, managed, managed.slice());
  const sizes = room.slice();
  const lists = new Map<string, readonly number[]>();
  for (const name of IN_ZONES) {
    const pages = zones.map(({ populated }) => Number(populated?.statistics.get(name) ?? 0));
    lists.set(name, shareOut(Number(counterLeft(name, sumOf(pages), change)), pages, room));
  }
  const before = zones.map(({ free }) => Number(free));
  const free = shareOut(Number(counterLeft('nr_free_pages', sumOf(before), change)), before, room);
  return zones.map((zone, index) => {
    const own = free[index] as number;
    const { populated, nodeStatistics, node } = zone;
    const taken = before[index] === 0 ? 1 : Math.min(1, own / (before[index] as number));
    return {
      ...zone,
      free: own,
      pages: mapped(zone.pages, (name, value) => (name === 'managed' ? (sizes[index] as number) : scaled(value, left))),
      protection: zone.protection.map((reserve) => scaled(reserve, left)),
      nodeStatistics: nodeStatistics && mapped(nodeStatistics, (name, value) => {
        const list = lists.get(name.replace('nr_', 'nr_zone_'));
        return list ? sumOf(list.filter((_pages, other) => zones[other]?.node === node)) : partLeft(name, value, change);
      }),
      populated: populated && {
        ...populated,
        statistics: mapped(populated.statistics, (name, value) => (name === 'nr_free_pages' ? own : lists.get(name)?.[index] ?? partLeft(name, value, change))),
        processors: populated.processors.map((set) => ({ ...set, pages: pagesLeft(set, taken, left) })),
      },
    };
  });
}

/** A zone's or node's counter: its share of the machine's. */
function partLeft(name: string, value: U64, change: MemoryChange): U64 {
  const lines = PAGES[name.replace(/^nr_zone_/, 'nr_')] ?? PROPORTIONAL[name] ?? [];
  const whole = sumOfLines(lines, change.before);
  return whole === 0 ? value : scaled(value, sumOfLines(lines, change.after) / whole);
}

function mapped(values: ReadonlyMap<string, U64>, change: (name: string, value: U64) => U64): ReadonlyMap<string, U64> {
  return new Map(Array.from(values, ([name, value]) => [name, change(name, value)]));
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** A CPU's own free pages; how many it takes at a time does not depend on the memory. */
function pagesLeft({ pages }: PageSet, taken: number, left: number): ReadonlyMap<string, U64> {
  return mapped(pages, (name, value) => (name === 'batch' ? value : scaled(value, name === 'count' ? taken : left)));
}

/** By zone: the share of its free pages that is left. */
function freeLeft(zones: readonly MemoryZone[], change: MemoryChange): (zone: ZoneName) => number {
  const shares = new Map<string, number>();
  zonesLeft(zones, change).forEach(({ node, zone, free }, index) => {
    const before = Number(zones[index]?.free ?? 0);
    shares.set(`${node} ${zone}`, before === 0 ? 1 : Number(free) / before);
  });
  return ({ node, zone }) => shares.get(`${node} ${zone}`) ?? shareLeft('MemFree', change);
}

/** Free blocks: what is left of one is smaller blocks, so that their pages are as many as are free. */
export function areasLeft(areas: readonly FreeAreas[], zones: readonly MemoryZone[], change: MemoryChange): readonly FreeAreas[] {
  const share = freeLeft(zones, change);
  return areas.map((area) => ({ ...area, counts: blocksLeft(area.counts.map(Number), share(area)) }));
}

function blocksLeft(counts: readonly number[], share: number): readonly number[] {
  const left = counts.slice();
  if (share === 1) return left;
  let carried = 0;
  for (let order = left.length - 1; order >= 0; order--) {
    const exact = (left[order] as number) * share + carried * 2;
    const whole = order === 0 ? Math.round(exact) : Math.floor(exact);
    left[order] = whole;
    carried = exact - whole;
  }
  return left;
}

/** Likewise by mobility; of blocks of pages there are so many less as there is memory. */
export function pageTypesLeft(nodes: readonly PageTypes[], zones: readonly MemoryZone[], change: MemoryChange): readonly PageTypes[] {
  const share = freeLeft(zones, change);
  const sizes = (all: readonly MemoryZone[]): number => sumOf(all.map(({ pages }) => Number(pages.get('managed') ?? 0)));
  const whole = sizes(zones);
  const left = whole === 0 ? shareLeft('MemTotal', change) : sizes(zonesLeft(zones, change)) / whole;
  const fewer = (area: FreeAreas): FreeAreas => ({ ...area, counts: area.counts.map((count) => scaled(count, left)) });
  return nodes.map((node) => ({
    ...node,
    free: node.free.map((area) => {
      const counts = blocksLeft(area.counts.map(({ count }) => Number(count)), share(area));
      return { ...area, counts: area.counts.map(({ overflow }, order) => ({ count: counts[order] as number, overflow })) };
    }),
    blocks: node.blocks.map(fewer),
    mixed: node.mixed?.map(fewer),
  }));
}
