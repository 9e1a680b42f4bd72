/**
 * Mappings of an address space, in their order: what Linux keeps as vm_area_structs (mm/vma.c). Neighbours that continue each other are one.
 */

import { PAGE_SIZE } from './layout.ts';
import type { MappableFile } from './mappable-file.ts';
import type { SharedObject } from './shared-object.ts';

/** Flags of a mapping, as in linux/mm.h; the first three are PROT_READ, PROT_WRITE and PROT_EXEC. */
export const VM_READ = 1;
export const VM_WRITE = 2;
export const VM_EXEC = 4;
export const VM_ACCESS = 7;
export const VM_SHARED = 8;
export const VM_MAYREAD = 0x10;
export const VM_MAYWRITE = 0x20;
export const VM_MAYEXEC = 0x40;
export const VM_MAYSHARE = 0x80;
export const VM_GROWSDOWN = 0x100;
export const VM_LOCKED = 0x2000;
export const VM_SEQ_READ = 0x8000;
export const VM_RAND_READ = 0x10000;
export const VM_DONTCOPY = 0x20000;
export const VM_DONTEXPAND = 0x40000;
export const VM_LOCKONFAULT = 0x80000;
export const VM_ACCOUNT = 0x100000;
export const VM_NORESERVE = 0x200000;
export const VM_WIPEONFORK = 0x2000000;
export const VM_DONTDUMP = 0x4000000;
export const VM_HUGEPAGE = 0x20000000;
export const VM_NOHUGEPAGE = 0x40000000;

/** The first address that no x86-64 process has. */
export const TASK_SIZE = 0x7ffffffff000;
/** Most mappings of an address space (vm.max_map_count). */
export const MAX_MAP_COUNT = 65530;
/** The next border of pages; as sums of 64 bits do, it is 0 past their end. */
export function pageAlign(length: number): number {
  const aligned = Math.ceil(length / PAGE_SIZE) * PAGE_SIZE;
  return aligned >= 0x1_0000_0000_0000_0000 ? 0 : aligned;
}

/** Whether a mapping counts for RLIMIT_DATA (is_data_mapping). */
export function isData(flags: number): boolean {
  return (flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) === VM_WRITE;
}

/** A stretch of addresses with one origin and one set of flags. */
export class Mapping {
  start: number;
  end: number;
  flags: number;
  /** Retained once for each mapping. */
  readonly file: MappableFile | undefined;
  /** Set where what is written is seen by others. */
  readonly object: SharedObject | undefined;
  /** Where in the file or object it begins, in bytes; of private anonymous memory it means nothing. */
  offset: number;
  /** `[vdso]` and the like, or nothing. */
  readonly name: string;
  /** The object's version that the memory has. */
  seen = 0;
  /** The size of the file when it was last looked at. */
  fileSize = 0;

  constructor(start: number, end: number, flags: number, offset: number, file?: MappableFile, object?: SharedObject, name = '') {
    this.start = start;
    this.end = end;
    this.flags = flags;
    this.offset = offset;
    this.file = file;
    this.object = object;
    this.name = name;
  }

  /** Private memory that belongs to no file. */
  get anonymous(): boolean {
    return this.file === undefined && this.object === undefined;
  }

  /** The same for other addresses. The file is retained. */
  copy(start: number, end: number, offset: number, object: SharedObject | undefined = this.object): Mapping {
    const copied = new Mapping(start, end, this.flags, offset, this.file, object, this.name);
    copied.seen = this.seen;
    copied.fileSize = this.fileSize;
    this.file?.retain();
    return copied;
  }

  /** Whether `next` goes on where this ends, in every respect. */
  continuedBy(next: Mapping): boolean {
    return (
      this.end === next.start &&
      // Whether memory is accounted for depends on whether it was touched.
      ((this.flags ^ next.flags) & ~VM_ACCOUNT) === 0 &&
      this.file?.identity === next.file?.identity &&
      this.object === next.object &&
      this.name === next.name &&
      this.name === '' &&
      this.seen === next.seen &&
      (this.anonymous || this.offset + (this.end - this.start) === next.offset)
    );
  }
}

/** The mappings of one address space. */
export class MappingList {
  readonly items: Mapping[] = [];
  /** Bytes. */
  total = 0;
  /** Most bytes that there have been. */
  peak = 0;

  /** The index of the first mapping that ends above `address`. */
  indexOf(address: number): number {
    const { items } = this;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (items[middle]!.end <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The mapping of an address. */
  at(address: number): Mapping | undefined {
    const found = this.items[this.indexOf(address)];
    return found && found.start <= address ? found : undefined;
  }

  /** Whether something is mapped between the addresses. */
  overlaps(start: number, end: number): boolean {
    const found = this.items[this.indexOf(start)];
    return found !== undefined && found.start < end;
  }

  /** The bytes that are mapped between the addresses. */
  mapped(start: number, end: number): number {
    let bytes = 0;
    for (let index = this.indexOf(start); index < this.items.length; index++) {
      const item = this.items[index]!;
      if (item.start >= end) break;
      bytes += Math.min(item.end, end) - Math.max(item.start, start);
    }
    return bytes;
  }

  /** Makes a border at the address, if it is inside a mapping. */
  split(address: number): void {
    const index = this.indexOf(address);
    const item = this.items[index];
    if (!item || item.start >= address) return;
    this.items.splice(index + 1, 0, item.copy(address, item.end, item.offset + (address - item.start)));
    item.end = address;
  }

  /** Adds a mapping where nothing is. */
  insert(mapping: Mapping): void {
    this.items.splice(this.indexOf(mapping.start), 0, mapping);
    this.grown(mapping.end - mapping.start);
  }

  /** Counts bytes that a mapping was made larger by. */
  grown(bytes: number): void {
    this.total += bytes;
    if (this.total > this.peak) this.peak = this.total;
  }

  /** Takes out what lies between borders that have been made. */
  take(start: number, end: number): Mapping[] {
    const first = this.indexOf(start);
    let last = first;
    while (last < this.items.length && this.items[last]!.start < end) last++;
    const taken = this.items.splice(first, last - first);
    for (const item of taken) this.total -= item.end - item.start;
    return taken;
  }

  /** Joins neighbours from the mapping before `start` to the one behind `end`. */
  merge(start: number, end: number, joined: (mapping: Mapping) => void): void {
    const { items } = this;
    let index = Math.max(this.indexOf(start) - 1, 0);
    while (index + 1 < items.length && items[index]!.start <= end) {
      const item = items[index]!;
      const next = items[index + 1]!;
      if (!item.continuedBy(next)) {
        index++;
        continue;
      }
      item.end = next.end;
      items.splice(index + 1, 1);
      joined(next);
    }
  }

  /** How far below the mapping nothing is placed: stacks grow (stack_guard_gap). */
  static lowest(mapping: Mapping): number {
    return mapping.flags & VM_GROWSDOWN ? mapping.start - STACK_GUARD_GAP : mapping.start;
  }

  /** Whether a mapping may be placed there. */
  free(start: number, end: number): boolean {
    const next = this.items[this.indexOf(start)];
    return next === undefined || end <= MappingList.lowest(next);
  }

  /** The highest free place between `low` and `high`; -1 when there is none. */
  highestGap(length: number, low: number, high: number): number {
    let top = high;
    for (let index = this.indexOf(high); ; index--) {
      const above = this.items[index];
      if (above && MappingList.lowest(above) < top) top = MappingList.lowest(above);
      const below = this.items[index - 1];
      const floor = Math.max(below?.end ?? low, low);
      if (top - length >= floor) return top - length;
      if (!below || below.start <= low) return -1;
      top = Math.min(top, MappingList.lowest(below));
    }
  }

  /** The lowest free place between `low` and `high`; -1 when there is none. */
  lowestGap(length: number, low: number, high: number): number {
    let bottom = low;
    for (let index = this.indexOf(low); bottom + length <= high; index++) {
      const next = this.items[index];
      if (!next || bottom + length <= MappingList.lowest(next)) return bottom;
      bottom = Math.max(bottom, next.end);
    }
    return -1;
  }
}

/** Pages between a stack and what is below it: 256 (mm/mmap.c). */
export const STACK_GUARD_GAP: number = 256 * 4096;
