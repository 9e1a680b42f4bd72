/** How much memory each process and all of them have, and how the rest is used. */

import { type SlabUse, slabsOf } from '../plain/slabs.ts';
import { chance, wobble } from './chance.ts';
import type { Template } from './machine.ts';
import type { Life } from './population.ts';
import type { Simulation } from './simulation.ts';

export const PAGE = 4096;
/** The most memory of one program's files that is in use. */
const MOST_FILES = 32 * 2 ** 20;
/** Bytes of a thread's stack in the kernel. */
const KERNEL_STACK = 16_384;
/** How long it takes until memory is used in another way; seconds. */
const SWAY_SECONDS = 60;
/** How much more or less than usual. */
const SWAY = 0.08;

/** Pages of one process. */
export interface ProcessPages {
  readonly anonymous: number;
  readonly files: number;
  readonly swapped: number;
  /** Of its page tables. */
  readonly tables: number;
}

/** Pages, unless something else is said. */
export interface MemoryState {
  readonly total: number;
  readonly free: number;
  readonly anonymous: number;
  /** Of files that are mapped; not mapped. */
  readonly mapped: number;
  readonly cache: number;
  readonly buffers: number;
  readonly shared: number;
  readonly dirty: number;
  readonly kernelStacks: number;
  readonly tables: number;
  readonly committed: number;
  readonly perCpu: number;
  readonly swapTotal: number;
  readonly swapFree: number;
  readonly slabs: readonly SlabUse[];
  readonly slabReclaimable: number;
  readonly slabUnreclaimable: number;
  readonly threads: number;
  readonly processes: number;
}

const NOTHING: ProcessPages = { anonymous: 0, files: 0, swapped: 0, tables: 0 };

/** Bytes of files that each process of a template has in use; they are the same for all of them. */
export function fileBytes({ rss }: Template): number {
  return Math.min(rss / 4, MOST_FILES);
}

/** The most pages that a process ever has. */
export function mostPages(simulation: Simulation, life: Life): number {
  const template = simulation.population.template(life.slot);
  return template.rss === 0 ? 0 : Math.floor(fileBytes(template) / PAGE) + Math.floor((ownBytes(simulation, life, template) * (1 + SWAY)) / PAGE);
}

/** Bytes of a process's own, usually. */
function ownBytes(simulation: Simulation, life: Life, template: Template): number {
  return (template.rss - fileBytes(template)) * (0.85 + 0.3 * chance(simulation.machine.seed ^ 0x7feb352d, life.slot, life.number));
}

/** What a process has in a second. */
export function pagesOf(simulation: Simulation, life: Life, second: number): ProcessPages {
  const template = simulation.population.template(life.slot);
  if (template.rss === 0 || second + 1 <= life.start || second >= life.end) return NOTHING;
  const files = Math.floor(fileBytes(template) / PAGE);
  // What sleeps stays as it is.
  const sway = template.cpu.isZero ? 1 : 1 + SWAY * wobble(simulation.machine.seed ^ Math.imul(life.slot + 1, 0x01000193), second / SWAY_SECONDS);
  // What has just begun grows.
  const young = life.next === Number.POSITIVE_INFINITY ? 1 : Math.min(1, 0.3 + (0.7 * Math.max(0, second - life.start)) / Math.min(10, (life.end - life.start) / 2));
  const anonymous = Math.floor((ownBytes(simulation, life, template) * sway * young) / PAGE);
  return { anonymous, files, swapped: Math.floor(template.swapped / PAGE), tables: 8 + ((anonymous + files) >> 8) };
}

/** What there is in a second. */
export function memoryAt(simulation: Simulation, second: number): MemoryState {
  const { machine, population } = simulation;
  let anonymous = 0;
  let tables = 0;
  let swapped = 0;
  let committed = 0;
  let processes = 0;
  let descriptors = 0;
  for (const life of population.living(simulation.time)) {
    const template = population.template(life.slot);
    const pages = pagesOf(simulation, life, second);
    if (pages === NOTHING) continue;
    processes++;
    anonymous += pages.anonymous;
    tables += pages.tables;
    swapped += pages.swapped;
    committed += pages.anonymous + pages.swapped + 33 * template.threads;
    descriptors += template.text.descriptors ?? 4;
  }
  let mapped = 0;
  for (const template of machine.templates) if (template.count > 0) mapped += Math.floor(fileBytes(template) / PAGE);
  const pages = (bytes: number): number => Math.floor(bytes / PAGE);
  const { memory } = machine;
  const threads = simulation.taskCount();
  const cache = Math.max(0, pages(memory.cache * (0.98 + 0.02 * wobble(machine.seed ^ 0x3c6ef372, second / SWAY_SECONDS))) - mapped);
  const buffers = pages(memory.buffers);
  const shared = pages(memory.shared);
  const kernelStacks = pages(threads * KERNEL_STACK);
  const slabs = slabsOf({ threads, processes, descriptors, cache: cache + mapped, cpus: machine.topology.cpus });
  const slabPages = (reclaimable: boolean): number => slabs.reduce((sum, slab) => sum + (slab.reclaimable === reclaimable ? slab.slabs * slab.pagesPerSlab : 0), 0);
  const slabReclaimable = slabPages(true);
  const slabUnreclaimable = slabPages(false);
  const perCpu = machine.topology.cpus * 256;
  const swapTotal = machine.swaps.reduce((sum, { size }) => sum + pages(size), 0);
  const swapUsed = Math.max(swapped, machine.swaps.reduce((sum, { used }) => sum + pages(used), 0));
  const written = machine.disks.reduce((sum, { writes, writeSize }) => sum + writes.at(second) * writeSize * 512, 0);
  const total = pages(memory.total);
  const used = anonymous + mapped + cache + buffers + shared + kernelStacks + tables + slabReclaimable + slabUnreclaimable + perCpu;
  return {
    total,
    free: Math.max(256, total - used),
    anonymous,
    mapped,
    cache,
    buffers,
    shared,
    dirty: Math.min(Math.floor((cache + mapped) / 10), pages(written * 5)),
    kernelStacks,
    tables,
    committed: committed + shared,
    perCpu,
    swapTotal,
    swapFree: Math.max(0, swapTotal - swapUsed),
    slabs,
    slabReclaimable,
    slabUnreclaimable,
    threads,
    processes,
  };
}
