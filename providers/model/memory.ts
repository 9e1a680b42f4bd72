/** The page allocator, the slab allocator and their counters. */

import type { U64 } from '../../fs/u64.ts';

export interface MemoryView {
  /** /proc/vmstat: kernel names and counts, in the kernel's order. */
  memoryEvents(): ReadonlyMap<string, U64>;
  /** /proc/buddyinfo */
  freeAreas(): readonly FreeAreas[];
  /** /proc/pagetypeinfo, by node. */
  pageTypes(): readonly PageTypes[];
  /** /proc/zoneinfo */
  memoryZones(): readonly MemoryZone[];
  /** /proc/slabinfo */
  slabCaches(): readonly SlabCache[];
  /** /proc/allocinfo */
  allocations(): AllocationProfile;
  /** /proc/vmallocinfo */
  virtualAreas(): readonly VirtualArea[];
}

/** A zone of a memory node. */
export interface ZoneName {
  readonly node: number;
  /** As `DMA32`. */
  readonly zone: string;
}

/** How many free blocks of 2^order pages a zone has, by order. */
export interface FreeAreas extends ZoneName {
  readonly counts: readonly U64[];
}

/** The free pages of one memory node by mobility. */
export interface PageTypes {
  /** Pages are grouped by mobility in blocks of 2^blockOrder pages. */
  readonly blockOrder: number;
  readonly blockPages: U64;
  /** The migrate types, as `Unmovable`. */
  readonly types: readonly string[];
  /** Free blocks of pages by zone and type, by order. */
  readonly free: readonly PageTypeAreas[];
  /** Page blocks of each zone, by type. */
  readonly blocks: readonly FreeAreas[];
  /** Page blocks that hold pages of another type, by type; only where the kernel tracks page owners. */
  readonly mixed: readonly FreeAreas[] | undefined;
}

export interface PageTypeAreas extends ZoneName {
  readonly type: string;
  /** `overflow` marks a list that was too long to be counted. */
  readonly counts: readonly { readonly count: U64; readonly overflow: boolean }[];
}

export interface MemoryZone extends ZoneName {
  /** Counters of the whole node, given with its first populated zone. */
  readonly nodeStatistics: ReadonlyMap<string, U64> | undefined;
  /** Pages: free, and then the watermarks and sizes (boost, min, low, high, promo, spanned, present, managed, cma). */
  readonly free: U64;
  readonly pages: ReadonlyMap<string, U64>;
  /** Pages kept back from allocations that could use a higher zone, by zone. */
  readonly protection: readonly U64[];
  /** What only a populated zone has. */
  readonly populated: PopulatedZone | undefined;
}

export interface PopulatedZone {
  readonly statistics: ReadonlyMap<string, U64>;
  readonly processors: readonly PageSet[];
  readonly unreclaimable: U64;
  /** The number of the first page. */
  readonly firstPage: U64;
}

/** A CPU's own list of free pages. */
export interface PageSet {
  readonly cpu: number;
  /** count, high, batch, high_min, high_max. */
  readonly pages: ReadonlyMap<string, U64>;
  /** How far the CPU's own counters may lag behind. Absent on a kernel for one CPU. */
  readonly threshold: U64 | undefined;
}

export interface SlabCache {
  readonly name: string;
  readonly activeObjects: U64;
  readonly objects: U64;
  /** Bytes. */
  readonly objectSize: U64;
  readonly objectsPerSlab: U64;
  readonly pagesPerSlab: U64;
  /** 0 with the SLUB allocator. */
  readonly limit: U64;
  readonly batchCount: U64;
  readonly sharedFactor: U64;
  readonly activeSlabs: U64;
  readonly slabs: U64;
  readonly sharedAvailable: U64;
}

/** How much each place in the kernel's code has allocated (Documentation/mm/allocation-profiling.rst). */
export interface AllocationProfile {
  /** Of the format: `1.0`, and `2.0` where it can say that a count is not accurate. */
  readonly version: string;
  readonly sites: readonly {
    /** Bytes; negative where others free what was allocated here. */
    readonly bytes: number | bigint;
    /** Allocations that were made and have not been freed. */
    readonly calls: U64;
    readonly file: string;
    readonly line: number;
    readonly module: string | undefined;
    readonly function: string;
    readonly accurate: boolean;
  }[];
}

/** A part of the kernel's virtual memory. The addresses may be hashed (%pK). */
export interface VirtualArea {
  readonly start: U64;
  readonly end: U64;
  /** Bytes. */
  readonly size: U64;
  readonly caller: SymbolPlace | undefined;
  readonly pages: U64 | undefined;
  /** The physical address that it maps. */
  readonly physical: U64 | undefined;
  /** What it is: ioremap, sparse, vmalloc, vmap, user, dma-coherent, vpages; vm_map_ram alone, or unpurged and vm_area. */
  readonly kinds: readonly string[];
  /** How many of its pages lie on each memory node. */
  readonly nodes: readonly { readonly node: number; readonly pages: U64 }[];
}

/** A place in the kernel's code (%pS): an address alone where there is no symbol for it. */
export type SymbolPlace =
  | { readonly address: U64 }
  | {
      readonly name: string;
      /** Bytes: how far into the symbol, and how long that is. */
      readonly offset: U64;
      readonly length: U64;
      /** The module that it belongs to. */
      readonly module: string | undefined;
    };
