/** Address ranges and caches of small objects on a machine with less memory than it has: what fits its /proc/meminfo. */

import type { U64 } from '../../fs/u64.ts';
import type { Resource } from '../model/devices.ts';
import type { SlabCache } from '../model/memory.ts';
import { type MemoryChange, shareLeft } from './memory-zones.ts';

const RAM = 'System RAM';
const BYTES_PER_KIB = 1024;

/** Ranges of memory in /proc/iomem, of which the highest addresses are taken away, with what lies within them. Others stay. */
export function resourcesLeft(resources: readonly Resource[], change: MemoryChange): readonly Resource[] {
  const share = shareLeft('MemTotal', change);
  const all = resources.reduce((sum, { name, start, end }) => (name === RAM ? sum + Number(end) - Number(start) + 1 : sum), 0);
  const page = change.page * BYTES_PER_KIB;
  // Who may not know addresses is told that all of them are 0.
  if (share >= 1 || resources.every(({ end }) => Number(end) === 0)) return resources;
  let room = Math.floor((all * share) / page) * page;
  const left: Resource[] = [];
  /** The end of the range of memory that the following ones lie in, and how deep that is. */
  let within: { readonly depth: number; readonly end: number } | undefined;
  for (const resource of resources) {
    const { depth, name } = resource;
    const [start, end] = [Number(resource.start), Number(resource.end)];
    if (within && depth > within.depth) {
      if (start <= within.end) left.push(end <= within.end ? resource : { ...resource, end: within.end });
      continue;
    }
    within = undefined;
    if (name !== RAM) {
      left.push(resource);
      continue;
    }
    const size = Math.min(room, end - start + 1);
    room -= size;
    within = { depth, end: start + size - 1 };
    if (size > 0) left.push(size === end - start + 1 ? resource : { ...resource, end: within.end });
  }
  return left;
}

/** Caches, of which each has its share of what meminfo says that all of them have. */
export function slabsLeft(caches: readonly SlabCache[], change: MemoryChange): readonly SlabCache[] {
  const share = shareLeft('Slab', change);
  if (share === 1) return caches;
  const scaled = (value: U64): number => Math.round(Number(value) * share);
  return caches.map((cache) => {
    const slabs = scaled(cache.slabs);
    const objects = Math.min(Number(cache.objects), slabs * Number(cache.objectsPerSlab));
    return { ...cache, slabs, activeSlabs: Math.min(slabs, scaled(cache.activeSlabs)), objects, activeObjects: Math.min(objects, scaled(cache.activeObjects)) };
  });
}
