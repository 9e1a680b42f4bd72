/** The address space of a process of a Linux host. */

import { constants } from 'node:fs';
import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type {
  AddressSpace,
  MappingUsage,
  MemoryFile,
  MemoryMapping,
  NumaMapping,
  SamePageMerging,
  TotalUsage,
} from '../../model/task-memory.ts';
import type { HostCalls } from './host-calls.ts';
import type { HostTask } from './host-task.ts';
import {
  parseMappingUsages,
  parseMappings,
  parseNumaMappings,
  parseSamePageMerging,
  parseTotalUsage,
} from './parse-memory.ts';

/**
 * Nothing here is kept open: a descriptor of these files belongs to the address space that the process had when it was
 * opened.
 */
export class HostAddressSpace implements AddressSpace {
  readonly #task: HostTask;
  readonly #calls: HostCalls;

  constructor(task: HostTask, calls: HostCalls) {
    this.#task = task;
    this.#calls = calls;
  }

  /** Where program and stack lie: both are drawn by lot for each program that is executed. */
  generation(): string | Errno {
    const stat = this.#task.stat(true);
    if (isErrno(stat)) return stat;
    return `${stat.codeStart},${stat.codeEnd},${stat.stackStart},${stat.dataStart},${stat.dataEnd},${stat.heapStart}`;
  }

  access(): Errno | 0 {
    const descriptor = this.#task.open(`${this.#task.id}/maps`);
    if (isErrno(descriptor)) return descriptor;
    this.#calls.close(descriptor);
    return 0;
  }

  mappings(): readonly MemoryMapping[] | Errno {
    return this.#task.read('maps', parseMappings);
  }

  mappingUsages(): Iterable<MappingUsage> | Errno {
    return this.#task.read('smaps', parseMappingUsages);
  }

  totalUsage(): TotalUsage | Errno {
    return this.#task.read('smaps_rollup', parseTotalUsage);
  }

  numaMappings(): readonly NumaMapping[] | Errno {
    return this.#task.read('numa_maps', parseNumaMappings);
  }

  environment(): Uint8Array | Errno {
    return this.#task.readBytes('environ');
  }

  auxiliaryVector(): Uint8Array | Errno {
    return this.#task.readBytes('auxv');
  }

  openBytes(writable: boolean): MemoryFile | Errno {
    const descriptor = this.#task.open(`${this.#task.id}/mem`, writable ? constants.O_RDWR : constants.O_RDONLY);
    return isErrno(descriptor) ? descriptor : new HostMemoryFile(this.#calls, descriptor);
  }

  openPageMap(): MemoryFile | Errno {
    const descriptor = this.#task.open(`${this.#task.id}/pagemap`);
    return isErrno(descriptor) ? descriptor : new HostMemoryFile(this.#calls, descriptor);
  }

  clearReferences(kind: number): Errno | 0 {
    return this.#task.write('clear_refs', String(kind));
  }

  coredumpFilter(): number | undefined | Errno {
    return this.#task.read('coredump_filter', (scanner) => (scanner.done ? undefined : Number(scanner.hex())));
  }

  setCoredumpFilter(filter: number): Errno | 0 {
    return this.#task.write('coredump_filter', String(filter));
  }

  mergingPages(): U64 | undefined | Errno {
    return this.#task.read('ksm_merging_pages', (scanner) => (scanner.done ? undefined : scanner.decimal()));
  }

  samePageMerging(): SamePageMerging | undefined | Errno {
    return this.#task.read('ksm_stat', parseSamePageMerging);
  }
}

class HostMemoryFile implements MemoryFile {
  readonly #calls: HostCalls;
  readonly #descriptor: number;

  constructor(calls: HostCalls, descriptor: number) {
    this.#calls = calls;
    this.#descriptor = descriptor;
  }

  read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    return this.#calls.read(this.#descriptor, into, start, length, at);
  }

  write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    return this.#calls.write(this.#descriptor, from, start, length, at);
  }

  close(): void {
    this.#calls.close(this.#descriptor);
  }
}
