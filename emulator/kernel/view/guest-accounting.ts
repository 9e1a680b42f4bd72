/** What a guest's thread may use and has used. */

import type { Errno } from '../../../fs/errno.ts';
import { EINVAL } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { IoCounters, ResourceLimit } from '../../../providers/model/task-accounting.ts';
import { PlainAccounting } from '../../../providers/sources/plain/plain-accounting.ts';
import type { Process } from '../process.ts';
import type { GuestTask } from './guest-task.ts';
import { limitValue } from './values.ts';

/** What a process was told to be for the killer of processes; nobody is killed here. */
const adjustments = new WeakMap<Process, number>();

export class GuestAccounting extends PlainAccounting<GuestTask> {
  limits(): readonly ResourceLimit[] | Errno {
    const { soft, hard } = this.of.task.process.limits;
    return this.of.check() || soft.map((limit, index) => ({ soft: limitValue(limit), hard: limitValue(hard[index]) }));
  }

  io(): IoCounters | Errno {
    const { blocksRead, blocksWritten } = this.of.task.process.usage;
    return (
      this.of.check() || {
        charactersRead: 0,
        charactersWritten: 0,
        readCalls: 0,
        writeCalls: 0,
        bytesRead: blocksRead * 512,
        bytesWritten: blocksWritten * 512,
        bytesCancelled: 0,
      }
    );
  }

  killScore(): U64 | Errno {
    return this.of.check() || 0;
  }

  killAdjustment(): { readonly adjustment: number } | Errno {
    return this.of.check() || { adjustment: adjustments.get(this.of.task.process) ?? 0 };
  }

  setKillAdjustment(adjustment: number): Errno | 0 {
    if (adjustment < -1000 || adjustment > 1000) return EINVAL;
    const error = this.of.check();
    if (!error) adjustments.set(this.of.task.process, adjustment);
    return error;
  }

  children(): readonly number[] | Errno {
    const { process } = this.of.task;
    // Those of a process count as its first thread's.
    const own = process.leader === this.of.task ? [...process.children] : [];
    return this.of.check() || own.filter(({ alive }) => alive).map(({ pid }) => pid);
  }
}
