/** The page allocator of a machine whose nodes are known: /proc/buddyinfo and zoneinfo (mm/vmstat.c). The zones are those of a PC. */

import type { U64 } from '../../../fs/u64.ts';
import type * as memory from '../../model/memory.ts';
import { NODE_COUNTERS, NUMA_COUNTERS, ZONE_COUNTERS } from './counter-names.ts';

const ORDERS = 11;
/** Pages below 16 MiB and below 4 GiB that a PC has. */
const DMA_PAGES = 3840;
const DMA32_PAGES = 2 ** 19;
const NAMES = ['DMA', 'DMA32', 'Normal', 'Movable', 'Device'] as const;

/** What a memory node has: pages, how many of them are free, and counters by the kernel's names; those that are left out are 0. */
export interface NodeUse {
  readonly pages: number;
  readonly free: number;
  readonly counters: ReadonlyMap<string, number>;
}

interface Zone {
  readonly node: number;
  readonly name: (typeof NAMES)[number];
  readonly managed: number;
  readonly free: number;
  readonly firstPage: number;
}

/** The zones that have memory. */
function zonesOf(nodes: readonly NodeUse[]): Zone[] {
  const zones: Zone[] = [];
  for (const [node, { pages, free: all }] of nodes.entries()) {
    let left = pages;
    let free = all;
    const put = (name: Zone['name'], managed: number, own: number, firstPage: number): void => {
      if (managed === 0) return;
      zones.push({ node, name, managed, free: own, firstPage });
      left -= managed;
      free -= own;
    };
    if (node > 0) {
      put('Normal', left, free, 2 ** 20 + node * left);
      continue;
    }
    const dma = Math.min(DMA_PAGES, left);
    const dma32 = Math.min(DMA32_PAGES, left - dma);
    put('DMA', dma, left === dma ? free : Math.min(free, Math.floor(dma * 0.98)), 1);
    put('DMA32', dma32, left === dma32 ? free : Math.min(free, Math.floor((dma32 * all) / pages)), 4096);
    put('Normal', left, free, 2 ** 20);
  }
  return zones;
}

/** /proc/buddyinfo: the free pages of each zone, most of them in large blocks. */
export function freeAreasOf(nodes: readonly NodeUse[]): memory.FreeAreas[] {
  return zonesOf(nodes).map(({ node, name, free }) => {
    const counts = new Array<number>(ORDERS).fill(0);
    let left = free;
    for (let order = ORDERS - 1; order > 0; order--) {
      const share = order === ORDERS - 1 ? 0.7 : 0.5;
      const blocks = Math.floor((left * share) / 2 ** order);
      counts[order] = blocks;
      left -= blocks * 2 ** order;
    }
    counts[0] = left;
    return { node, zone: name, counts };
  });
}

/** /proc/zoneinfo; `listed` is how many free pages a processor has on its own list of each zone. */
export function zoneInformation(nodes: readonly NodeUse[], cpus: number, listed: (cpu: number) => number): memory.MemoryZone[] {
  const zones = zonesOf(nodes);
  return nodes.flatMap(({ counters }, node) => {
    const own = zones.filter((zone) => zone.node === node);
    return NAMES.map((name): memory.MemoryZone => {
      const zone = own.find((other) => other.name === name);
      const managed = zone?.managed ?? 0;
      const low = Math.floor(managed / 512);
      const statistics = new Map<string, U64>([...ZONE_COUNTERS, ...NUMA_COUNTERS].map((counter) => [counter, counter === 'nr_free_pages' ? (zone?.free ?? 0) : 0]));
      return {
        node,
        zone: name,
        nodeStatistics: zone && zone === own[0] ? new Map(NODE_COUNTERS.map((counter) => [counter, counters.get(counter) ?? 0])) : undefined,
        free: zone?.free ?? 0,
        pages: new Map<string, U64>([
          ['boost', 0],
          ['min', Math.floor(low * 0.8)],
          ['low', low],
          ['high', Math.floor(low * 1.2)],
          ['promo', Math.floor(low * 1.4)],
          ['spanned', managed],
          ['present', managed],
          ['managed', managed],
          ['cma', 0],
        ]),
        protection: [0, 0, 0, 0, 0],
        populated: zone && {
          statistics,
          processors: Array.from({ length: cpus }, (_, cpu) => ({
            cpu,
            pages: new Map<string, U64>([['count', listed(cpu)], ['high', 1000], ['batch', 63], ['high_min', 1000], ['high_max', 12000]]),
            threshold: cpus > 1 ? 64 : undefined,
          })),
          unreclaimable: 0,
          firstPage: zone.firstPage,
        },
      };
    });
  });
}
