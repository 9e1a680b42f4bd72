/** The kernel objects of a machine with less memory than it has: counts of its nodes, and the blocks that memory is plugged in by. */

import { isErrno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { MemoryZone } from '../model/memory.ts';
import type { SysfsCell, SysfsNodeMemory, SysfsNumber, SysfsValue, SysfsView } from '../model/sysfs.ts';
import { once } from './layer.ts';
import { type MemoryChange, countersLeft, shareLeft, zonesLeft } from './memory-zones.ts';
import { SysfsLayer } from './sysfs-layer.ts';

const NODES = 'devices/system/node';
const NODE_FILE = /^devices\/system\/node\/node(\d+)\/(meminfo|vmstat)$/;
const BLOCKS = 'devices/system/memory';
const BLOCK = /^(?:devices\/system\/memory|bus\/memory\/devices|devices\/system\/node\/node\d+)\/memory(\d+)(?:\/|$)/;
const PARENT = /^(?:devices\/system\/memory|bus\/memory\/devices|devices\/system\/node\/node\d+)$/;

/** Where the zones of memory come from. */
interface Zones {
  memoryZones(): readonly MemoryZone[];
}

/** Each memory node has what is left of its zones, and so many of its blocks are plugged in. */
export function memoryOfSysfs(tree: SysfsView, machine: Zones, change: MemoryChange): SysfsView {
  const plugged = once(() => blocksLeft(tree, shareLeft('MemTotal', change)));
  const zones = once(() => {
    const whole = machine.memoryZones();
    return { whole, left: zonesLeft(whole, change) };
  });
  return new SysfsLayer(tree, {
    hides(path) {
      const [, block] = BLOCK.exec(path) ?? [];
      return block !== undefined && !plugged().has(Number(block));
    },
    hidesIn: (directory) => PARENT.test(directory),
    value(path, _row, value) {
      const [, node, file] = NODE_FILE.exec(path) ?? [];
      if (node === undefined || value === null) return value;
      const { whole, left } = zones();
      const of = (all: readonly MemoryZone[]): readonly MemoryZone[] => all.filter((zone) => zone.node === Number(node));
      if (file === 'meminfo') return nodeMemory(value as SysfsNodeMemory, of(whole), of(left), change);
      return nodeCounters(value as readonly (readonly SysfsCell[])[], of(left), change);
    },
  });
}

function pagesOf(zones: readonly MemoryZone[], name: string): number {
  return zones.reduce((sum, { populated }) => sum + Number(populated?.statistics.get(name) ?? 0), 0);
}

function managed(zones: readonly MemoryZone[]): number {
  return zones.reduce((sum, { pages }) => sum + Number(pages.get('managed') ?? 0), 0);
}

/** The counters of pages on lists, which are summed up over a node's zones, by the lines of its meminfo. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  'Active(anon)': ['nr_zone_active_anon'],
  'Inactive(anon)': ['nr_zone_inactive_anon'],
  'Active(file)': ['nr_zone_active_file'],
  'Inactive(file)': ['nr_zone_inactive_file'],
  Active: ['nr_zone_active_anon', 'nr_zone_active_file'],
  Inactive: ['nr_zone_inactive_anon', 'nr_zone_inactive_file'],
  Unevictable: ['nr_zone_unevictable'],
};

function nodeMemory(node: SysfsNodeMemory, whole: readonly MemoryZone[], left: readonly MemoryZone[], change: MemoryChange): SysfsValue {
  const before = new Map(node.rows.map(({ name, value }) => [name, Number(value)]));
  // Where zones are not told, each line has the share of the machine's.
  const page = managed(whole) === 0 ? 0 : change.page;
  const free = left.reduce((sum, zone) => sum + Number(zone.free), 0);
  const rest = (name: string, value: SysfsNumber): number => Math.round(Number(value) * shareLeft(name, change));
  const total = page === 0 ? rest('MemTotal', before.get('MemTotal') ?? 0) : managed(left) * page;
  const amount = (name: string, value: SysfsNumber): SysfsNumber => {
    if (name === 'MemTotal') return total;
    if (name === 'MemFree') return page === 0 ? rest(name, value) : free * page;
    if (name === 'MemUsed') return total - Number(amount('MemFree', before.get('MemFree') ?? 0));
    const lists = page === 0 || !whole.some(({ populated }) => populated?.statistics.has('nr_zone_active_anon')) ? undefined : LISTS[name];
    if (lists) return lists.reduce((sum, list) => sum + pagesOf(left, list), 0) * page;
    return shareLeft(name, change) === 1 ? value : rest(name, value);
  };
  return { ...node, rows: node.rows.map((row) => (row.kilobytes ? { ...row, value: amount(row.name, row.value) } : row)) };
}

/** Rows of a name and a number; those of zones are first, summed up, and those of the node follow. */
function nodeCounters(rows: readonly (readonly SysfsCell[])[], left: readonly MemoryZone[], change: MemoryChange): SysfsValue {
  const shares = countersLeft(new Map(rows.map(([name, value]) => [String(name), value as U64])), change);
  const ofNode = left.find(({ nodeStatistics }) => nodeStatistics)?.nodeStatistics;
  return rows.map(([cell, ...rest]) => {
    const name = String(cell);
    const own = left.some(({ populated }) => populated?.statistics.has(name)) ? pagesOf(left, name) : undefined;
    return [name, own ?? ofNode?.get(name) ?? shares.get(name) ?? 0, ...rest.slice(1)];
  });
}

/** The numbers of the blocks that are there: of each node the first ones, or of the machine where it is not told whose they are. */
function blocksLeft(tree: SysfsView, share: number): ReadonlySet<number> {
  const blocksIn = (directory: string): number[] => {
    const names = tree.list(directory);
    if (isErrno(names)) return [];
    return names.flatMap(({ name }) => (/^memory\d+$/.test(name) ? [Number(name.slice(6))] : [])).sort((a, b) => a - b);
  };
  const nodes = tree.list(NODES);
  const groups = isErrno(nodes) ? [] : nodes.filter(({ name }) => /^node\d+$/.test(name)).map(({ name }) => blocksIn(`${NODES}/${name}`));
  const all = groups.some((blocks) => blocks.length > 0) ? groups : [blocksIn(BLOCKS)];
  return new Set(all.flatMap((blocks) => blocks.slice(0, Math.ceil(blocks.length * share))));
}
