/** A task's address space: what is mapped, how much of it is in memory, and the bytes themselves. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { BitMask } from './bit-mask.ts';

/** Kernel threads and zombies have no address space; what is listed is empty for them. */
export interface AddressSpace {
  /** Equal as long as the address space is the same one: another after the process has executed another program. */
  generation(): string | Errno;
  /** Whether the source itself may look into it. Errors: EACCES. */
  access(): Errno | 0;
  /** PID/maps, by ascending address. */
  mappings(): readonly MemoryMapping[] | Errno;
  /** PID/smaps: to be walked once, before anything else is asked; there may be very many. */
  mappingUsages(): Iterable<MappingUsage> | Errno;
  /** PID/smaps_rollup. Errors: ESRCH where there is no address space. */
  totalUsage(): TotalUsage | Errno;
  /** PID/numa_maps */
  numaMappings(): readonly NumaMapping[] | Errno;
  /** PID/environ: the bytes of the environment area, borrowed. Errors: ESRCH where there is no address space. */
  environment(): Uint8Array | Errno;
  /** PID/auxv: pairs of machine words as the kernel gave them to the program, borrowed. Errors: as above. */
  auxiliaryVector(): Uint8Array | Errno;
  /** PID/mem. Errors: as above. */
  openBytes(writable: boolean): MemoryFile | Errno;
  /** PID/pagemap: a word of 64 bits for each page. Errors: as above. */
  openPageMap(): MemoryFile | Errno;
  /** PID/clear_refs: does what the number says (proc_pid_clear_refs(5)), 1 to 5. */
  clearReferences(kind: number): Errno | 0;
  /** PID/coredump_filter: which kinds of mapping a core dump holds, a bit each; undefined without an address space. */
  coredumpFilter(): number | undefined | Errno;
  setCoredumpFilter(filter: number): Errno | 0;
  /** PID/ksm_merging_pages; undefined without an address space. */
  mergingPages(): U64 | undefined | Errno;
  /** PID/ksm_stat; undefined without an address space. */
  samePageMerging(): SamePageMerging | undefined | Errno;
}

/** One line of PID/maps. Addresses and offsets are bytes. */
export interface MemoryMapping {
  readonly start: U64;
  readonly end: U64;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly shared: boolean;
  /** Where in the file it begins. */
  readonly offset: U64;
  /** The device and the inode of the file; zeros where there is none. */
  readonly major: number;
  readonly minor: number;
  readonly inode: U64;
  /**
   * The file's path (` (deleted)` follows one that is gone), or what the kernel calls the mapping, as `[heap]`; empty
   * for plain anonymous memory.
   */
  readonly name: string;
}

/** How much of some memory is in what state; KiB. Amounts that kernels do not always tell may be undefined. */
export interface MemoryUsage {
  readonly resident: U64;
  /** Each page divided by the number of processes that share it. */
  readonly proportional: U64;
  readonly proportionalDirty: U64 | undefined;
  /** These three are told of whole address spaces only. */
  readonly proportionalAnonymous: U64 | undefined;
  readonly proportionalFile: U64 | undefined;
  readonly proportionalShared: U64 | undefined;
  readonly sharedClean: U64;
  readonly sharedDirty: U64;
  readonly privateClean: U64;
  readonly privateDirty: U64;
  readonly referenced: U64;
  readonly anonymous: U64;
  readonly sameMerged: U64 | undefined;
  readonly lazyFree: U64 | undefined;
  readonly anonymousHugePages: U64 | undefined;
  readonly sharedHugePages: U64 | undefined;
  readonly fileHugePages: U64 | undefined;
  readonly hugeTlbShared: U64 | undefined;
  readonly hugeTlbPrivate: U64 | undefined;
  readonly swapped: U64;
  readonly swappedProportional: U64 | undefined;
  readonly locked: U64;
}

/** One record of PID/smaps. */
export interface MappingUsage {
  readonly mapping: MemoryMapping;
  /** KiB, as the page sizes. */
  readonly size: U64;
  readonly kernelPageSize: U64;
  readonly mmuPageSize: U64;
  readonly usage: MemoryUsage;
  /** Whether transparent huge pages may be used; undefined where the kernel does not tell. */
  readonly hugePages:
    | {
        readonly eligible: boolean;
        /** Of the column: 8, and 1 in older kernels. */
        readonly width: number;
      }
    | undefined;
  /** Undefined where the processor has no protection keys. */
  readonly protectionKey: number | undefined;
  /** Two letters each, as proc_pid_smaps(5) explains; undefined where the kernel does not tell. */
  readonly flags: readonly string[] | undefined;
}

/** PID/smaps_rollup. */
export interface TotalUsage {
  /** From the start of the first mapping to the end of the last; bytes. */
  readonly start: U64;
  readonly end: U64;
  readonly usage: MemoryUsage;
}

/** One line of PID/numa_maps. Amounts are pages of the mapping's size. */
export interface NumaMapping {
  readonly start: U64;
  readonly policy: NumaPolicy;
  /** The mapped file's path. */
  readonly file: string | undefined;
  readonly area: 'heap' | 'stack' | undefined;
  readonly huge: boolean;
  /** Undefined while no page is in memory. */
  readonly pages: NumaPages | undefined;
}

/** A memory policy (set_mempolicy(2)). */
export interface NumaPolicy {
  /** `default`, `prefer`, `bind`, `interleave`, `local`, `prefer (many)`, `weighted interleave`. */
  readonly mode: string;
  /** `static`, `relative`, `balancing`. */
  readonly flags: readonly string[];
  readonly nodes: BitMask | undefined;
}

/** Where the pages of a mapping are. What the kernel leaves out is undefined. */
export interface NumaPages {
  readonly anonymous: U64 | undefined;
  readonly dirty: U64 | undefined;
  readonly mapped: U64 | undefined;
  /** How many processes map the page that most of them map. */
  readonly mostMapped: U64 | undefined;
  readonly swapCache: U64 | undefined;
  readonly active: U64 | undefined;
  readonly writeback: U64 | undefined;
  readonly nodes: readonly { readonly node: number; readonly pages: U64 }[];
  /** KiB */
  readonly pageSize: U64;
}

/** An address space or its page map, held open: it stays the one that it was at the opening. */
export interface MemoryFile {
  /** Fills `into` from index `start` with up to `length` bytes. Errors: EIO where nothing is mapped, EINVAL. */
  read(into: Uint8Array, start: number, length: number, at: number): number | Errno;
  write(from: Uint8Array, start: number, length: number, at: number): number | Errno;
  close(): void;
}

/** PID/ksm_stat. */
export interface SamePageMerging {
  readonly reverseMappings: U64;
  /** Undefined before 6.5, as the three below before 6.1, 6.4 and 6.14. */
  readonly zeroPages: number | bigint | undefined;
  readonly mergingPages: U64 | undefined;
  /** Bytes. */
  readonly profit: number | bigint | undefined;
  readonly mergeAny: boolean | undefined;
  readonly mergeable: boolean | undefined;
}
