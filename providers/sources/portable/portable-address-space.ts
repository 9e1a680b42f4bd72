/** The memory of a process of a portable machine. */

import { EPERM, ESRCH, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { AddressSpace, TotalUsage } from '../../model/task-memory.ts';
import { PlainAddressSpace } from '../plain/plain-address-space.ts';
import { plainUsage } from '../plain/plain-usage.ts';
import type { PortableTask } from './portable-task.ts';

/** What is mapped where is not told. */
export class PortableAddressSpace extends PlainAddressSpace<PortableTask> implements AddressSpace {
  #nothing(): readonly never[] | Errno {
    return this.of.check() || [];
  }

  generation(): string | Errno {
    return this.of.check() || String(this.of.life);
  }

  mappings(): readonly never[] | Errno {
    return this.#nothing();
  }

  mappingUsages(): readonly never[] | Errno {
    return this.#nothing();
  }

  /** All of it is taken for memory of its own that no other process has. Differs: no mapping is told, so it is from 0 to 0. */
  totalUsage(): TotalUsage | Errno {
    const error = this.of.check();
    if (error) return error;
    if (!this.of.hasMemory) return ESRCH;
    const resident = this.of.number('resident');
    return { start: 0, end: 0, usage: { ...plainUsage(resident, resident), proportionalAnonymous: resident, proportionalFile: 0, proportionalShared: 0 } };
  }

  numaMappings(): readonly never[] | Errno {
    return this.#nothing();
  }

  environment(): Uint8Array | Errno {
    return this.of.check() || (this.of.hasMemory ? new Uint8Array(0) : ESRCH);
  }

  clearReferences(): Errno {
    return this.of.check() || EPERM;
  }

  mergingPages(): U64 | undefined | Errno {
    return this.of.check() || undefined;
  }

  samePageMerging(): undefined | Errno {
    return this.of.check() || undefined;
  }
}
