/** What the scheduler keeps about a task, where that is little. */

import { EINVAL, ESRCH, type Errno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type {
  ArchitectureStatus,
  Autogroup,
  Latency,
  PosixTimer,
  ScheduleStatistics,
  SystemCall,
  TaskScheduling,
} from '../../model/task-scheduling.ts';
import type { PlainTask } from './plain-task.ts';

/** How late the kernel lets a timer be where nobody has said anything (init_task); nanoseconds. */
export const DEFAULT_SLACK = 50_000;

export abstract class PlainScheduling implements TaskScheduling {
  protected readonly of: PlainTask;
  #slack: U64 = DEFAULT_SLACK;

  constructor(task: PlainTask) {
    this.of = task;
  }

  dump(): Errno {
    return ESRCH;
  }

  resetStatistics(): Errno {
    return EINVAL;
  }

  abstract statistics(): ScheduleStatistics | Errno;

  timerSlack(): U64 | Errno {
    return this.of.check() || this.#slack;
  }

  /** What is written is shown as long as this is kept. */
  setTimerSlack(nanoseconds: U64): Errno | 0 {
    const error = this.of.check();
    if (!error) this.#slack = nanoseconds === 0 ? DEFAULT_SLACK : nanoseconds;
    return error;
  }

  autogroup(): Autogroup | undefined | Errno {
    return this.of.check() || undefined;
  }

  setAutogroupNice(_nice: number): Errno | 0 {
    return EINVAL;
  }

  latencies(): readonly Latency[] | Errno {
    return this.of.check() || [];
  }

  clearLatencies(): Errno {
    return EINVAL;
  }

  timers(): readonly PosixTimer[] | Errno {
    return this.of.check() || [];
  }

  waitChannel(): string | undefined | Errno {
    return this.of.check() || undefined;
  }

  kernelStack(): Errno {
    return ESRCH;
  }

  systemCall(): SystemCall | undefined | Errno {
    return this.of.check() || undefined;
  }

  patchState(): { readonly state: number } | Errno {
    return this.of.check() || { state: -1 };
  }

  architectureStatus(): ArchitectureStatus | undefined | Errno {
    return this.of.check() || undefined;
  }

  stackDepth(): { readonly previous: U64; readonly last: U64 } | Errno {
    return this.of.check() || { previous: 0, last: 0 };
  }
}
