/** The page allocator of a simulated machine: /proc/meminfo, vmstat, and what its nodes have, of one state of its memory. */

import type { U64 } from '../../../fs/u64.ts';
import { EVENT_COUNTERS, NODE_COUNTERS, NUMA_COUNTERS, ZONE_COUNTERS } from '../plain/counter-names.ts';
import { memoryTable } from '../plain/memory-table.ts';
import type { NodeUse } from '../plain/memory-zones.ts';
import { type MemoryState, PAGE } from './memory-state.ts';
import type { Simulation } from './simulation.ts';

/** /proc/meminfo */
export function memoryInformation(state: MemoryState): ReadonlyMap<string, U64> {
  const bytes = (pages: number): number => pages * PAGE;
  return memoryTable(bytes(state.total), {
    free: bytes(state.free),
    available: bytes(state.free + Math.floor((state.cache + state.mapped + state.buffers) * 0.9) + Math.floor(state.slabReclaimable / 2)),
    anonymous: bytes(state.anonymous),
    inactiveAnonymous: bytes(Math.floor(state.anonymous / 5)),
    files: bytes(state.mapped),
    cache: bytes(state.cache),
    inactiveFiles: bytes(inactiveFiles(state)),
    shared: bytes(state.shared),
    buffers: bytes(state.buffers),
    dirty: bytes(state.dirty),
    reclaimableSlab: bytes(state.slabReclaimable),
    slab: bytes(state.slabUnreclaimable),
    kernelStacks: bytes(state.kernelStacks),
    pageTables: bytes(state.tables),
    perCpu: bytes(state.perCpu),
    swap: bytes(state.swapTotal),
    swapFree: bytes(state.swapFree),
    committed: bytes(state.committed),
    commitLimit: bytes(Math.floor(state.total / 2) + state.swapTotal),
  });
}

function inactiveFiles({ cache, mapped, buffers }: MemoryState): number {
  return Math.floor((cache + mapped + buffers) * 0.6);
}

/** Bytes of a memory node. */
export function nodeBytes({ machine }: Simulation, node: number): number {
  const pages = Math.floor(machine.memory.total / PAGE);
  const { nodes } = machine.topology;
  return (Math.floor(pages / nodes) + (node === 0 ? pages % nodes : 0)) * PAGE;
}

/** What a memory node has of something of which the machine has so much. The nodes' parts add up. */
export function nodePart({ machine }: Simulation, node: number, amount: number): number {
  const { nodes } = machine.topology;
  return Math.floor((amount + nodes - 1 - node) / nodes);
}

/** What a node has, by the kernel's names. */
function nodeValues(simulation: Simulation, node: number): ReadonlyMap<string, number> {
  const state = simulation.memory();
  const of = (amount: number): number => nodePart(simulation, node, amount);
  const inactive = Math.floor(state.anonymous / 5);
  const files = state.cache + state.mapped + state.buffers;
  return new Map([
    ['nr_inactive_anon', of(inactive + state.shared)],
    ['nr_active_anon', of(state.anonymous - inactive)],
    ['nr_inactive_file', of(inactiveFiles(state))],
    ['nr_active_file', of(files - inactiveFiles(state))],
    ['nr_slab_reclaimable', of(state.slabReclaimable)],
    ['nr_slab_unreclaimable', of(state.slabUnreclaimable)],
    ['nr_anon_pages', of(state.anonymous)],
    ['nr_mapped', of(state.mapped)],
    ['nr_file_pages', of(files + state.shared)],
    ['nr_dirty', of(state.dirty)],
    ['nr_shmem', of(state.shared)],
    ['nr_kernel_stack', of(state.kernelStacks * 4)],
    ['nr_page_table_pages', of(state.tables)],
    ['nr_dirtied', of(Math.floor(pagesWritten(simulation) * 1.1))],
    ['nr_written', of(pagesWritten(simulation))],
  ]);
}

function pagesWritten({ machine, time }: Simulation): number {
  return machine.disks.reduce((sum, { writes, writeSize }) => sum + Math.floor((writes.until(time) * writeSize) / 8), 0);
}

/** Page faults of all processes so far: small ones, and those for which a disk was read. */
export function faults({ machine, population, activity, time }: Simulation): { readonly minor: number; readonly major: number } {
  let minor = 0;
  let major = 0;
  for (const template of machine.templates) {
    if (template.rss === 0) continue;
    minor += activity.usedByAll(template, time) * 300;
    major += template.read.until(time) / 2 ** 20;
  }
  return { minor: Math.floor(minor + population.started(time) * 400), major: Math.floor(major) };
}

/** /proc/vmstat */
export function memoryEventsOf(simulation: Simulation): ReadonlyMap<string, U64> {
  const { machine, time } = simulation;
  const state = simulation.memory();
  const values = new Map<string, number>();
  for (let node = 0; node < machine.topology.nodes; node++) {
    for (const [name, value] of nodeValues(simulation, node)) values.set(name, (values.get(name) ?? 0) + value);
  }
  const { minor, major } = faults(simulation);
  const sum = (of: (disk: (typeof machine.disks)[number]) => number): number => Math.floor(machine.disks.reduce((all, disk) => all + of(disk), 0));
  const allocated = minor + pagesWritten(simulation);
  const set = (name: string, value: number): void => void values.set(name, value);
  set('nr_free_pages', state.free);
  set('nr_zone_inactive_anon', values.get('nr_inactive_anon') ?? 0);
  set('nr_zone_active_anon', values.get('nr_active_anon') ?? 0);
  set('nr_zone_inactive_file', values.get('nr_inactive_file') ?? 0);
  set('nr_zone_active_file', values.get('nr_active_file') ?? 0);
  set('nr_zone_write_pending', state.dirty);
  set('numa_hit', allocated);
  set('numa_local', allocated);
  set('nr_dirty_threshold', Math.floor((state.free + state.cache) * 0.2));
  set('nr_dirty_background_threshold', Math.floor((state.free + state.cache) * 0.1));
  set('pgpgin', sum(({ reads, readSize }) => (reads.until(time) * readSize) / 2));
  set('pgpgout', sum(({ writes, writeSize }) => (writes.until(time) * writeSize) / 2));
  set('pgalloc_normal', allocated);
  set('pgfree', allocated);
  set('pgactivate', Math.floor(minor / 50));
  set('pgfault', minor + major);
  set('pgmajfault', major);
  set('pgreuse', Math.floor(minor / 10));
  const all = [...ZONE_COUNTERS, ...NUMA_COUNTERS, ...NODE_COUNTERS, ...EVENT_COUNTERS];
  return new Map(all.map((name) => [name, values.get(name) ?? 0]));
}

/** The memory nodes. */
export function nodeUses(simulation: Simulation): NodeUse[] {
  const { free } = simulation.memory();
  return Array.from({ length: simulation.machine.topology.nodes }, (_, node) => ({
    pages: nodeBytes(simulation, node) / PAGE,
    free: nodePart(simulation, node, free),
    counters: nodeValues(simulation, node),
  }));
}

/** How many free pages a processor has on its own list of each zone. */
export function listedPages(cpu: number): number {
  return (cpu * 37) % 200;
}

/** What a memory node's meminfo in /sys says. */
export function nodeMemory(simulation: Simulation, node: number): [name: string, kib: number][] {
  const kib = (pages: number): number => pages * (PAGE / 1024);
  const values = nodeValues(simulation, node);
  const value = (name: string): number => kib(values.get(name) ?? 0);
  const total = nodeBytes(simulation, node) / 1024;
  const free = kib(nodePart(simulation, node, simulation.memory().free));
  return [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemUsed', total - free],
    ['Active', value('nr_active_anon') + value('nr_active_file')],
    ['Inactive', value('nr_inactive_anon') + value('nr_inactive_file')],
    ['Active(anon)', value('nr_active_anon')],
    ['Inactive(anon)', value('nr_inactive_anon')],
    ['Active(file)', value('nr_active_file')],
    ['Inactive(file)', value('nr_inactive_file')],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['Dirty', value('nr_dirty')],
    ['Writeback', 0],
    ['FilePages', value('nr_file_pages')],
    ['Mapped', value('nr_mapped')],
    ['AnonPages', value('nr_anon_pages')],
    ['Shmem', value('nr_shmem')],
    ['KernelStack', values.get('nr_kernel_stack') ?? 0],
    ['PageTables', value('nr_page_table_pages')],
    ['SReclaimable', value('nr_slab_reclaimable')],
    ['SUnreclaim', value('nr_slab_unreclaimable')],
    ['Slab', value('nr_slab_reclaimable') + value('nr_slab_unreclaimable')],
    ['HugePages_Total', 0],
    ['HugePages_Free', 0],
    ['HugePages_Surp', 0],
  ];
}
