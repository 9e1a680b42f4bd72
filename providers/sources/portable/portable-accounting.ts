/** What a process of a portable machine may use; what it has used is not told. */

import { EINVAL, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { IoCounters, ResourceLimit } from '../../model/task-accounting.ts';
import { PlainAccounting, firstLimits, killScore } from '../plain/plain-accounting.ts';
import type { PortableTask } from './portable-task.ts';

const OPEN_FILES = 1024;

export class PortableAccounting extends PlainAccounting<PortableTask> {
  readonly #most: number;

  constructor(task: PortableTask, most: number) {
    super(task);
    this.#most = most;
  }

  /** What Linux begins with. */
  limits(): readonly ResourceLimit[] | Errno {
    return this.of.check() || firstLimits(this.#most, OPEN_FILES);
  }

  io(): IoCounters | Errno {
    return this.of.check() || { charactersRead: 0, charactersWritten: 0, readCalls: 0, writeCalls: 0, bytesRead: 0, bytesWritten: 0, bytesCancelled: 0 };
  }

  /** Of what is resident. */
  killScore(): U64 | Errno {
    const error = this.of.check();
    if (error) return error;
    const { total, swap } = this.of.world.snapshot.memory;
    if (!this.of.hasMemory || total + swap === 0) return 0;
    return killScore(this.of.number('resident') * 1024, total + swap, this.of.killAdjustment);
  }

  killAdjustment(): { readonly adjustment: number } | Errno {
    return this.of.check() || { adjustment: this.of.killAdjustment };
  }

  /** It is another's process: what is written is shown, and nobody else hears of it. */
  setKillAdjustment(adjustment: number): Errno | 0 {
    if (adjustment < -1000 || adjustment > 1000) return EINVAL;
    const error = this.of.check();
    if (!error) this.of.killAdjustment = adjustment;
    return error;
  }

  children(): readonly number[] | Errno {
    return this.of.check() || this.of.children();
  }
}
