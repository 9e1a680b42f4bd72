/** The caches of the kernel's allocator of small objects (mm/slub.c), and how many objects of each there are. */

import type { SlabCache } from '../../model/memory.ts';

/** What there is that needs objects. */
export interface SlabNeeds {
  readonly threads: number;
  readonly processes: number;
  readonly descriptors: number;
  /** Pages of files. */
  readonly cache: number;
  readonly cpus: number;
}

export interface SlabUse {
  readonly name: string;
  readonly objects: number;
  readonly objectSize: number;
  readonly objectsPerSlab: number;
  readonly pagesPerSlab: number;
  readonly slabs: number;
  readonly reclaimable: boolean;
}

type Need = (needs: SlabNeeds) => number;

const tasks = (each: number): Need => ({ threads }) => threads * each;
const processes = (each: number): Need => ({ processes: count }) => count * each;
const cached = (each: number): Need => ({ cache }) => cache * each;
const fixed = (count: number): Need => () => count;
const perCpu = (each: number): Need => ({ cpus }) => cpus * each;

/** Name, bytes of an object, objects and pages of a slab, how many there are, and whether memory can be had back from it. */
const CACHES: readonly (readonly [name: string, size: number, perSlab: number, pages: number, need: Need, reclaimable?: true])[] = [
  ['nf_conntrack', 256, 16, 1, fixed(512)],
  ['jbd2_journal_head', 120, 34, 1, cached(0.001)],
  ['ext4_inode_cache', 1128, 14, 4, cached(0.02), true],
  ['extent_status', 40, 102, 1, cached(0.03), true],
  ['ext4_io_end', 64, 64, 1, perCpu(2)],
  ['UNIX', 1088, 15, 4, processes(1.5)],
  ['TCPv6', 2496, 13, 8, fixed(26)],
  ['UDP', 1344, 12, 4, fixed(48)],
  ['TCP', 2368, 13, 8, processes(0.4)],
  ['eventpoll_epi', 128, 32, 1, processes(6)],
  ['sock_inode_cache', 832, 19, 4, processes(2)],
  ['skbuff_head_cache', 256, 16, 1, perCpu(40)],
  ['file_lock_cache', 192, 21, 1, processes(0.2)],
  ['buffer_head', 104, 39, 1, cached(0.01), true],
  ['proc_inode_cache', 696, 23, 4, tasks(0.5), true],
  ['sigqueue', 80, 51, 1, perCpu(2)],
  ['shmem_inode_cache', 752, 21, 4, fixed(2100), true],
  ['kernfs_node_cache', 136, 30, 1, perCpu(90)],
  ['filp', 192, 21, 1, ({ descriptors }) => descriptors],
  ['inode_cache', 624, 13, 2, fixed(6000), true],
  ['dentry', 192, 21, 1, cached(0.01), true],
  ['names_cache', 4096, 8, 8, perCpu(1)],
  ['vm_area_struct', 192, 21, 1, ({ processes: count, threads }) => 24 * count + 2 * threads],
  ['files_cache', 704, 23, 4, processes(1)],
  ['signal_cache', 1152, 14, 4, processes(1.05)],
  ['sighand_cache', 2112, 15, 8, processes(1.05)],
  ['task_struct', 4288, 7, 8, tasks(1)],
  ['cred', 192, 21, 1, tasks(1.1)],
  ['anon_vma', 104, 39, 1, processes(16)],
  ['anon_vma_chain', 64, 64, 1, processes(22)],
  ['pid', 192, 21, 1, tasks(1)],
  ['radix_tree_node', 584, 14, 2, cached(0.02), true],
  ['maple_node', 256, 16, 1, processes(8)],
  ['mm_struct', 1600, 20, 8, processes(1)],
  ['kmalloc-8k', 8192, 4, 8, perCpu(2)],
  ['kmalloc-4k', 4096, 8, 8, perCpu(4)],
  ['kmalloc-2k', 2048, 16, 8, perCpu(8)],
  ['kmalloc-1k', 1024, 16, 4, tasks(0.4)],
  ['kmalloc-512', 512, 16, 2, tasks(0.8)],
  ['kmalloc-256', 256, 16, 1, tasks(0.6)],
  ['kmalloc-192', 192, 21, 1, tasks(0.5)],
  ['kmalloc-128', 128, 32, 1, perCpu(64)],
  ['kmalloc-96', 96, 42, 1, perCpu(80)],
  ['kmalloc-64', 64, 64, 1, tasks(3)],
  ['kmalloc-32', 32, 128, 1, tasks(2)],
  ['kmalloc-16', 16, 256, 1, perCpu(512)],
  ['kmalloc-8', 8, 512, 1, perCpu(512)],
];

/** How full they are. */
export function slabsOf(needs: SlabNeeds): SlabUse[] {
  return CACHES.map(([name, objectSize, objectsPerSlab, pagesPerSlab, need, reclaimable = false]) => {
    const objects = Math.ceil(need(needs));
    return { name, objects, objectSize, objectsPerSlab, pagesPerSlab, slabs: Math.ceil(objects / objectsPerSlab), reclaimable };
  });
}

/** The caches that hold what is left over of a number of pages: a slab of theirs has one page. */
const REST: Readonly<Record<'true' | 'false', string>> = { true: 'dentry', false: 'kmalloc-64' };

/** The same caches, so full that those whose memory can be had back have so many pages, and the others so many. Where these are few, some are empty. */
export function slabsWithin(needs: SlabNeeds, reclaimablePages: number, otherPages: number): SlabUse[] {
  const uses = slabsOf(needs);
  const result: SlabUse[] = [];
  for (const reclaimable of [true, false]) {
    const pages = reclaimable ? reclaimablePages : otherPages;
    const own = uses.filter((use) => use.reclaimable === reclaimable);
    const all = own.reduce((sum, { slabs, pagesPerSlab }) => sum + slabs * pagesPerSlab, 0);
    const scaled = own.map((use) => ({ use, slabs: Math.floor((use.slabs * pages) / Math.max(1, all)) }));
    const rest = pages - scaled.reduce((sum, { use, slabs }) => sum + slabs * use.pagesPerSlab, 0);
    for (const { use, slabs: some } of scaled) {
      const slabs = some + (use.name === REST[`${reclaimable}`] ? rest : 0);
      result.push({ ...use, slabs, objects: slabs * use.objectsPerSlab });
    }
  }
  const place = new Map(uses.map(({ name }, index) => [name, index]));
  return result.sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0));
}

/** /proc/slabinfo */
export function slabCachesOf(uses: readonly SlabUse[]): SlabCache[] {
  return uses.map(({ name, objects, objectSize, objectsPerSlab, pagesPerSlab, slabs }) => ({
    name,
    activeObjects: objects,
    objects: slabs * objectsPerSlab,
    objectSize,
    objectsPerSlab,
    pagesPerSlab,
    limit: 0,
    batchCount: 0,
    sharedFactor: 0,
    activeSlabs: slabs,
    slabs,
    sharedAvailable: 0,
  }));
}
