/** An address space whose bytes nobody has. */

import { EIO, EPERM, ESRCH, type Errno } from '../../../fs/errno.ts';
import type { MemoryFile } from '../../model/task-memory.ts';
import type { PlainTask } from './plain-task.ts';

/** What core dumps of a process have where nobody said anything (core(5)). */
const DUMP_FILTER = 0x33;
/** Of auxv: AT_NULL alone. */
const END_OF_VECTOR = 16;

const NO_BYTES: MemoryFile = { read: () => EIO, write: () => EPERM, close: () => undefined };

/** A process that may have memory: those that ended and threads of the kernel have none. */
export interface PlainMemoryTask extends PlainTask {
  readonly hasMemory: boolean;
}

export class PlainAddressSpace<Task extends PlainMemoryTask> {
  protected readonly of: Task;
  #filter = DUMP_FILTER;

  constructor(task: Task) {
    this.of = task;
  }

  access(): Errno | 0 {
    return this.of.check();
  }

  auxiliaryVector(): Uint8Array | Errno {
    return this.of.check() || (this.of.hasMemory ? new Uint8Array(END_OF_VECTOR) : ESRCH);
  }

  /** There is nothing to be read. */
  openBytes(): MemoryFile | Errno {
    return this.of.check() || (this.of.hasMemory ? NO_BYTES : ESRCH);
  }

  openPageMap(): MemoryFile | Errno {
    return this.openBytes();
  }

  coredumpFilter(): number | undefined | Errno {
    return this.of.check() || (this.of.hasMemory ? this.#filter : undefined);
  }

  setCoredumpFilter(filter: number): Errno | 0 {
    const error = this.of.check();
    if (!error) this.#filter = filter;
    return error;
  }
}
