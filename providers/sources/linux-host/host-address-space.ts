/** The address space of a process of a Linux host. */

import { closeSync, constants, readSync, writeSync } from 'node:fs';
import { type Errno, errnoFromHost, isErrno } from '../../../fs/errno.ts';
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

  constructor(task: HostTask) {
    this.#task = task;
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
    closeSync(descriptor);
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
    return isErrno(descriptor) ? descriptor : new HostMemoryFile(descriptor);
  }

  openPageMap(): MemoryFile | Errno {
    const descriptor = this.#task.open(`${this.#task.id}/pagemap`);
    return isErrno(descriptor) ? descriptor : new HostMemoryFile(descriptor);
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
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  read(into: Uint8Array, start: number, length: number, at: number): number | Errno {
    try {
      return readSync(this.#descriptor, into, start, length, at);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  write(from: Uint8Array, start: number, length: number, at: number): number | Errno {
    try {
      return writeSync(this.#descriptor, from, start, length, at);
    } catch (error) {
      return errnoFromHost(error);
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
