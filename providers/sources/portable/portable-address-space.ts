/** The memory of a process of a portable machine. */

import { EIO, EPERM, ESRCH, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { AddressSpace, MemoryFile } from '../../model/task-memory.ts';
import type { PortableTask } from './portable-task.ts';

const NO_BYTES: MemoryFile = { read: () => EIO, write: () => EPERM, close: () => undefined };

/** What is mapped where is not told. */
export class PortableAddressSpace implements AddressSpace {
  readonly #of: PortableTask;

  constructor(task: PortableTask) {
    this.#of = task;
  }

  #nothing(): readonly never[] | Errno {
    return this.#of.check() || [];
  }

  generation(): string | Errno {
    return this.#of.check() || String(this.#of.life);
  }

  access(): Errno | 0 {
    return this.#of.check();
  }

  mappings(): readonly never[] | Errno {
    return this.#nothing();
  }

  mappingUsages(): readonly never[] | Errno {
    return this.#nothing();
  }

  totalUsage(): Errno {
    return ESRCH;
  }

  numaMappings(): readonly never[] | Errno {
    return this.#nothing();
  }

  environment(): Uint8Array | Errno {
    return this.#of.check() || (this.#of.hasMemory ? new Uint8Array(0) : ESRCH);
  }

  /** AT_NULL alone. */
  auxiliaryVector(): Uint8Array | Errno {
    return this.#of.check() || (this.#of.hasMemory ? new Uint8Array(16) : ESRCH);
  }

  openBytes(): MemoryFile | Errno {
    return this.#of.check() || (this.#of.hasMemory ? NO_BYTES : ESRCH);
  }

  openPageMap(): MemoryFile | Errno {
    return this.openBytes();
  }

  clearReferences(): Errno {
    return this.#of.check() || EPERM;
  }

  coredumpFilter(): number | undefined | Errno {
    return this.#of.check() || (this.#of.hasMemory ? this.#of.dumpFilter : undefined);
  }

  /** It is another's process: what is written is shown, and nobody else hears of it. */
  setCoredumpFilter(filter: number): Errno | 0 {
    const error = this.#of.check();
    if (!error) this.#of.dumpFilter = filter;
    return error;
  }

  mergingPages(): U64 | undefined | Errno {
    return this.#of.check() || undefined;
  }

  samePageMerging(): undefined | Errno {
    return this.#of.check() || undefined;
  }
}
